"""Promises of names and comments: kept as people write them, without what nobody sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import fields
from campaign.fields import FieldProblem


def reason(text: str) -> str:
    with pytest.raises(FieldProblem) as raised:
        fields.name(text)
    return raised.value.reason


@pytest.mark.parametrize(
    "name",
    [
        "Cher",
        "Siân Lloyd-Ap Gwynfor",
        "O’Neill",
        "D'Arcy",
        "Ng",
        "J.R.R. Tolkien",
        "Dr.Smith",
        "JR.Smith",
        "st.john",
        "Jean.Paul",
        "Martin Luther King, Jr.",
        "田中 太郎",
        "田中.太郎",
        "А.С.Пушкин",
        "שָׂרָה",
        "𠮷野家",
        "X Æ A-12",
        "李",
        "<b>bold</b>",
        "🌹 Rosa",
    ],
)
def test_a_name_is_kept_as_written(name: str) -> None:
    assert fields.name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("محمد\u200cرضا", id="Persian keeps its non-joiner"),
        pytest.param("ශ්\u200dරී", id="Sinhala keeps its joiner"),
        pytest.param("ക്\u200dഷ", id="Malayalam keeps its joiner"),
        pytest.param("葛\U000e0100城", id="a Han character keeps its form"),
        pytest.param("Ada 👩\u200d👩\u200d👧", id="a family stays together"),
        pytest.param("Ada ❤\ufe0f\u200d🔥", id="a heart stays on fire"),
        pytest.param(
            "Dewi \U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
            id="the flag of Wales stays Welsh",
        ),
    ],
)
def test_an_invisible_character_stays_where_it_is_needed(name: str) -> None:
    assert fields.name(name) == name


@pytest.mark.parametrize(
    "typed",
    [
        "  Ada \n\t Lovelace ",
        "Ada\u00a0Lovelace",
        "Ada\u3000Lovelace",
        "\u202eAda\u202c Lovelace",
        "\u2068Ada Lovelace\u2069",
        "Ada\x00 Lovelace\x07",
        "A\u200bd\u200ca Love\u200dlace",
        "Ada Love\u00adlace\ufeff",
        "Ada\ufe0f Lovelace\U000e0100",
        "Ada\U000e0041\U000e0042 Lovelace",
        "Ada\u3164 Lovelace",
        "Ada\ud800 Lovelace",
    ],
)
def test_what_nobody_sees_is_taken_out(typed: str) -> None:
    assert fields.name(typed) == "Ada Lovelace"


def test_a_decomposed_name_is_composed() -> None:
    assert fields.name("Sia\u0302n") == "Siân"


@pytest.mark.parametrize(
    "text",
    [
        "http://x",
        "HTTPS://EVIL.EXAMPLE",
        "ftp://a",
        "www.ada",
        "see t.me/evil",
        "telegram.me/evil",
        "tg:resolve?domain=x",
        "@ada",
        "ada@example.org",
        "evil.example",
        "EVIL.COM",
        "EVIL.SHOP",
        "Evil.Com",
        "пример.рф",
        "ｅｖｉｌ．ｃｏｍ",
        "evil。com",
        "evil\u200b.com",
        "Ada bit.ly/x",
    ],
)
def test_a_link_is_no_name(text: str) -> None:
    assert reason(text) == "link"


@pytest.mark.parametrize("text", ["123", "!!!", "👍", "٣", "-"])
def test_a_name_has_a_letter(text: str) -> None:
    assert reason(text) == "no_letters"


def test_a_name_has_at_most_100_characters() -> None:
    assert len(fields.name("W" * 100)) == 100
    with pytest.raises(FieldProblem) as raised:
        fields.name("W" * 101)
    assert (raised.value.reason, raised.value.limit) == ("too_long", 100)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mary-Ann O’Neil", "MARY ANN ONEIL"),
        ("Siân", "Sian"),
        ("Øyvind Åse", "Oyvind Ase"),
        ("Łukasz Wałęsa", "Lukasz Walesa"),
        ("Straße", "STRASSE"),
        ("İpek", "ipek"),
        ("Ｔａｎａｋａ", "Tanaka"),
        ("שָׂרָה", "שרה"),
        ("שְׁלומית", "שלומית"),
        ("رحمٰن", "رحمن"),
        ("A\u0338da", "Ada"),
        ("Dr. Ada Lovelace", "Dr Ada  Lovelace"),
    ],
)
def test_names_written_differently_have_one_key(one: str, other: str) -> None:
    assert fields.name_key(one) == fields.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Lovelace", "Lovelace Ada"),
        ("Ada", "Ida"),
        ("राम", "रम"),
        ("ガンタ", "カンタ"),
        ("ʻ", "ʼ"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert fields.name_key(one) != fields.name_key(other)


@pytest.mark.parametrize(
    "text",
    [
        "I care about this.please keep it",
        "Enough.Me too",
        "I live in Brixton.London needs this!",
        "e.g./i.e. and/or",
        "@Mayor please listen",
        "❤\ufe0f",
    ],
)
def test_a_comment_is_kept_as_written(text: str) -> None:
    assert fields.comment(text) == text


def test_a_comment_of_several_lines_becomes_one() -> None:
    assert fields.comment("Dear Sir,\n\nplease\r\nkeep it.") == "Dear Sir, please keep it."


@pytest.mark.parametrize("text", ["read https://x.y", "evil.com now", "go to a1.shop/x", "www.x.y"])
def test_a_comment_with_a_link_is_refused(text: str) -> None:
    with pytest.raises(FieldProblem) as raised:
        fields.comment(text)
    assert raised.value.reason == "link"


def test_a_comment_has_at_most_500_characters() -> None:
    assert len(fields.comment("x" * 500)) == 500
    with pytest.raises(FieldProblem) as raised:
        fields.comment("x" * 501)
    assert (raised.value.reason, raised.value.limit) == ("too_long", 500)


@pytest.mark.parametrize(
    "other",
    [
        "Аda Lovelace",  # Cyrillic А
        "Adа Lоvеlасе",
        "ΑDΑ LΟVELACE",
        "A\ufe00da Love\U000e0101lace",
        "A\u034fda Lo\u180bvelace",
        "Ada\u3164Lovelace\u115f",
        "A\u200dd\u2060a Love\u200blace",
        "𝔸𝕕𝕒 𝓛𝓸𝓿𝓮𝓵𝓪𝓬𝓮",
        "Ａｄａ　Ｌｏｖｅｌａｃｅ",
        "Ada L0ve1ace",
        "Ada LoveIace",
        "Ɑda Lovelaϲe",
        "A̷d̷a̷ Lovelace",
        "ADA LO\u02bbVELACE",
    ],
)
def test_a_name_in_disguise_has_the_key_of_the_name_it_looks_like(other: str) -> None:
    assert fields.name_key(other) == fields.name_key("Ada Lovelace") == "adalovelace"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alan Turing", "AIan Turing"),
        ("Amold", "Arnold"),
        ("McIntyre", "mcintyre"),
        ("IAN", "Ian"),
        ("Elizabeth II", "elizabeth ii"),
        ("ОЛЬГА ШЕВЧЕНКО", "Ольга Шевченко"),
        ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
    ],
)
def test_case_and_look_lead_to_one_key(one: str, other: str) -> None:
    assert fields.name_key(one) == fields.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("Elis", "Ellis"), ("Ali", "All"), ("Ian", "Lan"), ("Ada 1", "Ada 2"), ("Ann", "Anna")),
        *(("Ольга", "Олена"), ("محمد", "محمود"), ("王小明", "王大明"), ("Nia 10", "Nia lo")),
    ],
)
def test_names_that_only_resemble_each_other_keep_keys_of_their_own(one: str, other: str) -> None:
    assert fields.name_key(one) != fields.name_key(other)


@given(st.text(max_size=40))
def test_a_key_is_the_key_of_itself_in_any_disguise_of_invisible_letters(name: str) -> None:
    hidden = "\ufe01".join(name) + "\U000e0155"
    if fields.name_key(name) != name:
        assert fields.name_key(hidden) == fields.name_key(name)
