"""Promises about a consent that does not name what the form asks for."""

from campaign.definition.campaign_file import load_definition
from campaign.definition.consent_fields import unnamed
from campaign.definition.model import Definition
from tests.campaign import petitions
from tests.folded import for_each


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


def test_signers_from_abroad_give_a_country_which_the_consent_has_to_name() -> None:
    abroad = load_definition(petitions.EXAMPLE).model_copy(update={"signers": "anywhere"})
    assert unnamed(abroad) == {"en": ["country"], "cy": ["country"]}
    named = asking("name", "postcode", sign="You keep my name and postcode or country.")
    assert "en" not in unnamed(named.model_copy(update={"signers": "anywhere"}))
    nowhere = load_definition(petitions.EXAMPLE).model_copy(update={"signers": "uk"})
    assert unnamed(nowhere) == {}


@for_each(
    "asked, sign, missing",
    [
        ("postcode", "You keep my name and email address.", ["postcode"]),
        ("postcode", "You keep my name and e-mail address.", ["postcode"]),
        ("postcode", "You keep my name, address and email address.", []),
        ("phone", "You keep my name, and may publish the number of names.", ["phone"]),
        ("phone", "You keep my name and mobile number.", []),
        ("phone", "You keep my name and telephone number.", []),
        ("country", "You keep my name, for a better countryside.", ["country"]),
        ("postcode", "You keep my name and where I live.", []),
        ("country", "You keep my name and where I live.", []),
        ("email", "You keep my name and e-mail.", []),
        ("email", "You keep my NAME and eMail address.", []),
    ],
)
def test_a_word_that_means_something_else_names_no_field(
    asked: str, sign: str, missing: list[str]
) -> None:
    assert unnamed(asking("name", asked, sign=sign)).get("en", []) == missing


def test_in_welsh_too() -> None:
    data = asking("name", "postcode").to_dict()
    data["text"]["cy"]["consent"]["sign"] = "Rwy’n cytuno, yn enwedig bod fy nghod post yn aros."
    assert unnamed(Definition.from_dict(data))["cy"] == ["name"]
    data["text"]["cy"]["consent"]["sign"] = "Rwy’n cytuno i gadw fy enw a fy nghyfeiriad e-bost."
    assert unnamed(Definition.from_dict(data))["cy"] == ["postcode"]
