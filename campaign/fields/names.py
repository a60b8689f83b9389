"""A person's name, as the person writes it."""

import unicodedata

from campaign.fields import links
from campaign.fields.problem import FieldProblem
from campaign.fields.writing import one_line
from campaign.normalisation import normalised

NAME_LIMIT = 100

# Letters that Unicode does not split into a base and a mark, and apostrophes that count as letters.
_FOLDED = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t",
        "æ": "ae", "œ": "oe", "þ": "th", "\u02bb": "", "\u02bc": "", "\u02be": "", "\u02bf": "",
    }
)  # fmt: skip


def name(text: str) -> str:
    """A name of one or more words in any script, trimmed, at most `NAME_LIMIT` characters.

    Nothing is expected of its shape (https://www.w3.org/International/questions/qa-personal-names).

    Raises:
        FieldProblem: empty, too_long, link (an address or @handle too), or no_letters.
    """
    written = one_line(text)
    if not written:
        raise FieldProblem("name", "empty")
    if len(written) > NAME_LIMIT:
        raise FieldProblem("name", "too_long", NAME_LIMIT)
    if links.in_name(written):
        raise FieldProblem("name", "link")
    if not any(character.isalpha() for character in written):
        raise FieldProblem("name", "no_letters")
    return written


def name_key(name: str) -> str:
    """The same for names that differ only in case, accents, punctuation or spaces.

    The order of the words counts. For finding possible duplicates, never for showing.
    """
    plain = normalised("NFKC", name).casefold().translate(_FOLDED)
    bare = (c for c in normalised("NFKD", plain) if not _is_accent(c))
    key = "".join(c for c in bare if unicodedata.category(c)[0] in "LMN")
    return normalised("NFKC", key) or name


def _is_accent(mark: str) -> bool:
    """Whether a mark stands above, below or through a letter, or is a vowel point.

    The vowel signs of Brahmic scripts and the voicing marks of kana make another letter and stay.
    https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values
    """
    place = unicodedata.combining(mark)
    return place == 1 or 10 <= place <= 35 or place >= 200
