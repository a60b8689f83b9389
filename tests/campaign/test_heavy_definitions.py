"""Promises of campaign files made to be heavy: each is refused at once, with its line."""

import pytest

from campaign.definition.campaign_file import parse_definition
from campaign.definition.problems import DefinitionError
from campaign.definition.toml_text import BadToml, values_of

PARTS = 50_000
HEAVY = {
    "a key of many parts": "\n" + "a." * PARTS + "a = 1",
    "a table of many parts": "\n[" + "a." * PARTS + "a]",
    "with spaces": "\n" + "a . " * PARTS + "a = 1",
    "in quotes": "\n" + "'a'." * PARTS + '"a" = 1',
    "in an inline table": "\nx = { " + "a." * PARTS + "a = 1 }",
    "many of them": "\n" + "\n".join("a." * 200 + f"k{n} = 1" for n in range(500)),
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_a_key_of_thousands_of_parts_is_refused_before_it_is_read(text: str) -> None:
    with pytest.raises(DefinitionError, match="line 2: the file has a key of dozens of parts"):
        parse_definition(text)  # which tomllib would take a minute for


@pytest.mark.parametrize(
    "text",
    [
        *("x" * 200_000, "'" * 200_000, '"' * 200_001, "a b. " * 70_000, "a .. " * 60_000),
        *("a.b.c.d = 1\n" * 10_000, "…" * 100_000, ". " * 100_000, "a" + "." * 100_000),
    ],
)
def test_what_has_no_such_key_is_looked_through_in_one_go(text: str) -> None:
    with pytest.raises(BadToml, match="is not TOML"):
        values_of(text)


def test_sentences_with_many_full_stops_are_no_keys() -> None:
    statement = "Well. No. So... it is. " * 100

    assert values_of(f'statement = "{statement}"') == {"statement": statement}
