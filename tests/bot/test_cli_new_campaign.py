"""`clamour campaign new`: from answers to a campaign file, and nothing lost on the way."""

import json
from pathlib import Path
from subprocess import CompletedProcess

from campaign.definition import new_campaign
from campaign.definition.campaign_file import load_definition
from tests.bot.commandline import clamour, write_config
from tests.folded import for_each

ANSWERS = {
    "title": ["Keep the library open"],
    "ask": ["Keep Mill Road library open."],
    "target": ["the Mayor of Upton, Ann Lee"],
    "target_short": ["the Mayor"],
    "summary": ["400 children read there."],
    "statement": ["We ask you.", "", "Please.", "."],
    "organiser": ["Friends of Mill Road"],
    "contact": ["hello@millroad.example.org"],
    "postcode": ["y"],
    "goal": ["1,000"],
}
TAKEN = [""] * len(new_campaign.PROPOSED)


def typed(**other: list[str]) -> list[str]:
    """The lines of somebody who answers everything that is asked."""
    answers = {**ANSWERS, **other}
    asked = [key for key in new_campaign.questions() if key not in new_campaign.PROPOSED]
    return [line for key in asked for line in answers[key]]


def new(folder: Path, lines: list[str], *more: str) -> "CompletedProcess[str]":
    return clamour("campaign", "new", *more, folder=folder, typed="\n".join(lines) + "\n")


def test_the_answers_make_a_file_that_check_and_load_accept(tmp_path: Path) -> None:
    told = new(tmp_path, [*typed(), *TAKEN])
    assert told.returncode == 0, told.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["campaign.toml"], "no draft is left"
    definition = load_definition(tmp_path / "campaign.toml")
    assert (definition.slug, definition.goal) == ("keep-the-library-open", 1000)
    assert definition.status == "draft"
    assert [one.kind for one in definition.fields] == ["name", "postcode"]
    assert definition.text["en"].statement == "We ask you.\n\nPlease."
    assert "name and postcode" in definition.text["en"].consent.sign
    checked = clamour("campaign", "check", "campaign.toml", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "does not name" not in checked.stdout
    write_config(tmp_path)
    assert (
        clamour("campaign", "load", "campaign.toml", "--dry-run", folder=tmp_path).returncode == 0
    )


def test_a_wrong_answer_is_asked_again_and_said_why(tmp_path: Path) -> None:
    lines = typed(
        title=["", "x" * 121, "Short"], postcode=["perhaps", "no"], goal=["many", "0", "9"]
    )
    told = new(tmp_path, [*lines, "No Slug!", "my-slug", *TAKEN[1:]])
    assert told.returncode == 0, told.stderr
    for why in (
        "this one is needed",
        "1 characters too long; 120 fit",
        "y for yes",
        "such as 1,000",
    ):
        assert why in told.stderr
    assert "Small letters" in told.stderr
    definition = load_definition(tmp_path / "campaign.toml")
    assert (definition.slug, definition.goal) == ("my-slug", 9)
    assert [one.kind for one in definition.fields] == ["name"]
    assert "postcode" not in definition.text["en"].consent.sign


def test_what_was_answered_is_kept_and_offered_again(tmp_path: Path) -> None:
    stopped = new(tmp_path, typed()[:3])
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    assert "goes on from there" in stopped.stdout
    draft = tmp_path / "campaign.draft.json"
    assert draft.stat().st_mode & 0o077 == 0
    again = new(tmp_path, ["y", *typed()[3:], *TAKEN])
    assert again.returncode == 0, again.stderr
    assert "Go on where you stopped (3 answers)?" in again.stdout
    assert load_definition(tmp_path / "campaign.toml").text["en"].title == "Keep the library open"
    assert not draft.exists()


def test_one_can_go_back_and_keep_or_change_what_was_said(tmp_path: Path) -> None:
    lines = typed(ask=["<", "Another title", "Keep it."])
    assert new(tmp_path, [*lines, *TAKEN]).returncode == 0
    assert load_definition(tmp_path / "campaign.toml").text["en"].title == "Another title"


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text("precious")
    told = new(tmp_path, [*typed(), *TAKEN])
    assert told.returncode == 1
    assert "there already" in told.stderr
    assert (tmp_path / "campaign.toml").read_text() == "precious"
    assert new(tmp_path, [*typed(), *TAKEN], "--overwrite").returncode == 0
    assert load_definition(tmp_path / "campaign.toml")


def test_it_is_written_in_a_language_that_the_bot_speaks(tmp_path: Path) -> None:
    assert new(tmp_path, [*typed(), *TAKEN], "--language", "tlh").returncode == 2
    assert new(tmp_path, [*typed(), *TAKEN], "--language", "cy").returncode == 0
    definition = load_definition(tmp_path / "campaign.toml")
    assert definition.languages == ("cy",)
    assert "Rwy’n llofnodi" in definition.text["cy"].consent.sign


@for_each("draft", ["", "{}", "[1]", '{"answers": [1]}', '{"answers": {"goal": "x", "title": 7}}'])
def test_a_draft_that_is_broken_is_begun_again(tmp_path: Path, draft: str) -> None:
    (tmp_path / "campaign.draft.json").write_text(draft)
    told = new(tmp_path, [*typed(), *TAKEN], "--overwrite")
    assert told.returncode == 0, told.stderr
    (tmp_path / "campaign.toml").unlink()


def test_an_answer_that_fits_no_longer_is_asked_again() -> None:
    kept = {"step": "goal", "answers": {"title": "Good", "ask": "x" * 999, "gone": "x", "goal": 5}}
    form = new_campaign.NewCampaign.from_dict(json.loads(json.dumps(kept)))
    assert (form.answers["title"], form.answers["goal"]) == ("Good", 5)
    assert "ask" not in form.answers
    assert "gone" not in form.answers
