"""Promise: nobody is refused for being called what they are called."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import fields
from campaign.fields import tappable
from messages.harmless import harmless
from tests.amount import cases
from tests.campaign import cldr_names
from tests.folded import for_each

# Surnames, given names and particles; many of them are top-level domains.
SURNAMES = (
    "Ly", "Li", "Ng", "Ma", "Mo", "Do", "Su", "Co", "Sy", "To", "La", "Ba", "Im", "Ai", "Hu", "Vu",
    "Lu", "Ye", "Tatar", "Wang", "Kim", "Ong", "Shaw", "Abbott", "Hughes", "Fox", "Ford", "London",
    "Eliot", "Null", "True", "None", "O’Neill", "O'Neill", "Oʻahu", "D’Arcy", "Ó Briain",
    "ap Rhys", "van der Berg", "von Brühl", "de la Cruz", "al-Ḥasan", "bin Laden", "Mac an Bhaird",
    "Smith-Jones", "Lloyd–George", "St. John", "St John", "Müller", "Þórsdóttir", "Łukasiewicz",
    "Wałęsa", "Пушкин", "Шевченко", "Παπαδόπουλος", "王", "김", "田中", "ابن سينا", "כהן", "राम",
    "Clitheroe", "Libshitz", "Van Dyke", "Gay", "Cockburn", "Penistone", "X Æ A-12", "III", "Jr.",
)  # fmt: skip
GIVEN = (
    "T.", "J.", "T. S.", "J.R.R.", "T.S.", "Ada", "Siân", "Mary-Jo", "Jean-Luc", "Bo", "Al", "Jo",
    "Me", "My", "In", "Anna Maria", "José", "Nguyễn Văn", "Dr", "Dr.", "Prof. Dr.", "Rev.", "Mx",
    "Mrs.", "Sir", "Cllr", "А.", "А.С.", "Ἀ.", "ʻIolani", "’t", "Ɣ", "𠮷", "محمد", "שרה", "小明",
)  # fmt: skip


def _parts() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {"given": st.sampled_from(GIVEN), "surname": st.sampled_from(SURNAMES)},
        optional={
            "title": st.sampled_from(("Mr.", "Dr", "Ms", "Prof.", "Cllr.", "y Parch.")),
            "given2": st.sampled_from(GIVEN),
            "surname2": st.sampled_from(SURNAMES),
            "generation": st.sampled_from(("Jr", "Jr.", "III", "Sr.")),
            "credentials": st.sampled_from(("MP", "Ph.D.", "M.D.", "B.Com.", "M.Sc", "OBE")),
        },
    )


# Chinese and Japanese leave out the spaces, of names in their own scripts.
SPACED = [
    pattern
    for pattern in cldr_names.data()["patterns"]
    if "}{" not in re.sub("-(initial|monogram)[^}]*}{", "", pattern)
]
STYLES = sorted({(one["initial"], one["sequence"]) for one in cldr_names.data()["locales"]})


@for_each("locale, name", cldr_names.every_name())
def test_a_name_in_any_habit_of_unicodes_locales_is_taken(locale: str, name: str) -> None:
    if len(name) <= fields.NAME_LIMIT:  # one, of Turkmen, has all titles there are
        _is_taken(name)


@settings(max_examples=cases(short=1_000, full=20_000))
@given(
    parts=_parts(),
    pattern=st.sampled_from(SPACED),
    style=st.sampled_from(STYLES),
    case=st.sampled_from((str, str.upper)),
)
def test_a_name_of_hard_parts_in_any_pattern_is_taken(
    parts: dict[str, str], pattern: str, style: tuple[str, str], case: type[str]
) -> None:
    name = case(cldr_names.written(pattern, parts, *style))
    if any(letter.isalpha() for letter in name):  # the monogram of "’t" has none
        _is_taken(name)


@given(
    initials=st.lists(st.sampled_from("ABJRSTÁŽÉ"), min_size=1, max_size=4),
    surname=st.sampled_from(SURNAMES),
    between=st.sampled_from((". ", ".", " ")),
    title=st.sampled_from(("", "Dr. ", "Dr.", "St.", "Mrs ")),
)
def test_initials_with_or_without_spaces_are_no_host(
    initials: list[str], surname: str, between: str, title: str
) -> None:
    _is_taken(title + between.join([*initials, surname]))


@for_each(
    "name",
    [
        # of the Big List of Naughty Strings, what somebody could be called
        *("undefined", "undef", "null", "NULL", "(null)", "nil", "NIL", "true", "false", "True"),
        *("False", "TRUE", "FALSE", "None", "hasOwnProperty", "then", "constructor"),
        *("田中さんにあげて下さい", "パーティーへ行かないか", "和製漢語", "部落格"),
        *("사회과학원 어학연구소", "울란바토르", "𠜎𠜱𠝹𠱓"),
        *("찦차를 타고 온 펲시맨과 쑛다리 똠방각하", "社會科學院語學研究所"),
        *("Ⱥ", "Ⱦ", "Scunthorpe General Hospital", "Penistone Community Church", "Jimmy Clitheroe"),
        *("Lightwater Country Park", "Horniman Museum", "Craig Cockburn, Software Specialist"),
        *("Linda Callahan", "Dr. Herman I. Libshitz", "magna cum laude", "Super Bowl XXX"),
        *("Tyson Gay", "Dick Van Dyke", "Arsenal canal", "classic", "basement", "mocha"),
        *("הָיְתָה", "בְּרֵאשִׁית", "الكل في المجمو عة", "Ω≈ç√∫˜µ≤≥÷", "ÅÍÎÏ˝ÓÔÒÚÆ☃", "Œ„´‰ˇÁ¨ˆØ∏”’"),
        *("CON", "PRN", "AUX", "NUL", "COM1", "LPT1", "If you're reading this"),
        *("🐵 Ada", "❤️ 💔 Ada", "表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀", "Kein Ding", "𝐓𝐡𝐞 𝐪𝐮𝐢𝐜𝐤 𝐛𝐫𝐨𝐰𝐧 𝐟𝐨𝐱"),
        # what was refused, and its kin
        *("T. S. Eliot", "T.S. Eliot", "T.S.Eliot", "t. s. eliot", "t.s.eliot", "T.S.ELIOT"),
        *("J.Ly", "J. Ly", "J.LY", "A.Li", "A. LI", "Dr.Li", "dr.li", "MR.NG", "St.John"),
        *("T . S . Eliot", "W. W. Jacobs", "Me. Te", "T. Me", "Telegram Smith", "J.-P. Sartre"),
        *(
            "J.-P.Sartre",
            "Kim Jong.Un",
            "ann.marie",
            "Anna.Li",
            "Brian O'Co",
            "M.Sc Ravi",
            "Ravi Kumar, B.Com.",
        ),
        *("van't Hoff", "’t Hooft", "Ng", "Cher", "Ada (née Byron)", "Ada “Countess” Lovelace"),
        *("Ann/Bob Smith", "Ann & Bob", "Mc.Donald", "John Smith Jr.", "J. Doe III.", "No.Name"),
        *("Dr.med. Anna Weiß", "Dr.med.vet. Anna Weiß", "dr.med. anna weiß", "Dr.J.de Vries"),
        *("ʻAukai", "N!xau", "ǂKhomani", "Nuñez y Ñuñez", "A.", "Ch. de Gaulle", "Th.de Vries"),
    ],
)
def test_what_a_person_would_call_a_name_is_taken(name: str) -> None:
    _is_taken(name)


@for_each(
    "text",
    [
        *("I can't. Me neither.", "Enough.Me too", "T. S. Eliot said so.", "No. It is. So there."),
        *("Yes.It must stay", "Bangor.In winter it is worse", "I am 72. My bus is the no. 5."),
        *("At 10.30 we close at 5.15", "£3.50 is too much... really", "e.g. buses, i.e. trams"),
        *("It was on 12.11.2026.", "Thank you, Dr. Li. Do not close it!", "Why?.Because", "U.K."),
        *("Wait…no", "J. Ly and A.LI agree", "and/or", "24/7", "my son (3.5 years)", "P.S. thanks"),
        *("Ni allaf. Na minnau.", "Rwy'n 80. Mae'r bws yn bwysig.", "Diolch.Mae'n bwysig"),
    ],
)
def test_prose_with_full_stops_is_no_link(text: str) -> None:
    assert fields.comment(text) == text


@pytest.mark.parametrize("name", ["T. S. Eliot", "J.Ly", "A.LI", "Ada www", "Dr.Li"])
def test_a_name_that_is_shown_has_nothing_to_tap_and_is_taken_again(name: str) -> None:
    shown = str(harmless(name))
    assert not tappable.in_sentences(shown)
    assert fields.name(shown) == name


def _is_taken(name: str) -> None:
    kept = fields.name(name)
    assert fields.name(kept) == kept
