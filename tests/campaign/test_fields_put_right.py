"""Promises: what people paste is put right, what they likely mistyped is known, and everybody's
postcode and every number that Telegram vouches for is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import fields
from campaign.fields import FieldProblem
from campaign.signing.parse_answer import phone_of_contact
from tests.folded import for_each


@for_each(
    "typed",
    [
        *("Ada <ada@example.org>", '"Lovelace, Ada" <ada@example.org>', "<ada@example.org>"),
        *(
            "mailto:ada@example.org",
            "MAILTO:ada@example.org?subject=Hi%20there",
            "ada@example.org.",
        ),
        *("<mailto:ada@example.org>", "ada@example.org;", "ada@example.org,", "(ada@example.org)"),
        *("Ada <ada@example.org>;", "ada @ example.org", "ada @example.org", "ada@ example.org"),
        *("“ada@example.org”", "'ada@example.org'", "Email: ada@example.org", "ada@example,org"),
        *(
            "ada@example.org thanks!",
            "ada@exam\u200bple.org",
            " \tada@example.org\n",
            "ada＠example.org",
        ),
        "ada@example.org <ada@example.org>",
    ],
)
def test_a_pasted_email_is_put_right(typed: str) -> None:
    assert fields.email(typed) == "ada@example.org"


@for_each(
    "typed", ["ada lovelace@example.org", "a@x.org, b@x.org", "a@x.org b@x.org", "ada", "@", "<>"]
)
def test_an_address_that_is_not_clear_is_not_guessed(typed: str) -> None:
    with pytest.raises(FieldProblem):
        fields.email(typed)


@for_each(
    "typed, likely",
    [
        ("gmial.com", "gmail.com"),
        ("gmali.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("hotmial.co.uk", "hotmail.co.uk"),
        ("yaho.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("example.con", "example.com"),
        ("btintenet.com", "btinternet.com"),
    ],
)
def test_a_mistyped_provider_is_known_for_what_was_meant(typed: str, likely: str) -> None:
    assert fields.likely_email(f"ada@{typed}") == f"ada@{likely}"


@for_each(
    "domain",
    [
        *("gmail.com", "mail.com", "email.com", "ymail.com", "hotmail.de", "yahoo.fr", "sky.com"),
        *("me.com", "gmx.de", "example.co", "example.org", "proton.me", "gov.wales", "live.ie"),
    ],
)
def test_no_other_provider_is_taken_for_a_mistyped_one(domain: str) -> None:
    assert fields.likely_email(f"ada@{domain}") is None


@given(st.emails())
def test_what_was_likely_meant_is_an_address_without_a_doubt(typed: str) -> None:
    try:
        kept = fields.email(typed)
    except FieldProblem:
        return
    if likely := fields.likely_email(kept):
        assert fields.likely_email(fields.email(likely)) is None


@for_each(
    "typed, kept",
    [
        ("BFPO 801", "BFPO 801"),
        ("bfpo57", "BFPO 57"),
        ("B.F.P.O. 61", "BFPO 61"),
        ("bf1 2aa", "BF1 2AA"),
        ("GX11 1AA", "GX11 1AA"),
        ("gxii iaa", "GX11 1AA"),
        ("FIQQ 1ZZ", "FIQQ 1ZZ"),
        ("fiqq-1zz", "FIQQ 1ZZ"),
        ("STHL1ZZ", "STHL 1ZZ"),
        ("tkca 1zz", "TKCA 1ZZ"),
        ("JE2 4WE", "JE2 4WE"),
        ("GY1 1AA", "GY1 1AA"),
        ("IM1 1AA", "IM1 1AA"),
    ],
)
def test_a_postcode_of_the_forces_and_of_the_islands_is_taken(typed: str, kept: str) -> None:
    assert fields.postcode(typed) == kept
    assert fields.country_of_postcode(typed) is None


@for_each(
    "typed, country",
    [
        ("D02 AF30", "IE"),
        ("d6w-xy00", "IE"),
        ("A65F4E2", "IE"),
        ("K1A 0B1", "CA"),
        ("1012 AB", "NL"),
        ("KY1-1100", "KY"),
        ("VG1110", "VG"),
        ("MSR 1110", "MS"),
        ("AI-2640", "AI"),
    ],
)
def test_another_countrys_postcode_is_known_as_such(typed: str, country: str) -> None:
    assert fields.country_of_postcode(typed) == country
    with pytest.raises(FieldProblem):
        fields.postcode(typed)


@for_each(
    "number, kept",
    [
        ("88800123456", "+88800123456"),
        ("+888 0012 3456", "+88800123456"),
        ("8881234567", "+8881234567"),
        ("42777", "+42777"),
        ("999123456", "+999123456"),
        ("442079460000", "+442079460000"),
        ("+44 20 7946 0000", "+442079460000"),
        ("٨٨٨٠٠١٢٣٤٥٦", "+88800123456"),
    ],
)
def test_a_number_that_telegram_vouches_for_is_taken(number: str, kept: str) -> None:
    assert phone_of_contact(number, owner=7, sender=7) == kept
    with pytest.raises(FieldProblem, match="not_own"):
        phone_of_contact(number, owner=8, sender=7)


@given(st.from_regex(r"\A\+?[0-9]{5,20}\Z"))
def test_any_number_that_telegram_vouches_for_is_kept_the_same_each_time(number: str) -> None:
    kept = phone_of_contact(number, owner=7, sender=7)
    assert phone_of_contact(kept, owner=7, sender=7) == kept


@for_each("number", ["", "+", "no figures", "1" * 21])
def test_what_is_no_number_at_all_is_asked_for_again(number: str) -> None:
    with pytest.raises(FieldProblem, match="malformed"):
        phone_of_contact(number, owner=7, sender=7)
