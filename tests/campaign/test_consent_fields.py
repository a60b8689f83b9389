"""Promises about a consent that does not name what the form asks for."""

from campaign.definition.consent_fields import unnamed
from campaign.definition.model import Definition, load_definition
from tests.campaign import petitions


def asking(*kinds: str, sign: str = "") -> Definition:
    example = load_definition(petitions.EXAMPLE)
    data = example.model_dump(mode="json", exclude={"picture"}, exclude_none=True)
    data["fields"] = [{"kind": kind, "required": True} for kind in kinds]
    data.pop("picture", None)
    if sign:
        data["text"]["en"]["consent"]["sign"] = sign
    return Definition.model_validate(data)


def test_the_example_names_what_it_asks_for() -> None:
    assert unnamed(load_definition(petitions.EXAMPLE)) == {}


def test_a_question_added_later_is_missed_in_each_language() -> None:
    assert unnamed(asking("name", "postcode", "email")) == {"en": ["email"], "cy": ["email"]}


def test_a_wording_that_lists_no_field_is_left_alone() -> None:
    found = unnamed(asking("name", "email", sign="You may keep what I write here."))
    assert "en" not in found
