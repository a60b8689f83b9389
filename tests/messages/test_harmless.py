"""Promises of what one person wrote and another reads: there is nothing of it to tap."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages import bot_texts
from messages.harmless import OURS, harmless
from messages.limits import length, shorten
from messages.personal import PersonalText
from simulator.entities.found import find
from tests.folded import for_each
from tests.messages import catalogue
from tests.messages.telegram_html import parse

RENDERER = bot_texts()
ATTACKS = (
    "/stopall",
    "WIN £500 t.me/evil",
    "@evilbot",
    "#win",
    "$TON",
    "https://evil.example/x",
    "tg://resolve?domain=evil",
    "evil.com",
    "mail@evil.example",
    "+44 7700 900123",
    "t。me/evil",
    "win-.com",
    "(/stopall)",
    "a/b /x@evilbot",
)
HANDIN = next(catalogue.each(catalogue.html(lambda _: "Ada")["handin/news"]))
OF_STAFF = {"campaign", "campaigns", "changes", "entries", "entry", "texts", "earlier"}
"""Variables with texts that staff put live, which may have links, or that are the reader's own."""


def tappable(text: str) -> set[str]:
    found = text.encode("utf-16-le")
    places = [(one["offset"] * 2, (one["offset"] + one["length"]) * 2) for one in find(text)]
    return {found[start:end].decode("utf-16-le") for start, end in places}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_an_attack_can_be_tapped(attack: str) -> None:
    assert tappable(str(harmless(attack))) == set()
    assert str(harmless(attack)).replace("\u2060", "") == attack, "it reads as it was written"


@pytest.mark.parametrize("domain", ["💩.com", "i❤.com", "~.com", "a%.com", "x.💩.com"])
def test_a_domain_of_other_signs_than_letters_is_no_link(domain: str) -> None:
    """Telegram takes emoji and hyphens for parts of a domain."""
    assert str(harmless(domain)).endswith(".\u2060com")


def test_a_tag_that_begins_with_a_sign_is_none() -> None:
    assert harmless("#·win #\u200cwin") == "#\u2060·win #\u2060\u200cwin"


def test_digits_of_a_card_far_apart_are_no_number() -> None:
    assert "1111" not in str(harmless("4111     1111     1111     1111"))


@given(st.text(st.sampled_from("/@#$.:aé1é·。+- \u200b_m💩~"), max_size=30))
def test_nothing_of_any_text_can_be_tapped(text: str) -> None:
    once = harmless(text)
    assert tappable(str(once)) == set()
    assert harmless(once) == once


@given(st.text(st.sampled_from("/@#$.:aé1é·。+- \u200b_m💩~"), max_size=30), st.integers(1, 12))
def test_what_is_shortened_is_harmless_and_no_longer_for_it(text: str, most: int) -> None:
    shown = RENDERER.html("handin/news", "en", **{**HANDIN, "name": "A" + text * 9})
    name = shown.partition(" has asked")[0]
    assert (tappable(name), length(name) <= 64) == (set(), True)
    assert tappable(shorten(harmless(text), most)) == set()


PLAIN = catalogue.html(lambda limit: "Ada"[:limit])


@pytest.mark.parametrize("language", [one.code for one in RENDERER.languages])
@for_each("attack", ATTACKS)
def test_no_template_lets_what_somebody_wrote_be_tapped(attack: str, language: str) -> None:
    """With every value a hostile one, but those that are ours; a new variable counts as theirs."""
    hostile = catalogue.html(lambda limit: attack[:limit])
    for name, alternatives in hostile.items():
        theirs = {
            key: (PLAIN if key in OURS | OF_STAFF else hostile)[name][key] for key in alternatives
        }
        for which in (0, -1):
            values = {key: tried[which] for key, tried in theirs.items()}
            new = tappable(shown(name, language, values)) - tappable_anyway(name, language, which)
            assert not new, name


@cache
def tappable_anyway(name: str, language: str, which: int) -> set[str]:
    friendly = {key: tried[which] for key, tried in PLAIN[name].items()}
    return tappable(shown(name, language, friendly))


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_short_texts_of_a_campaign_cannot_be_tapped_either(attack: str) -> None:
    (plain, *_) = catalogue.campaigns(lambda limit: "Ada"[:limit])
    hostile = replace(plain, title=attack, ask=attack, target=attack, organiser=attack)
    for name, alternatives in catalogue.html(lambda limit: "Ada"[:limit]).items():
        if "campaign" in alternatives:
            values = {key: tried[0] for key, tried in alternatives.items()}
            friendly = shown(name, "en", values | {"campaign": plain})
            new = tappable(shown(name, "en", values | {"campaign": hostile})) - tappable(friendly)
            assert not new, name


def shown(name: str, language: str, values: dict[str, object]) -> str:
    return parse(RENDERER.html(name, language, **values)).text


def test_a_name_in_what_staff_write_is_harmless_too() -> None:
    text = PersonalText("Dear {{ first_name }}, see {{ link }}")
    shown = text.render(first_name="/stopall", link="https://t.me/bot?start=x")
    assert len(find(shown)) == 1


def test_a_tower_of_marks_is_cut() -> None:
    assert harmless("Z" + "\u0351" * 50) == "Z" + "\u0351" * 3
    assert harmless("Siân Nguyễn") == "Siân Nguyễn"
