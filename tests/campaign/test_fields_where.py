"""Promises of postcodes, countries, emails and phones: what people type is understood."""

import pytest
from babel import Locale

from campaign import fields
from campaign.fields import FieldProblem
from tests.folded import for_each


@pytest.mark.parametrize(
    ("typed", "postcode"),
    [
        ("SW1A 1AA", "SW1A 1AA"),
        ("sw1a1aa", "SW1A 1AA"),
        (" m1  1ae ", "M1 1AE"),
        ("B33-8TH", "B33 8TH"),
        ("CR2 6XH.", "CR2 6XH"),
        ("dn551pt", "DN55 1PT"),
        ("W1A 0AX", "W1A 0AX"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("gir0aa", "GIR 0AA"),
        ("BF1 1AA", "BF1 1AA"),
        ("JE2 3AB", "JE2 3AB"),
        ("ＳＷ１Ａ　１ＡＡ", "SW1A 1AA"),
    ],
)
def test_a_postcode_is_written_as_the_post_writes_it(typed: str, postcode: str) -> None:
    assert fields.postcode(typed) == postcode


@pytest.mark.parametrize(
    ("typed", "postcode"),
    [
        ("SWIA 1AA", "SW1A 1AA"),
        ("SW1A IAA", "SW1A 1AA"),
        ("L1O OAA", "L10 0AA"),
        ("0X1 1AA", "OX1 1AA"),
        ("S014 0AA", "SO14 0AA"),
        ("P01 1AA", "PO1 1AA"),
        ("igi iaa", "IG1 1AA"),
    ],
)
def test_a_slip_of_o_and_0_or_i_and_1_is_put_right(typed: str, postcode: str) -> None:
    assert fields.postcode(typed) == postcode


@pytest.mark.parametrize(
    "typed",
    [
        "SW1A",
        "SW1A 1A",
        "SW1A 1AAA",
        "12345",
        "QQ1 1AA",
        "AA1 1AA",
        "SW1A 1CA",
        "SW١A 1AA",
        "ß1 1AA",
        "ı1 1AA",
        "London SW1A 1AA",
        "SW1A 1AA'; DROP TABLE signatures; --",
        "OIOIOIOIOIOIOIOIOIOIOIOIOIOI",
    ],
)
def test_what_is_no_postcode_is_refused(typed: str) -> None:
    with pytest.raises(FieldProblem) as raised:
        fields.postcode(typed)
    assert raised.value.reason == "malformed"


@pytest.mark.parametrize("language", ["en", "cy", "en-GB", "de"])
def test_every_country_is_known_by_its_code_and_its_name(language: str) -> None:
    codes = {"GB", "IE", "US", "FR", "NO", "CD", "CG", "XK", "ST", "BQ"}
    named = Locale.parse(language, sep="-").territories
    for code in codes:
        assert fields.country(code, language) == code
        assert fields.country(named[code], language) == code
        assert fields.country(named[code].upper(), language) == code


@pytest.mark.parametrize("language", ["en", "cy", "xx", ""])
@for_each(
    "typed, code",
    [
        ("uk", "GB"),
        ("U.K.", "GB"),
        ("Wales", "GB"),
        ("CYMRU", "GB"),
        ("Yr Alban", "GB"),
        ("gb", "GB"),
        ("GBR", "GB"),
        ("🇬🇧", "GB"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", "GB"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("us", "US"),
        ("the Netherlands", "NL"),
        ("Cote d’Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("turkey", "TR"),
        ("São Tomé & Príncipe", "ST"),
        ("bosnia and herzegovina", "BA"),
    ],
)
def test_a_country_is_known_by_its_usual_names(typed: str, code: str, language: str) -> None:
    assert fields.country(typed, language) == code


@pytest.mark.parametrize(
    "typed", ["no", "ie", "na", "Atlantis", "EU", "ZZ", "001", "XA", "🇪🇺", "🇬", "Congo", "SU", "ſu"]
)
def test_what_names_no_country_is_refused(typed: str) -> None:
    with pytest.raises(FieldProblem) as raised:
        fields.country(typed, "en")
    assert raised.value.reason == "unknown"


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada.Lovelace+met@Example.ORG ", "Ada.Lovelace+met@example.org"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("<ada@example.org>", "ada@example.org"),
        ("δοκιμή@παράδειγμα.gr", "δοκιμή@παράδειγμα.gr"),
        ("ada@xn--mnchen-3ya.example", "ada@münchen.example"),
    ],
)
def test_an_email_is_normalised(typed: str, email: str) -> None:
    assert fields.email(typed) == email


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "ada@",
        "@example.org",
        "ada@@example.org",
        "ada@example",
        "ada@localhost",
        "a b@c.org",
    ],
)
def test_what_is_no_email_is_refused(typed: str) -> None:
    with pytest.raises(FieldProblem) as raised:
        fields.email(typed)
    assert raised.value.reason == "malformed"


@pytest.mark.parametrize(
    ("typed", "region", "phone"),
    [
        ("020 7946 0000", "GB", "+442079460000"),
        ("+44 (0)20 7946 0000", "GB", "+442079460000"),
        ("+447700900123", "GB", "+447700900123"),
        ("+1 202 555 0123", "GB", "+12025550123"),
        ("030 123456", "DE", "+4930123456"),
        ("٠٢٠ ٧٩٤٦ ٠٠٠٠", "GB", "+442079460000"),
    ],
)
def test_a_phone_is_kept_in_e164(typed: str, region: str, phone: str) -> None:
    assert fields.phone(typed, region) == phone


@pytest.mark.parametrize("typed", ["12", "hello", "+", "+999 1234", "0" * 300])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(FieldProblem) as raised:
        fields.phone(typed)
    assert raised.value.reason == "malformed"
