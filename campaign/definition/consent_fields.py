"""Whether the consent to sign names what the form asks for: people agree to these very words.

GDPR Art. 7: consent is for what was shown. A question added later is not in a wording that lists
"my name and postcode".
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from campaign.definition.model import Definition


def unnamed(definition: Definition) -> dict[str, list[str]]:
    """The fields that the consent does not name, by language; none for a wording that lists no
    field, or in a language that is not known here."""
    asked: list[str] = [one.kind for one in definition.fields]
    if definition.identifying is not None and definition.identifying not in asked:
        asked.append(definition.identifying)
    if definition.from_anywhere and "postcode" in asked and "country" not in asked:
        asked.append("country")  # in place of the postcode
    found = {}
    for language, text in definition.text.items():
        known = _words().get(language, {})
        named = _named(text.consent.sign.casefold(), known)
        missing = [kind for kind in asked if kind in known and kind not in named]
        if named and missing:
            found[language] = missing
    return found


def _named(wording: str, known: Mapping[str, Sequence[str]]) -> set[str]:
    """The fields that are named in it; an email address is no address."""
    named = set()
    for word in sorted({word for words in known.values() for word in words}, key=len, reverse=True):
        wording, found = re.subn(rf"(?<!\w){re.escape(word)}(?!\w)", " ", wording)
        named |= {kind for kind, words in known.items() if found and word in words}
    return named


@cache
def _words() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(Path(__file__).with_name("consent_words.toml").read_text("utf-8"))
