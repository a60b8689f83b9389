"""A promise for every history of people in two places who sign, choose, bring friends and are made
one: every kept figure is a fresh count, nobody counts twice, and no "no" is lost."""

from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests import engines
from tests.campaign.two_campaigns import TwoCampaigns
from tests.histories import run_histories

PLACES = st.integers(1, 5)
WHICH = st.integers(0, 1)
KIND = st.sampled_from(("news", "milestone"))


class Joining(TwoCampaigns):
    """All that people do in two campaigns."""

    each_asks_the_next = initialize(
        chain=st.lists(PLACES, unique=True, min_size=3), which=WHICH, comes_back=st.booleans()
    )(TwoCampaigns.each_asks_the_next)
    time_passes = rule(minutes=st.integers(0, 20_000))(TwoCampaigns.time_passes)
    signs = rule(place=PLACES, which=WHICH, waits=st.booleans(), updates=st.booleans())(
        TwoCampaigns.signs
    )
    confirms = rule(place=PLACES, which=WHICH)(TwoCampaigns.confirms)
    withdraws = rule(place=PLACES, which=WHICH)(TwoCampaigns.withdraws)
    comes_by_a_link = rule(place=PLACES, whose=PLACES, which=WHICH, begins=st.booleans())(
        TwoCampaigns.comes_by_a_link
    )
    chooses_updates = rule(place=PLACES, which=WHICH, hears=st.booleans())(
        TwoCampaigns.chooses_updates
    )
    chooses_others = rule(place=PLACES, which=WHICH, hears=st.booleans())(
        TwoCampaigns.chooses_others
    )
    mutes = rule(place=PLACES, which=WHICH, kind=KIND, hears=st.booleans())(TwoCampaigns.mutes)
    stops_everything = rule(place=PLACES)(TwoCampaigns.stops_everything)
    is_blocked = rule(place=PLACES, which=WHICH)(TwoCampaigns.is_blocked)
    shares = rule(place=PLACES, which=WHICH)(TwoCampaigns.shares)
    is_held_back = rule(place=PLACES, which=WHICH)(TwoCampaigns.is_held_back)
    counts_again = rule()(TwoCampaigns.counts_again)
    is_erased = rule(place=PLACES)(TwoCampaigns.is_erased)
    joins = rule(place=PLACES, other=PLACES)(TwoCampaigns.joins)


@pytest.mark.parametrize("engine", engines.params())
def test_two_who_are_one_count_once_whatever_both_have_done(engine: str, tmp_path: Path) -> None:
    run_histories(Joining, engine, tmp_path, histories=40, steps=12)
