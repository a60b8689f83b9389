"""Promises of a campaign's texts: complete in every language, and fit for Telegram."""

import re
from typing import Any

import pytest
from pydantic import BaseModel

from campaign.definition.campaign_file import parse_definition
from campaign.definition.model import Definition
from campaign.definition.texts import Texts
from tests.campaign.test_definition import FULL, ROOT, line_with, problems, replaced

LIMITS = {
    "title": 120,
    "ask": 300,
    "target": 200,
    "target_short": 60,
    "summary": 300,
    "statement": 3000,
    "privacy_notice": 800,
    "about": 2000,
    "outcome": 600,
    "share_text": 200,
    "letter.subject": 100,
    "letter.opening": 300,
    "letter.closing": 300,
    "consent.sign": 600,
    "consent.updates": 300,
    "consent.other_campaigns": 300,
}


@pytest.mark.parametrize("key", LIMITS)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(key: str) -> None:
    name, limit = key.split(".")[-1], LIMITS[key]
    assert parse_definition(replaced(rf"^{name} = .*?$", f'{name} = "{"x" * limit}"'))
    found = problems(replaced(rf"^{name} = .*?$", f'{name} = "{"x" * (limit + 1)}"'))
    assert found[f"text.en.{key}"].what == f"is {limit + 1} characters long, 1 too many"


def test_emoji_are_counted_as_telegram_counts_them() -> None:
    assert parse_definition(replaced(r"^title = .*?$", f'title = "{"🌹" * 60}"'))
    found = problems(replaced(r"^title = .*?$", f'title = "{"🌹" * 61}"'))
    assert found["text.en.title"].what == "is 122 characters long, 2 too many"


def test_statement_and_reasons_fit_one_message() -> None:
    statement = f'statement = "{"x" * 3000}"'
    text = replaced(r"^statement = .*?$", statement)
    assert parse_definition(text)
    long = text.replace("Rivers belong to everyone.", "r" * 280).replace("Walking keeps", "W" * 260)
    long = re.sub(r'^reasons = \["r', f'reasons = ["{"s" * 280}", "r', long, flags=re.MULTILINE)
    found = problems(long.replace('reasons = ["Mae', 'reasons = ["Rheswm.", "Mae'))
    assert list(found) == ["text.en.reasons"]
    assert "too many" in found["text.en.reasons"].what


def required_keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            keys += required_keys(info.annotation, f"{prefix}{name}.")
        elif info.is_required():
            keys.append(prefix + name)
    return keys


@pytest.mark.parametrize("key", required_keys(Texts))
def test_a_missing_translation_names_language_and_key(key: str) -> None:
    head, welsh = FULL.split("[text.cy]")
    name = key.split(".")[-1]
    found = problems(
        f"{head}[text.cy]{re.sub(rf'^{name} = .*?$', '', welsh, count=1, flags=re.MULTILINE)}"
    )
    assert list(found) == [f"text.cy.{key}"]
    assert "Welsh (cy)" in found[f"text.cy.{key}"].what


@pytest.mark.parametrize("key", ["target_short", "about", "outcome", "consent.other_campaigns"])
def test_an_optional_text_is_in_all_languages_or_in_none(key: str) -> None:
    name = key.split(".")[-1]
    found = problems(replaced(rf"^{name} = .*?$", ""))
    assert list(found) == [f"text.en.{key}"]
    assert parse_definition(re.sub(rf"^{name} = .*?$", "", FULL, flags=re.MULTILINE))


@pytest.mark.parametrize("name", ["reasons", "questions", "endorsements", "opponents"])
def test_every_language_has_as_many_of_each(name: str) -> None:
    more = {
        "reasons": ('reasons = ["Mae', 'reasons = ["Rheswm arall.", "Mae'),
        "questions": ("[[text.cy.questions]]", QUESTION + "[[text.cy.questions]]"),
        "endorsements": (
            '[[text.cy.endorsements]]\nwho = "C',
            '[[text.cy.endorsements]]\nwho = "Arall"\n[[text.cy.endorsements]]\nwho = "C',
        ),
        "opponents": (
            "[[text.cy.opponents]]",
            f"{CLAIM}[[text.cy.opponents]]",
        ),
    }
    found = problems(FULL.replace(*more[name]))
    assert list(found) == [f"text.cy.{name}"]
    assert f"text.en.{name}" in found[f"text.cy.{name}"].what


def test_a_quote_is_in_every_language_or_in_none() -> None:
    for quote, key in (
        ("I would share my bank.", "text.en.endorsements[1].quote"),
        ("Byddwn i’n rhannu fy nglan.", "text.cy.endorsements[1].quote"),
    ):
        found = problems(FULL.replace(f'quote = "{quote}"\n', ""))
        assert list(found) == [key]
        assert found[key].what.startswith("is missing: it is there in")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('who = "Mari Jones, angler"', f'who = "{"x" * 121}"', "text.en.endorsements[1].who"),
        ('"I would share my bank."', f'"{"x" * 401}"', "text.en.endorsements[1].quote"),
        ('"It would be expensive"', f'"{"x" * 61}"', "text.en.opponents[1].claim"),
        ('"It would be expensive"', '"a\\nb"', "text.en.opponents[1].claim"),
        ('"A path costs less than a fence."', '"\\u0007"', "text.en.opponents[1].answer"),
        ('"The Ramblers of Powys"]', f'"{"x" * 81}"]', "organisations[2]"),
        ('"The Ramblers of Powys"]', "'x'," * 12 + "]", "organisations"),
    ],
)
def test_who_supports_and_who_opposes_keep_to_their_limits(old: str, new: str, key: str) -> None:
    assert old in FULL
    found = problems(FULL.replace(old, new, 1))
    assert list(found) == [key]
    assert found[key].line
    assert found[key].instead.startswith("write") or "take it out" in found[key].instead


CLAIM = '[[text.cy.opponents]]\nclaim = "Mae’n ddrud"\nanswer = "Nac ydy."\n'
QUESTION = '[[text.cy.questions]]\nquestion = "Pam?"\nanswer = "Am hynny."\n'


def test_a_language_that_is_listed_has_its_texts() -> None:
    text = replaced(r"^languages = .*?$", 'languages = ["en", "cy", "ga"]')
    found = problems(text)
    assert list(found) == ["text.ga"]
    assert "Irish (ga)" in found["text.ga"].what


def test_a_language_that_is_not_listed_has_none() -> None:
    text = replaced(r"^languages = .*?$", 'languages = ["en"]')
    found = problems(text)
    assert list(found) == ["text.cy"]
    assert found["text.cy"].line == line_with(text, "[text.cy]")


@pytest.mark.parametrize(
    "value", ['"en"', "3", "[]", "{}", '{ en = 3, cy = "x" }', "[[1], {a = 2}]"]
)
def test_texts_of_another_shape_are_told_not_tripped_over(value: str) -> None:
    head = FULL.split("[text.en]")[0]
    assert any(key.startswith("text") for key in problems(f"{head}text = {value}\n"))


def test_every_key_stands_in_the_guide() -> None:
    guide = (ROOT / "docs" / "campaign-file.md").read_text(encoding="utf-8")
    missing = [key for key in every_key(Definition) if f"`{key}`" not in guide]
    assert missing == []


def test_the_guide_gives_the_limits_that_are_kept() -> None:
    guide = (ROOT / "docs" / "campaign-file.md").read_text(encoding="utf-8")
    for key, limit in LIMITS.items():
        assert f"| `{key.removeprefix('letter.')}` | {limit} |" in guide


def every_key(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for name, info in model.model_fields.items():
        keys.append(prefix + name)
        for inner in models_in(info.annotation):
            keys += every_key(inner, "consent." if name == "consent" else "")
    return [key for key in keys if key != "text"]


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    inner = getattr(annotation, "__args__", ())
    return [model for part in inner for model in models_in(part)]


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u2069", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe"]
)
def test_what_breaks_files_or_turns_words_round_is_refused_with_its_line(character: str) -> None:
    text = replaced(r"^title = .*?$", f'title = "Keep{character} it"')
    found = problems(text)["text.en.title"]
    assert found.what == f"has a control character in it (U+{ord(character):04X})"
    assert found.line == line_with(text, f"Keep{character} it")


def test_a_campaign_that_was_let_in_with_such_a_character_still_loads_without_it() -> None:
    stored = parse_definition(FULL).to_dict()
    stored["text"]["en"]["title"] = "Keep\u202e it\ufffe"
    assert Definition.from_dict(stored).text["en"].title == "Keep it"
