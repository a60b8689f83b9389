"""Promises of the sampler over whole campaigns; `make bench PART=share-texts` measures 1,000."""

from statistics import fmean

from bench import share_texts
from campaign.referrals import sampler
from tests.amount import cases
from tests.folded import for_each

CAMPAIGNS = cases(short=6, full=60)


@for_each("scene", [name for name, rates in share_texts.SCENES.items() if max(rates) > min(rates)])
def test_the_better_text_gets_four_fifths_of_the_last_half(scene: str) -> None:
    rates = share_texts.SCENES[scene]
    found = [share_texts.campaign(seed, rates, looks=0) for seed in range(CAMPAIGNS)]
    assert fmean(one.best for one in found) >= 0.8
    assert min(one.fewest for one in found) >= sampler.ENOUGH, "none is starved before 200 shares"
    assert min(one.before_enough for one in found) >= sampler.KEPT_FOR_NEW * 0.8
