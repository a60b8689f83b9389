"""Promises about answers with words around them, as people write them to somebody."""

import pytest

from campaign import fields
from campaign.fields import FieldProblem
from campaign.signing import doubts, parse_answer
from tests.folded import for_each


@for_each(
    "text",
    [
        *(
            "My postcode is E17 4PP",
            "it's e17 4pp",
            "postcode: E17 4PP",
            "E17 4PP, London",
            "e174pp!",
        ),
        *("12 High Street, London E17 4PP", "London, E17 4PP, UK", "e17 4pp 🙂", "E17-4PP please"),
        *(
            "Cod post: E17 4PP",
            "fy nghod post yw e17 4pp",
            "E17 4PP (my mum's)",
            "E17 4PP / e174pp",
        ),
    ],
)
def test_the_one_postcode_in_some_words_is_taken(text: str) -> None:
    assert parse_answer.parse("postcode", text, "en") == "E17 4PP"


@for_each(
    "text",
    [
        *("E17 4PP or SW1A 1AA", "not E17 4PP but SW1A 1AA", "E17 near London", "XX1 1AA London"),
        *("D02 X285, Dublin", "phone 020 7946 0958", "AE17 4PPX", "x" * 5_000, "E17 4PPE17 4PP"),
    ],
)
def test_two_or_none_are_not_guessed_at(text: str) -> None:
    with pytest.raises(FieldProblem):
        parse_answer.parse("postcode", text, "en")


@for_each(
    "text",
    ["my email is ann@x.org", "It's ann@x.org", "it’s ann@x.org thanks", "fy e-bost yw ann@x.org"],
)
def test_the_address_behind_some_words_is_taken(text: str) -> None:
    assert fields.email(text) == "ann@x.org"


@for_each(
    "text, language",
    [
        *(("I live in Ireland", "en"), ("I'm in Ireland now", "en"), ("from Ireland", "en")),
        *(
            ("i am from the republic of ireland", "en"),
            ("Dublin, Ireland", "en"),
            ("D02 X285, Dublin", "en"),
        ),
        *(
            ("Rwy’n byw yn Iwerddon", "cy"),
            ("yn Iwerddon", "cy"),
            ("Ireland 🇮🇪", "en"),
            ("🇮🇪", "en"),
        ),
    ],
)
def test_the_country_in_some_words_is_found(text: str, language: str) -> None:
    assert doubts.country_meant(text, language) == "IE"


@for_each(
    "text",
    [
        *("My name is Ann Lee", "my name's Ann Lee", "I'm Ann Lee", "I am Ann Lee", "It’s Ann Lee"),
        *("Name: Ann Lee", "Fy enw i yw Ann Lee", "This is Ann Lee", "my full name is Ann Lee"),
    ],
)
def test_a_name_behind_some_words_is_asked_back(text: str) -> None:
    doubt = doubts.doubt_about("name", text)
    assert doubt is not None
    assert (doubt.reason, doubt.likely, doubt.possible) == ("typo", "Ann Lee", True)


@for_each("name", ["I", "Am Lee", "Ima Lee", "Iam Lee", "My Linh Nguyen", "This Lee", "Itsuki Lee"])
def test_a_name_that_only_begins_like_that_is_not(name: str) -> None:
    assert doubts.doubt_about("name", name) is None


@for_each("text", ["I love Ireland and Wales", "no", "in", "London", "I live here", "x" * 5_000])
def test_no_country_is_made_of_other_words(text: str) -> None:
    assert doubts.country_meant(text, "en") is None
