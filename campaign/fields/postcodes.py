"""A postcode of the United Kingdom, Guernsey, Jersey, the Isle of Man or the forces (BFPO)."""

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


def postcode(text: str) -> str:
    """A whole postcode as the post writes it: SW1A 1AA.

    Lower case, a missing space and hyphens do not matter. The letter O for a zero, I for a one, and
    the other way round, are put right where that makes a postcode of what was none.

    Raises:
        FieldProblem: malformed.
    """
    joined = _joined(text)
    if not _is_postcode(joined):
        joined = _put_right(joined)
    return f"{joined[:-_INWARD]} {joined[-_INWARD:]}"


def _joined(text: str) -> str:
    plain = normalised("NFKC", one_line(text))
    return "".join(c for c in plain if c not in " -.,").upper() if plain.isascii() else ""


def _is_postcode(joined: str) -> bool:
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
