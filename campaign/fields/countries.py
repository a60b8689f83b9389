"""A country, written as a code, a name or a flag."""

import re
import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem
from campaign.normalisation import normalised

# Unicode's own two-letter codes, which ISO 3166-1 does not assign. Kosovo (XK) is left in: ISO
# leaves it to its users, and people live there.
# https://www.unicode.org/reports/tr35/#unicode_region_subtag_validity
_NOT_COUNTRIES = re.compile("AC|CP|CQ|DG|EA|EU|EZ|IC|QO|TA|UN|XA|XB|ZZ")
# Codes that, typed small, are likelier a word: no (no, Welsh na), yes (Welsh ie, do), so, to, me …
_WORDS = re.compile("am|as|at|be|by|do|ie|in|is|it|me|my|na|no|so|to")
_SHORT_FORMS = {
    "GB": "uk|great britain|britain|england|scotland|wales|northern ireland|united kingdom|"
    "united kingdom of great britain and northern ireland|prydain|prydain fawr|y du|du|lloegr|"
    "yr alban|cymru|gogledd iwerddon",
    "US": "usa|america|united states of america|the states|unol daleithiau america|uda",
    "IE": "eire|republic of ireland|roi|southern ireland|gweriniaeth iwerddon",
    "AE": "uae|emirates", "BA": "bosnia", "CD": "drc|dr congo|democratic republic of the congo",
    "CG": "republic of the congo|congo republic", "CI": "ivory coast", "CV": "cape verde",
    "CZ": "czech republic", "FM": "micronesia", "HK": "hong kong", "KP": "north korea",
    "KR": "korea|south korea|republic of korea", "MK": "macedonia", "MM": "burma|myanmar",
    "MO": "macau|macao", "NL": "holland", "PS": "palestine", "RU": "russian federation",
    "ST": "sao tome", "SZ": "swaziland", "TL": "east timor", "TR": "turkiye|turkey",
    "TT": "trinidad", "VA": "vatican", "VN": "viet nam",
}  # fmt: skip


def country(text: str, language: str) -> str:
    """The ISO 3166-1 code of a country: GB.

    Takes a code, a name in the given language or in English, a common short form (UK, Wales) and a
    flag; case, accents and a leading "the" do not matter.

    Args:
        language: a code such as "cy"; of one that is unknown to Unicode, English alone is tried.

    Raises:
        FieldProblem: unknown.
    """
    written = one_line(text)
    found = _of_flag(written) or _of_code(written) or _of_name(written, language)
    if found is None:
        raise FieldProblem("country", "unknown")
    return found


def country_name(code: str, language: str) -> str:
    """What a country is called in a language, or in English; the code itself if nobody knows."""
    for known in (language, "en"):
        try:
            if name := Locale.parse(known, sep="-").territories.get(code):
                return str(name)
        except (UnknownLocaleError, ValueError):
            continue
    return code


@lru_cache
def _codes() -> frozenset[str]:
    known = (str(code) for code in Locale("en").territories)
    return frozenset(
        code for code in known if re.fullmatch("[A-Z]{2}", code) and not _NOT_COUNTRIES.match(code)
    )


def _of_flag(written: str) -> str | None:
    letters = "".join(chr(ord(c) - 0x1F1E6 + ord("A")) for c in written if "🇦" <= c <= "🇿")
    if written.startswith("\U0001f3f4\U000e0067\U000e0062"):
        return "GB"  # the flags of England, Scotland and Wales
    return letters if len(written) == 2 and letters in _codes() else None


def _of_code(written: str) -> str | None:
    code = written.upper()
    if not written.isascii() or _WORDS.fullmatch(written):
        return None
    if code in _codes():
        return code
    three_letters: list[str] = get_global("territory_aliases").get(code, [])
    only = three_letters[0] if len(code) == 3 and len(three_letters) == 1 else None
    return only if only in _codes() else None


def _of_name(written: str, language: str) -> str | None:
    key = _key(written)
    for known in (language, "en"):
        if (code := _names(known).get(key)) is not None:
            return code
    return None


@lru_cache
def _names(language: str) -> dict[str, str]:
    """Codes by every name known in a language, short forms of all languages included."""
    short = {_key(n): code for code, names in _SHORT_FORMS.items() for n in names.split("|")}
    try:
        territories = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        return short
    named = {_key(name): code for code, name in territories.items() if code in _codes()}
    return {**short, **named}


def _key(name: str) -> str:
    bare = normalised("NFKD", name).casefold().replace("&", " and ").replace(".", "")
    words = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c)).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
