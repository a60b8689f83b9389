"""Which column holds what: guessed by its heading, and to be put right by staff."""

from collections.abc import Mapping, Sequence

from campaign.normalisation import normalised

FIELDS = ("name", "first_name", "last_name", "postcode", "email")

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "fullname", "signer", "signatory", "enw", "enw llawn"),
    "first_name": ("first name", "firstname", "forename", "given name", "enw cyntaf"),
    "last_name": ("last name", "lastname", "surname", "family name", "cyfenw"),
    "postcode": ("postcode", "post code", "postal code", "zip", "cod post"),
    "email": ("email", "e mail", "email address", "e mail address", "ebost", "e bost"),
}


def has_heading(cells: Sequence[str]) -> bool:
    """Whether a row names columns; one that does not is somebody's signature."""
    return bool(guess(cells))


def guess(cells: Sequence[str]) -> dict[str, int]:
    """What each heading means, by field; a column that says nothing to us is left out."""
    plain = [_plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for field in FIELDS:
        for column, heading in enumerate(plain):
            if heading in _HEADINGS[field]:
                found.setdefault(field, column)
    if "name" in found:
        found.pop("first_name", None)
        found.pop("last_name", None)
    return found


def of_nameless(width: int) -> dict[str, int]:
    """Where there are no headings: the name first, then the postcode."""
    return {"name": 0, "postcode": 1} if width > 1 else {"name": 0}


def usable(columns: Mapping[str, int], width: int) -> bool:
    """Whether there is a name in it, and no column that the table has not."""
    named = bool({"name", "first_name", "last_name"} & columns.keys())
    return named and all(
        field in FIELDS and 0 <= column < width for field, column in columns.items()
    )


def _plain(cell: str) -> str:
    folded = normalised("NFKC", cell).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
