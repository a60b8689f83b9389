"""A promise of a new campaign: any answers make a file that `campaign check` takes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.definition import new_campaign
from campaign.definition.campaign_file import load_definition
from campaign.definition.export import to_toml
from campaign.definition.new_campaign import NO, PROPOSED, YES, NewCampaign, Propose
from campaign.definition.parts import InvalidText
from messages import bot_texts
from tests.amount import cases

HOSTILE = "\"'\\\n\r\t{}[]=#%<>&;`“”…\x85\u2028\u2029\u202e\u200b\x00\x7f\xa0é中😀"
ANSWERS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=HOSTILE, max_size=80),
    st.sampled_from(
        ('"""', "'''", "{{ 7*7 }}", "{% raw %}", "[text.en]\nx = 1", "W" * 120, "W" * 3_000, "x\\")
    ),
)


def proposing(language: str) -> Propose:
    def propose(key: str, named: Mapping[str, Any]) -> str:
        return bot_texts().text(f"new_campaign/{key}", language, **named)

    return propose


def taken(key: str, written: str) -> str | int | None:
    """An answer as it is kept; a plain one, or none, where this one is refused."""
    try:
        return new_campaign.parse(key, written)
    except InvalidText:
        if key in PROPOSED:
            return None
        return new_campaign.parse(key, "1,000" if key == "goal" else "W")


@pytest.mark.parametrize("language", ["en", "cy"])
@settings(max_examples=cases(short=15, full=150), deadline=None)
@given(data=st.data())
def test_any_answers_make_a_file_that_is_read_as_it_was_written(
    data: st.DataObject, language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answers: dict[str, Any] = {"postcode": data.draw(st.sampled_from((YES, NO)))}
    for key in new_campaign.questions():
        if key != "postcode":
            answers[key] = taken(key, data.draw(ANSWERS, key))
    made, found = new_campaign.definition_of(answers, proposing(language), language=language)
    assert made is not None, found
    file: Path = tmp_path_factory.mktemp("new") / "campaign.toml"
    file.write_text(to_toml(made), encoding="utf-8")
    assert load_definition(file) == made
    kept = {"step": "review", "answers": answers}
    assert NewCampaign.from_dict(kept).to_dict() == kept
