"""The promises that make another language a folder: same texts, same variables, all plurals."""

import re
import tomllib
from pathlib import Path

import jinja2
import pytest
from babel import Locale
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

import messages
from messages.formats import Formats
from messages.limits import shorten
from messages.renderer import PLAIN_SECTIONS
from tests.messages import catalogue

ROOT = Path(messages.__file__).parent
LANGUAGES = sorted(file.parent.name for file in ROOT.glob("*/language.toml"))
GLOBALS = {"label"}
SYNTAX = jinja2.Environment(autoescape=True)
SYNTAX.filters.update(Formats(Locale("en")).filters(), shorten=shorten)
NAMED = catalogue.html(lambda limit: "x") | catalogue.web(lambda limit: "x")
LABELS = catalogue.labels(lambda limit: "x")


def templates(language: str) -> dict[str, str]:
    folder = ROOT / language
    files = {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*.j2")
    }
    short = {
        f"{section}/{name}.{'txt' if section in PLAIN_SECTIONS else 'html'}.j2": text
        for section, texts in words(language).items()
        for name, text in texts.items()
    }
    assert not files.keys() & short.keys()
    return files | short


def words(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / language / "words.toml").read_text(encoding="utf-8"))


def labels(language: str) -> dict[str, str]:
    return tomllib.loads((ROOT / language / "labels.toml").read_text(encoding="utf-8"))


def printed(language: str) -> dict[str, str]:
    return tomllib.loads((ROOT / language / "pack.toml").read_text(encoding="utf-8"))


def variables(source: str) -> set[str]:
    return find_undeclared_variables(SYNTAX.parse(source)) - GLOBALS


def test_english_and_welsh_are_there() -> None:
    assert {"en", "cy"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_exactly_the_texts_that_the_bot_says(language: str) -> None:
    expected = {f"{name}.html.j2" for name in NAMED} | {
        f"{n}.txt.j2"
        for n in (
            *catalogue.TEXTS,
            *catalogue.emails(lambda _: ""),
            *catalogue.proposals(lambda _: ""),
        )
    }
    pages = {f"{name}.page.j2" for name in catalogue.PAGES}
    shared = {"_audit_actions.html.j2", "_macros.html.j2", "_timeline.html.j2"}
    assert set(templates(language)) == expected | pages | shared


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_exactly_the_labels_that_the_bot_shows(language: str) -> None:
    assert set(labels(language)) == set(LABELS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_uses_the_same_variables_as_in_english(language: str) -> None:
    english = {name: variables(source) for name, source in templates("en").items()}
    assert {name: variables(source) for name, source in templates(language).items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_uses_the_same_variables_as_in_english(language: str) -> None:
    english = {key: variables(source) for key, source in labels("en").items()}
    assert {key: variables(source) for key, source in labels(language).items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_is_printed_in_the_same_words_as_in_english(language: str) -> None:
    english = {key: variables(source) for key, source in printed("en").items()}
    assert {key: variables(source) for key, source in printed(language).items()} == english
    for key, source in printed("en").items():
        filled = set(re.findall(r"(?<!{){(\w+)}", source))
        assert set(re.findall(r"(?<!{){(\w+)}", printed(language)[key])) == filled, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_uses_no_variable_that_handlers_do_not_give(language: str) -> None:
    asked = {name: variables(source) for name, source in templates(language).items()}
    given = {f"{name}.html.j2": set(values) for name, values in NAMED.items()}
    given |= {f"{name}.page.j2": variables for name, variables in catalogue.PAGES.items()}
    emails = {**catalogue.emails(lambda _: ""), **catalogue.proposals(lambda _: "")}
    given |= {f"{name}.txt.j2": set(values) for name, values in emails.items()}
    assert {n: v - given.get(n, set()) for n, v in asked.items() if v - given.get(n, set())} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_uses_all_the_variables_that_handlers_give(language: str) -> None:
    given = {key: set(values) for key, values in LABELS.items()}
    assert {key: variables(source) for key, source in labels(language).items()} == given


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_every_form_of_its_language(language: str) -> None:
    about = tomllib.loads((ROOT / language / "language.toml").read_text(encoding="utf-8"))
    forms = set(Locale.parse(about["locale"]).plural_form.tags) | {"other"}
    found = {
        (name, plural.lineno): {keyword.key for keyword in plural.kwargs}
        for name, source in templates(language).items()
        for plural in SYNTAX.parse(source).find_all(nodes.Filter)
        if plural.name == "plural"
    }
    assert found
    assert {place: given for place, given in found.items() if given != forms} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_switches_escaping_off(language: str) -> None:
    loud = {
        name
        for name, source in templates(language).items()
        if "|safe" in source.replace(" ", "") or "autoescape" in source
    }
    assert loud == set()
