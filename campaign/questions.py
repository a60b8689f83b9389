"""Which of a campaign's questions somebody asks in their own words. Words are compared, no more."""

import unicodedata
from collections.abc import Collection, Sequence

from campaign.normalisation import normalised

MOST_SHOWN = 3
_LONGEST = 500
_STEM = 5


def matching(text: str, questions: Sequence[str], little: Collection[str]) -> list[int]:
    """The places of the questions that share words with a text, the best first.

    One alone, if no other shares as many; otherwise those that share most, `MOST_SHOWN` at most.
    None where less than half of what was said is in any of them.

    Args:
        little: words that say nothing of what is asked, such as "the" and "how".
    """
    said = words_of(text[:_LONGEST], little)
    if not said:
        return []
    shared = [len(said & words_of(question, little)) for question in questions]
    most = max(shared, default=0)
    if not most or 2 * most < len(said):
        return []
    return [place for place, count in enumerate(shared) if count == most][:MOST_SHOWN]


def words_of(text: str, little: Collection[str]) -> set[str]:
    """The beginnings of the words that say something, without case and accents."""
    bare = "".join(
        c for c in normalised("NFKD", text).casefold() if not unicodedata.combining(c) and c != "’"
    ).replace("'", "")
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    return {word.rstrip("s")[:_STEM] for word in words if word not in little}
