"""Promise of tables of paper signatures: the true number is counted, or a question is asked."""

from random import Random

import pytest

from campaign.paper.check_table import understand
from campaign.paper.no_table import NoTable
from campaign.paper.report import Report
from tests.amount import cases
from tests.campaign import spreadsheets

LEAST_CERTAIN = 0.25
"""Of the files, without a question: a reader that only asks is of no use."""


def counted(content: bytes, needs_postcode: bool) -> tuple[int, bool, Report]:
    """How many would be counted, whether anything is asked, and the report. A file that cannot be
    read is asked for in another form."""
    try:
        report, people = understand(content, None, needs_postcode=needs_postcode)
    except NoTable:
        return 0, True, Report()
    asked = bool(report.question) or any(one.doubts for one in people)
    return sum(not one.doubts for one in people), asked, report


@pytest.mark.timeout(1_800)
def test_the_true_number_is_counted_or_a_question_is_asked() -> None:
    wrong, certain, number = [], 0, cases(short=400, full=10_000)
    for case in range(number):
        chance = Random(f"spreadsheet {case}")
        made = spreadsheets.make(chance)
        needs_postcode = chance.random() < 0.5 and "no postcodes" not in made.what
        found, asked, report = counted(made.content, needs_postcode)
        certain += not asked
        if not asked and found != made.people:
            wrong.append((case, made.people, found, made.what, report.left, report.columns))
    assert not wrong, f"{len(wrong)} of {number}: {wrong[:10]}"
    assert certain > LEAST_CERTAIN * number
