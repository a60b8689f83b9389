"""Counts read right in every language, at the numbers where the forms change."""

from dataclasses import replace

import pytest

from messages import bot_texts
from tests.messages import catalogue
from tests.messages.catalogue.views import Closing
from tests.messages.telegram_html import parse

RENDERER = bot_texts()
CAMPAIGN = replace(catalogue.campaigns(lambda limit: "x")[1], goal=2000, offline=0, closing=None)
NOT_SIGNED = {"coming": None, "zone": "UTC", "signed": False, "friends": 0, "updates": False}


def lines(name: str, language: str, **variables: object) -> list[str]:
    return parse(RENDERER.html(name, language, **variables)).text.splitlines()


@pytest.mark.parametrize(
    ("language", "total", "line"),
    [
        ("en", 0, "Nobody has signed yet. The goal is 2,000."),
        ("en", 1, "1 of 2,000 has signed"),
        ("en", 2, "2 of 2,000 have signed"),
        ("en", 3, "3 of 2,000 have signed"),
        ("en", 6, "6 of 2,000 have signed"),
        ("en", 11, "11 of 2,000 have signed"),
        ("en", 1000, "1,000 of 2,000 have signed"),
        ("cy", 0, "Does neb wedi llofnodi eto. Y nod yw 2,000."),
        ("cy", 1, "Mae 1 person wedi llofnodi. Y nod yw 2,000."),
        ("cy", 2, "Mae 2 berson wedi llofnodi. Y nod yw 2,000."),
        ("cy", 3, "Mae 3 pherson wedi llofnodi. Y nod yw 2,000."),
        ("cy", 6, "Mae 6 pherson wedi llofnodi. Y nod yw 2,000."),
        ("cy", 11, "Mae 11 o bobl wedi llofnodi. Y nod yw 2,000."),
        ("cy", 1000, "Mae 1,000 o bobl wedi llofnodi. Y nod yw 2,000."),
    ],
)
def test_the_far_goal_counts_people(language: str, total: int, line: str) -> None:
    assert line in lines("about/more", language, campaign=replace(CAMPAIGN, total=total))


@pytest.mark.parametrize(
    ("language", "total", "line"),
    [
        ("en", 0, "Nobody has signed yet. Help us reach 100!"),
        ("en", 1, "1 signature. Help us reach 100!"),
        ("en", 2, "2 signatures. Help us reach 100!"),
        ("cy", 0, "Does neb wedi llofnodi eto. Helpwch ni i gyrraedd 100!"),
        ("cy", 1, "1 llofnod. Helpwch ni i gyrraedd 100!"),
        ("cy", 2, "2 lofnod. Helpwch ni i gyrraedd 100!"),
        ("cy", 3, "3 llofnod. Helpwch ni i gyrraedd 100!"),
    ],
)
def test_the_conversation_names_the_next_step(language: str, total: int, line: str) -> None:
    campaign = replace(CAMPAIGN, total=total, step=100)
    assert line in lines(
        "start/welcome", language, campaign=campaign, earlier=None, by_account=True
    )


@pytest.mark.parametrize(
    ("language", "days", "line"),
    [
        ("en", 0, "⏳ Signing closes today at midnight."),
        ("en", 1, "⏳ Signing closes tomorrow at midnight."),
        ("en", 2, "⏳ 2 days left: signing closes at midnight on 30 November 2009."),
        ("en", 30, "⏳ 30 days left: signing closes at midnight on 30 November 2009."),
        ("cy", 0, "⏳ Mae’r llofnodi’n cau heddiw am hanner nos."),
        ("cy", 1, "⏳ Mae’r llofnodi’n cau yfory am hanner nos."),
        ("cy", 2, "⏳ 2 ddiwrnod ar ôl: mae’r llofnodi’n cau am hanner nos ar 30 Tachwedd 2009."),
        ("cy", 3, "⏳ 3 diwrnod ar ôl: mae’r llofnodi’n cau am hanner nos ar 30 Tachwedd 2009."),
    ],
)
def test_the_end_of_signing_is_told_in_days(language: str, days: int, line: str) -> None:
    campaign = replace(CAMPAIGN, closing=Closing(days_left=days))
    assert line in lines(
        "start/welcome", language, campaign=campaign, earlier=None, by_account=True
    )
    assert line in lines("about/more", language, campaign=campaign)


@pytest.mark.parametrize(
    ("language", "total", "line"),
    [
        ("en", 2000, "2,000 have signed. The goal of 2,000 is reached!"),
        ("cy", 2000, "Mae 2,000 o bobl wedi llofnodi. Mae’r nod o 2,000 wedi’i gyrraedd!"),
    ],
)
def test_a_goal_that_is_reached_is_celebrated(language: str, total: int, line: str) -> None:
    shown = lines(
        "start/welcome",
        language,
        campaign=replace(CAMPAIGN, total=total),
        earlier=None,
        by_account=True,
    )
    assert line in shown


@pytest.mark.parametrize(
    ("language", "total", "line"),
    [
        ("en", 0, "Nobody signed it."),
        ("en", 1, "1 person signed it."),
        ("en", 2, "2 people signed it."),
        ("en", 1000, "1,000 people signed it."),
        ("cy", 0, "Ni lofnododd neb hi."),
        ("cy", 1, "Llofnododd 1 person hi."),
        ("cy", 2, "Llofnododd 2 berson hi."),
        ("cy", 3, "Llofnododd 3 pherson hi."),
        ("cy", 6, "Llofnododd 6 pherson hi."),
        ("cy", 11, "Llofnododd 11 o bobl hi."),
        ("cy", 1000, "Llofnododd 1,000 o bobl hi."),
    ],
)
def test_a_closed_petition_counts_its_signers(language: str, total: int, line: str) -> None:
    closed = replace(CAMPAIGN, total=total, status="closed")
    assert line in lines("start/closed", language, campaign=closed, **NOT_SIGNED)


@pytest.mark.parametrize(
    ("language", "offline", "line"),
    [
        ("en", 1, "That counts 1 signature on paper."),
        ("en", 2, "That counts 2 signatures on paper."),
        ("en", 1000, "That counts 1,000 signatures on paper."),
        ("cy", 1, "Mae hynny’n cynnwys 1 llofnod ar bapur."),
        ("cy", 2, "Mae hynny’n cynnwys 2 lofnod ar bapur."),
        ("cy", 3, "Mae hynny’n cynnwys 3 llofnod ar bapur."),
        ("cy", 6, "Mae hynny’n cynnwys 6 llofnod ar bapur."),
        ("cy", 11, "Mae hynny’n cynnwys 11 llofnod ar bapur."),
        ("cy", 1000, "Mae hynny’n cynnwys 1,000 llofnod ar bapur."),
    ],
)
def test_paper_signatures_are_counted_as_part_of_the_total(
    language: str, offline: int, line: str
) -> None:
    shown = lines("about/more", language, campaign=replace(CAMPAIGN, offline=offline))
    assert line in shown


@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_paper_signatures_are_not_mentioned(language: str) -> None:
    without = RENDERER.html("about/more", language, campaign=CAMPAIGN)
    assert "on paper" not in without
    assert "ar bapur" not in without


@pytest.mark.parametrize(
    ("language", "months", "words"),
    [
        ("en", 1, "Until 1 month after"),
        ("en", 6, "Until 6 months after"),
        ("cy", 1, "Am 1 mis ar ôl"),
        ("cy", 2, "Am 2 fis ar ôl"),
        ("cy", 3, "Am 3 mis ar ôl"),
        ("cy", 6, "Am 6 mis ar ôl"),
        ("cy", 11, "Am 11 mis ar ôl"),
    ],
)
def test_answers_are_kept_for_so_many_months(language: str, months: int, words: str) -> None:
    campaign = replace(CAMPAIGN, keep_months=months)
    assert words in RENDERER.html("privacy/notice", language, campaign=campaign, by_account=True)


@pytest.mark.parametrize(
    ("language", "count", "line"),
    [
        ("en", 1, "Added: 1 paper signature for x."),
        ("en", -40, "Taken off: 40 paper signatures of x."),
        ("cy", 2, "Ychwanegwyd 2 lofnod papur at y ddeiseb x."),
        ("cy", -40, "Tynnwyd 40 llofnod papur oddi ar y ddeiseb x."),
    ],
)
def test_staff_read_what_was_recorded_or_taken_off(language: str, count: int, line: str) -> None:
    shown = lines("staff/offline_recorded", language, campaign=CAMPAIGN, count=count, note="")
    assert line in shown
