"""Promises of `signers`: what it means when it is left out, and what is a mistake."""

from types import SimpleNamespace
from typing import Any

import pytest

from campaign.definition.campaign_file import parse_definition
from campaign.definition.model import Definition
from campaign.definition.problems import DefinitionError
from campaign.handin.snapshot import place_under
from campaign.signing.form import HOME, Form
from packs.rows import area, district
from tests.campaign.petitions import EXAMPLE
from tests.folded import for_each

POSTCODE, COUNTRY = '{ kind = "postcode" }', '{ kind = "country" }'


def definition(signers: str, *asked: str) -> Definition:
    lines = EXAMPLE.read_text(encoding="utf-8").split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("fields ="))
    end = next(n for n in range(start, len(lines)) if lines[n].rstrip().endswith("]"))
    fields = ", ".join(['{ kind = "name" }', *asked])
    said = [f'signers = "{signers}"'] if signers else []
    lines[start : end + 1] = [f"fields = [{fields}]", *said]
    return parse_definition("\n".join(lines), folder=EXAMPLE.parent)


@for_each(
    "signers, asked, anywhere",
    [
        ("", (POSTCODE,), False),
        ("", (POSTCODE, COUNTRY), True),
        ("", (COUNTRY,), True),
        ("", (), True),
        ("uk", (POSTCODE,), False),
        ("anywhere", (POSTCODE,), True),
        ("anywhere", (POSTCODE, COUNTRY), True),
    ],
)
def test_who_may_sign_is_said_or_follows_from_the_questions(
    signers: str, asked: tuple[str, ...], anywhere: bool
) -> None:
    assert definition(signers, *asked).from_anywhere is anywhere


@for_each(
    "signers, asked, says",
    [
        ("uk", (POSTCODE, COUNTRY), 'write signers = "anywhere"'),
        ("uk", (COUNTRY,), 'add { kind = "postcode" } to fields'),
        ("anywhere", (), "leave signers out"),
        ("mars", (POSTCODE,), '"uk", for people who live there'),
    ],
)
def test_a_mistake_says_what_to_write(signers: str, asked: tuple[str, ...], says: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        definition(signers, *asked)
    assert says in str(raised.value)
    assert "line" in str(raised.value)


@for_each("order", [(POSTCODE, COUNTRY), (COUNTRY, POSTCODE), (POSTCODE,)])
def test_nobody_abroad_is_asked_for_a_postcode(order: tuple[str, ...]) -> None:
    asked = definition("anywhere", *order)
    form = Form.begin(asked).answer("Ada")
    if form.step == "postcode":
        form = form.has_no_postcode()
    form = Form.from_dict(asked, form.step, form.to_dict())
    form = form.answer("IE")
    assert (form.step, dict(form.answers)) == ("review", {"name": "Ada", "country": "IE"})


def test_a_form_from_abroad_is_asked_again_when_only_the_uk_may_sign() -> None:
    form = Form.begin(definition("anywhere", POSTCODE)).answer("Ada").has_no_postcode("IE")
    kept = Form.from_dict(definition("uk", POSTCODE), form.step, form.to_dict())
    assert (kept.step, dict(kept.answers)) == ("postcode", {"name": "Ada"})
    home = Form.begin(definition("uk", POSTCODE)).answer("Ada").has_no_postcode(HOME)
    assert Form.from_dict(definition("uk", POSTCODE), home.step, home.to_dict()) == home


@for_each(
    "place, part, letters",
    [
        ("SW1A 1AA", "SW1A", "SW"),
        ("GX11 1AA", "GX11", "GX"),
        ("BFPO 57", "BFPO", "BFPO"),
        ("FIQQ 1ZZ", "FIQQ", "FIQQ"),
        ("Germany", "Germany", "Germany"),
        ("United Kingdom", "United Kingdom", "United Kingdom"),
        ("DE", "DE", "DE"),
    ],
)
def test_a_country_is_no_postcode_area(place: str, part: str, letters: str) -> None:
    assert (district(place), area(place).strip()) == (part, letters)


@for_each(
    "kinds, postcode, country, printed",
    [
        ((POSTCODE,), "SW1A 1AA", None, "SW1A 1AA"),
        ((POSTCODE,), None, "DE", "Germany"),
        ((POSTCODE,), None, "GB", "United Kingdom"),
        ((POSTCODE,), None, None, ""),
        ((COUNTRY,), None, "DE", "DE"),
        ((), None, None, ""),
    ],
)
def test_a_pack_prints_the_country_of_who_has_no_postcode(
    kinds: tuple[str, ...], postcode: str | None, country: str | None, printed: str
) -> None:
    petition: Any = SimpleNamespace(definition=definition("", *kinds))
    signature: Any = SimpleNamespace(postcode=postcode, country=country)
    assert place_under(petition, signature) == printed
