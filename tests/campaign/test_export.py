"""Promises of the export: the same campaign comes back, in a file that people like to edit."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from campaign.definition.campaign_file import load_definition, parse_definition
from campaign.definition.export import exported_version, picture_name, to_toml
from campaign.definition.model import Definition
from tests import hostile
from tests.amount import cases
from tests.campaign import FULL_PROFILE
from tests.campaign.definitions import definitions
from tests.folded import for_each

EXAMPLE = Path(__file__).parents[2] / "examples" / "keep-the-unit" / "campaign.toml"


@settings(max_examples=cases(short=8, full=150))
@given(definitions())
def test_what_is_exported_and_loaded_is_the_same_campaign(definition: Definition) -> None:
    written = to_toml(definition, version=3, at=datetime(2009, 11, 26, tzinfo=UTC))
    assert parse_definition(written, picture=definition.picture) == definition
    assert exported_version(written) == 3


@pytest.mark.parametrize("path", [EXAMPLE, FULL_PROFILE], ids=lambda path: path.parent.name)
def test_a_campaign_survives_two_exports_letter_by_letter(path: Path, tmp_path: Path) -> None:
    definition = load_definition(path)
    written = to_toml(definition)
    (tmp_path / "campaign.toml").write_text(written, encoding="utf-8")
    if definition.picture:
        (tmp_path / picture_name(definition.picture)).write_bytes(definition.picture)
    again = load_definition(tmp_path / "campaign.toml")
    assert again == definition
    assert to_toml(again) == written


def writable(value: str) -> str:
    """What of a value a campaign file may hold."""
    return "".join(sign for sign in value if sign == "\n" or sign.isprintable()).strip()


HOSTILE = list(dict.fromkeys(filter(None, (writable(v) for v in hostile.VALUES if len(v) <= 600))))


@for_each("value", HOSTILE)
def test_hostile_texts_come_back_as_they_were(value: str) -> None:
    changed = _with_outcome(load_definition(FULL_PROFILE), value)
    assert parse_definition(to_toml(changed)) == changed


def _with_outcome(definition: Definition, outcome: str) -> Definition:
    stored = definition.to_dict()
    for texts in stored["text"].values():
        texts["outcome"] = outcome
    return Definition.from_dict(stored)


def test_the_file_is_laid_out_for_people() -> None:
    written = to_toml(load_definition(EXAMPLE), version=7, at=datetime(2009, 11, 26, tzinfo=UTC))
    lines = written.splitlines()
    assert lines[0] == "# Exported from keep-the-unit, version 7, on 2009-11-26 00:00 UTC."
    assert lines.index('slug = "keep-the-unit"') < lines.index("[text.en]")
    assert lines.index("[text.en]") < lines.index("[text.en.consent]") < lines.index("[text.cy]")
    assert any(line.startswith("# ---") and line.endswith(" Cymraeg") for line in lines)
    assert 'statement = """' in lines, "paragraphs stand on lines of their own"
    assert '    { kind = "postcode", required = true },' in lines
    assert 'picture = "picture.png"' in lines
    assert "[text]" not in lines


def test_a_file_written_by_hand_names_no_version() -> None:
    assert exported_version(EXAMPLE.read_text(encoding="utf-8")) is None
