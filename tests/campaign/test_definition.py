"""Promises of the campaign file: what is right is kept, what is wrong is said with its remedy."""

import json
import re
import shutil
from pathlib import Path

import pytest

from campaign.definition.campaign_file import load_definition, parse_definition
from campaign.definition.model import Definition
from campaign.definition.problems import DefinitionError, Problem
from tests.campaign import FULL_PROFILE
from tests.folded import for_each

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "keep-the-unit" / "campaign.toml"
FULL = FULL_PROFILE.read_text(encoding="utf-8")


def problems(text: str, folder: Path | None = None) -> dict[str, Problem]:
    with pytest.raises(DefinitionError) as raised:
        parse_definition(text, folder=folder)
    return {problem.key: problem for problem in raised.value.problems}


def replaced(pattern: str, by: str) -> str:
    """The full profile with its first match of a pattern changed."""
    text, count = re.subn(pattern, lambda _: by, FULL, count=1, flags=re.MULTILINE | re.DOTALL)
    assert count == 1
    return text


def line_with(text: str, part: str) -> int:
    return next(at for at, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize("path", [EXAMPLE, FULL_PROFILE], ids=lambda path: path.parent.name)
def test_a_definition_survives_the_database(path: Path) -> None:
    definition = load_definition(path)
    stored = json.loads(json.dumps(definition.to_dict()))
    assert Definition.from_dict(stored) == definition
    assert Definition.from_dict(stored).to_dict() == definition.to_dict()


def test_the_full_profile_asks_for_everything() -> None:
    definition = parse_definition(FULL)
    assert {asked.kind: asked.required for asked in definition.fields} == {
        "name": True,
        "postcode": True,
        "email": False,
        "phone": False,
        "country": True,
        "comment": False,
    }


def test_what_is_left_out_has_its_default() -> None:
    text = replaced(r'^status = "open"\n', "")
    text = re.sub(
        r"^(timezone|quiet_hours|most_a_day|approval_above|keep_\w+|steps|remind_\w+) = .*\n",
        "",
        text,
        flags=re.MULTILINE,
    )
    text = re.sub(r"^fields = \[.*?^\]\n", "", text, flags=re.MULTILINE | re.DOTALL)
    definition = parse_definition(text)
    assert definition.status == "draft"
    assert definition.timezone == "Europe/London"
    assert definition.keep_months == 6
    assert definition.keep_count_after_erasure is False
    assert definition.quiet_hours == "21:00-08:00"
    assert (definition.most_a_day, definition.approval_above) == (3, 0)
    assert definition.steps == ("share",)
    assert definition.remind_unfinished is definition.remind_share is True
    assert [(asked.kind, asked.required) for asked in definition.fields] == [
        ("name", True),
        ("postcode", True),
    ]
    assert definition.picture is None


def test_a_letter_that_is_offered_has_to_be_written_in_every_language() -> None:
    letter = r"^\[text\.cy\.letter\].*?^closing = .*?\n"
    text = re.sub(letter, "", FULL, flags=re.MULTILINE | re.DOTALL)
    found = problems(text)["text.cy.letter"]
    assert found.what.startswith("is missing")
    assert found.line == line_with(text, "[text.cy]")
    none = re.sub(letter.replace("cy", "(cy|en)"), "", FULL, flags=re.MULTILINE | re.DOTALL)
    assert set(problems(none)) == {"text.en.letter", "text.cy.letter"}
    assert parse_definition(none.replace('"letter", ', "")).text["en"].letter is None


def test_a_campaign_kept_before_there_were_steps_is_read() -> None:
    stored = parse_definition(FULL).to_dict()
    for key in ("steps", "letter", "remind_unfinished", "remind_share", "weekly_digest"):
        del stored[key]
    assert Definition.from_dict(stored).steps == ("share",)


def test_a_definition_cannot_be_changed() -> None:
    definition = parse_definition(FULL)
    with pytest.raises(ValueError, match="frozen"):
        definition.goal = 1  # type: ignore[misc]


def test_a_text_is_trimmed_and_composed_but_its_paragraphs_stay() -> None:
    text = replaced(r"^statement = .*?$", 'statement = """\n\nSia\u0302n\n\nand all \n"""')
    assert parse_definition(text).text["en"].statement == "Siân\n\nand all"


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "campaign.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert load_definition(path) == parse_definition(FULL)


@for_each(
    "pattern, by, key, what",
    [
        (r'^slug = ".*?"', 'slug = "Full profile"', "slug", 'is "Full profile"'),
        (r'^slug = ".*?"', 'slug = "' + "a" * 33 + '"', "slug", "is "),
        (r"^slug = .*?\n", "", "slug", "is missing"),
        (r'^status = "open"', 'status = "opened"', "status", 'is "opened"'),
        (r"^goal = 100", "goal = 0", "goal", "is 0"),
        (r"^goal = 100", 'goal = "100"', "goal", 'is "100"'),
        (r"^goal = 100", "goal = true", "goal", "is true"),
        (r"^goal = 100", "goal = 99.5", "goal", "is 99.5"),
        (r"^goal = 100", "goal = 2009-11-26", "goal", "is a date or time"),
        (r"^timezone = .*?$", 'timezone = "Cardiff"', "timezone", 'is "Cardiff"'),
        (r"^timezone = .*?$", 'timezone = "../../etc/passwd"', "timezone", "is "),
        (r"^timezone = .*?$", 'timezone = "Europe"', "timezone", "is "),
        (r"^quiet_hours = .*?$", 'quiet_hours = "9pm"', "quiet_hours", 'is "9pm"'),
        (r"^most_a_day = 2", "most_a_day = -1", "most_a_day", "is -1"),
        (r"^approval_above = 500", "approval_above = true", "approval_above", "is true"),
        (r"(?<=^keep_count_after_erasure = )true", "1", "keep_count_after_erasure", "is 1"),
        (r"^languages = .*?$", 'languages = ["en", "welsh"]', "languages", 'has "welsh" in it'),
        (r"^languages = .*?$", 'languages = ["en", "cy", "en"]', "languages", "names a language"),
        (r"^languages = .*?$", "languages = []", "languages", "has 0 entries"),
        (r"^languages = .*?$", 'languages = "en"', "languages", "is a text, not a list"),
        (r"^languages = .*?$", "languages = true", "languages", "is true or false, not a list"),
        (r"^languages = .*?$", "languages = 2", "languages", "is a number, not a list"),
        (r"^languages = .*?$", "languages = {en = 1}", "languages", "is a table, not a list"),
        (r"^goal = 100", "goal = [100]", "goal", "is a list"),
        (r"^keep_months = 12", "keep_months = 0", "keep_months", "is 0"),
        (r'kind = "name", required = true', 'kind = "name", required = false', "fields", "does"),
        (r'kind = "email"', 'kind = "country"', "fields", "asks for something twice"),
        (r'kind = "email"', 'kind = "shoe size"', "fields[3].kind", 'is "shoe size"'),
        (r"required = false", "required = 0", "fields[3].required", "is 0"),
        (r"^controllers = .*?$", "controllers = []", "controllers", "has 0 entries"),
        (r"^organiser = .*?$", 'organiser = " "', "organiser", "is empty"),
        (r'"Walking keeps.*?"', '"a\\nb"', "text.en.reasons[2]", "has a line break"),
        (r'"Walking keeps.*?"', "3", "text.en.reasons[2]", "is 3, not a text"),
        (r"Paths go", "Pa\\\\u0007ths", "text.en.questions[1].answer", "has a control character"),
        (r"^sign = ", "sing = ", "text.en.consent.sing", "is not a key known here"),
        (r"^title = .*?$", "title = { en = 1 }", "text.en.title", "is a table, not a text"),
        (r"^steps = .*?$", 'steps = ["share", "tweet"]', "steps", 'has "tweet" in it'),
        (r"^steps = .*?$", 'steps = ["share", "share"]', "steps", "names a step twice"),
        (r"^steps = .*?$", 'steps = "share"', "steps", "is a text, not a list"),
        (r"^to = .*?$", 'to = "the president"', "letter.to", 'is "the president"'),
        (r"^to = .*?$", 'too = "a@b.example"', "letter.too", "is not a key known here"),
        (r"^form = .*?$", 'form = "http://parliament.example"', "letter.form", "is "),
        (r"^form = .*?$", 'form = "javascript:alert(1)"', "letter.form", "is "),
        (r"^form = .*?$", 'form = "https://parliament.example:/x"', "letter.form", "is "),
        (r"^remind_share = true", "remind_share = 1", "remind_share", "is 1"),
        (r"^weekly_digest = true", 'weekly_digest = "yes"', "weekly_digest", 'is "yes"'),
        (r"^digest_at = .*?$", 'digest_at = "Friday"', "digest_at", 'is "Friday"'),
        (r"^points = .*?$", "points = []", "text.en.letter.points", "has 0 entries"),
        (r"^points = .*?$", 'points = ["a\\nb"]', "text.en.letter.points[1]", "has a line break"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_line(pattern: str, by: str, key: str, what: str) -> None:
    text = replaced(pattern, by.replace("\\\\u", "\\u"))
    found = problems(text)
    assert found[key].what.startswith(what)
    assert found[key].instead
    if what != "is missing":
        assert found[key].line in (first_difference(text), line_with(text, "fields = ["))


def first_difference(text: str) -> int:
    pairs = enumerate(zip(text.splitlines(), FULL.splitlines(), strict=False), 1)
    return next(at for at, (changed, original) in pairs if changed != original)


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    text = replaced(r"^goal = 100", "goal = 0").replace("keep_months = 12", "keep_months = 0")
    text = text.replace('title = "Agorwch yr afonydd"\n', "").replace("[text.en]", "[text.en]\nx=1")
    with pytest.raises(DefinitionError) as raised:
        parse_definition(text, source="rivers.toml")
    assert [p.key for p in raised.value.problems] == [
        "goal",
        "keep_months",
        "text.en.x",
        "text.cy.title",
    ]
    assert str(raised.value).splitlines()[:3] == [
        "rivers.toml: 4 problems",
        "- line 5: goal is 0",
        "    write how many signatures you hope for, a whole number from 1, such as: goal = 2000",
    ]


@pytest.mark.parametrize(
    ("wrong", "right"), [("titel", "title"), ("sumary", "summary"), ("share-text", "share_text")]
)
def test_a_misspelt_key_is_guessed(wrong: str, right: str) -> None:
    found = problems(replaced(rf"^{right} = ", f"{wrong} = "))
    assert found[f"text.en.{wrong}"].instead == f"did you mean {right}?"
    assert f"text.en.{right}" in found


def test_a_key_under_the_wrong_table_is_sent_to_the_top() -> None:
    text = replaced(r"^goal = 100\n", "").replace("[text.en]\n", "[text.en]\ngoal = 100\n")
    found = problems(text)
    assert (
        found["text.en.goal"].instead == "move it to the top of the file, above the first [table]"
    )
    assert found["text.en.goal"].line == line_with(text, "goal = 100")


def test_an_unknown_key_is_told_what_is_known() -> None:
    assert (
        "other_campaigns"
        in problems(replaced(r"^\[text\.en\.consent\]\n", "[text.en.consent]\nzzz = 1\n"))[
            "text.en.consent.zzz"
        ].instead
    )


@pytest.mark.parametrize(
    "text", ["slug = a b", 'slug = "x', "slug = 1\nslug = 2", "[text", "\x00", "= 1"]
)
def test_what_is_not_toml_is_told_with_its_line(text: str) -> None:
    (found,) = problems("# a campaign\n" + text).values()
    assert found.what.startswith("is not TOML: ")
    assert "at line" not in found.what


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="no such file"):
        load_definition(tmp_path / "campaign.toml")


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "campaign.toml"
    path.write_bytes(FULL.encode("utf-16"))
    with pytest.raises(DefinitionError, match="UTF-8"):
        load_definition(path)


def test_an_empty_file_is_told_what_it_needs() -> None:
    assert set(problems("")) == {
        "slug", "goal", "languages", "organiser", "controllers", "contact", "text",
    }  # fmt: skip


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.mark.parametrize("content", [PNG, b"\xff\xd8\xff\xe0" + b"\0" * 100])
def test_a_picture_travels_with_its_campaign(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "campaign.toml").write_text('picture = "flag.img"\n' + FULL, encoding="utf-8")
    (tmp_path / "flag.img").write_bytes(content)
    definition = load_definition(tmp_path / "campaign.toml")
    (tmp_path / "flag.img").unlink()
    assert definition.picture == content
    assert Definition.from_dict(definition.to_dict()).picture == content


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ('"absent.png"', "cannot be read"),
        ('"folder"', "cannot be read"),
        ('"text.png"', "neither PNG nor JPEG"),
        ('"large.png"', "is 5.0 MB large"),
        ('"/etc/passwd"', "outside the folder"),
        ('"../picture.png"', "outside the folder"),
        ('"a\\u0000b"', "cannot be read"),
        ('""', "is not the name of a file"),
        ("7", "is not the name of a file"),
    ],
)
def test_a_picture_that_cannot_be_sent_is_told(tmp_path: Path, name: str, what: str) -> None:
    folder = tmp_path / "campaign"
    (folder / "folder").mkdir(parents=True)
    (folder / "text.png").write_text("hello")
    (folder / "large.png").write_bytes(PNG + b"\0" * 5_000_000)
    (tmp_path / "picture.png").write_bytes(PNG)
    found = problems(f"picture = {name}\n{FULL}", folder)
    assert what in found["picture"].what
    assert found["picture"].line == 1


def test_a_text_without_a_folder_has_no_picture() -> None:
    assert "picture" in problems(f'picture = "picture.png"\n{FULL}')


def test_the_example_is_complete_and_small_enough(tmp_path: Path) -> None:
    copy = tmp_path / "mine"
    shutil.copytree(EXAMPLE.parent, copy)
    definition = load_definition(copy / "campaign.toml")
    assert definition.status == "open"
    assert definition.languages == ("en", "cy")
    assert definition.picture is not None
    assert len(definition.picture) < 300_000
    assert all(4 <= len(texts.questions) <= 6 for texts in definition.text.values())
