"""A person's name, as the person writes it."""

import unicodedata

from campaign.fields import skeletons, tappable
from campaign.fields.normalize import is_invisible, one_line
from campaign.fields.problem import FieldProblem
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
    if tappable.in_name(written):
        raise FieldProblem("name", "link")
    if not any(character.isalpha() for character in written):
        raise FieldProblem("name", "no_letters")
    return written


_MOST_ROUNDS = 8
_MOST_FOLDED = 4 * NAME_LIMIT
"""Characters. Of more, which no name has, the rest is left out: one can stand for eighteen."""

KEY_VERSION = 2
"""Of what `name_key` gives; a change makes `storage/name_keys.py` compute kept ones afresh."""


def name_key(name: str) -> str:
    """The same for names that look alike, or differ only in case, accents, punctuation or spaces.

    The order of the words counts. For finding possible duplicates, never for showing. Letters that
    look like others count as those (https://www.unicode.org/reports/tr39/#Confusable_Detection).
    """
    key = name[:_MOST_FOLDED]
    for _ in range(_MOST_ROUNDS):  # a letter that was replaced may pair with its neighbour
        before, key = key, _folded(key)
        if key == before:
            break
    return key or name


def _folded(name: str) -> str:
    if name.isascii():
        folded = skeletons.of_ascii(name).casefold()
    else:
        seen = skeletons.of_mixed_words("".join(c for c in name if not is_invisible(c)))
        mixed = skeletons.of_mixed_words(normalised("NFKC", seen))
        plain = skeletons.of_ascii(mixed).casefold().translate(_FOLDED)
        folded = skeletons.of(_bare(plain)).casefold()
    key = "".join(c for c in _bare(folded) if unicodedata.category(c)[0] in "LMN")
    return normalised("NFKC", key)


def _bare(text: str) -> str:
    return "".join(c for c in normalised("NFKD", text) if not _is_accent(c))


def _is_accent(mark: str) -> bool:
    """Whether a mark stands above, below or through a letter, or is a vowel point.

    The vowel signs of Brahmic scripts and the voicing marks of kana make another letter and stay.
    https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values
    """
    place = unicodedata.combining(mark)
    return place == 1 or 10 <= place <= 35 or place >= 200
