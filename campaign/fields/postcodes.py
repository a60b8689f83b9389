"""A postcode of the United Kingdom, the Crown dependencies, the forces, or of an overseas territory
whose code is written like one; and whose code another is."""

import re
from itertools import combinations

from ukpostcodeutils.validation import is_valid_postcode

from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem
from campaign.normalisation import normalised

_INWARD = 3
_LONGEST = 7
_MISTAKEN = {"O": "0", "0": "O", "I": "1", "1": "I"}

# The library checks the shape only; the areas are few and hardly ever change.
# https://en.wikipedia.org/wiki/List_of_postcode_areas_in_the_United_Kingdom
_AREA = re.compile(
    "A[BL]|B[ABDFHLNRSTX]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|GIR|H[ADGPRSUX]|"
    "I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|OL|OX|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|"
    "T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)

# https://en.wikipedia.org/wiki/Postcodes_in_the_United_Kingdom#British_Overseas_Territories
_OVERSEAS = frozenset(
    {
        *("ASCN1ZZ", "BBND1ZZ", "BIQQ1ZZ", "FIQQ1ZZ", "GX111AA"),
        *("PCRN1ZZ", "SIQQ1ZZ", "STHL1ZZ", "TDCU1ZZ", "TKCA1ZZ"),
    }
)
_FORCES = re.compile("BFPO([1-9][0-9]{0,3})")
_IN_WORDS = re.compile(r"(?<!\w)([A-Z]{1,2}[0-9][A-Z0-9]?)[ -]?([0-9][A-Z]{2})(?!\w)")
_MOST_AROUND = 500
# Codes that can be no other country's. Of Ireland: https://www.eircode.ie/what-is-eircode
_OF_COUNTRIES = {
    "IE": re.compile("(?:[AC-FHKNPRTV-Y][0-9]{2}|D6W)[0-9AC-FHKNPRTV-Y]{4}"),
    "CA": re.compile("[ABCEGHJ-NPRSTVXY][0-9][A-Z][0-9][A-Z][0-9]"),
    "NL": re.compile("[1-9][0-9]{3}[A-Z]{2}"),
    "KY": re.compile("KY[1-3][0-9]{4}"),
    "VG": re.compile("VG11[1-6]0"),
    "MS": re.compile("MSR1[1-3][0-9]0"),
    "AI": re.compile("AI2640"),
}


def postcode(text: str) -> str:
    """A whole postcode as the post writes it: SW1A 1AA. Of the forces, "BFPO 57" is one, too.

    Lower case, a missing space and hyphens do not matter. The letter O for a zero, I for a one, and
    the other way round, are put right where that makes a postcode of what was none.

    Raises:
        FieldProblem: malformed.
    """
    joined = _joined(text)
    if forces := _FORCES.fullmatch(joined):
        return f"BFPO {forces[1]}"
    if not _is_postcode(joined):
        joined = _put_right(joined)
    return f"{joined[:-_INWARD]} {joined[-_INWARD:]}"


def postcode_in(text: str) -> str:
    """The postcode, also with words around it: "12 High Street, London E17 4PP".

    Raises:
        FieldProblem: malformed; or there are several.
    """
    try:
        return postcode(text)
    except FieldProblem:
        found = {c: None for c in _candidates(text) if _is_postcode(c)}
        if len(found) != 1:
            raise
        return postcode(next(iter(found)))


def _candidates(text: str) -> list[str]:
    plain = normalised("NFKC", one_line(text[:_MOST_AROUND])).upper()
    return [outward + inward for outward, inward in _IN_WORDS.findall(plain)]


def country_of_postcode(text: str) -> str | None:
    """The ISO 3166-1 code of the country whose postcode this is, if it can be no other's and none
    that `postcode` takes: IE of D02 AF30. None for anything else."""
    joined = _joined(text)
    return next((c for c, code in _OF_COUNTRIES.items() if code.fullmatch(joined)), None)


def _joined(text: str) -> str:
    plain = normalised("NFKC", one_line(text))
    return "".join(c for c in plain if c not in " -.,").upper() if plain.isascii() else ""


def _is_postcode(joined: str) -> bool:
    if joined in _OVERSEAS:
        return True
    area = joined[: next((at for at, c in enumerate(joined) if c.isdigit()), 0)]
    return _AREA.fullmatch(area) is not None and bool(
        is_valid_postcode(joined, extra_postcodes=("GIR0AA",))
    )


def _put_right(joined: str) -> str:
    """The postcode that the fewest slips lead to; no text leads to two by equally few.

    Raises:
        FieldProblem: there is none.
    """
    slips = [at for at, c in enumerate(joined) if c in _MISTAKEN] if len(joined) <= _LONGEST else []
    for number in range(1, len(slips) + 1):
        for places in combinations(slips, number):
            if _is_postcode(meant := _swap(joined, places)):
                return meant
    raise FieldProblem("postcode", "malformed")


def _swap(joined: str, places: tuple[int, ...]) -> str:
    return "".join(_MISTAKEN[c] if at in places else c for at, c in enumerate(joined))
