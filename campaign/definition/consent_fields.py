"""Whether the consent to sign names what the form asks for: people agree to these very words.

GDPR Art. 7: consent is for what was shown. A question added later is not in a wording that lists
"my name and postcode".
"""

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
    found = {}
    for language, text in definition.text.items():
        known = _words().get(language, {})
        wording = text.consent.sign.casefold()
        named = {kind for kind, words in known.items() if any(word in wording for word in words)}
        missing = [kind for kind in asked if kind in known and kind not in named]
        if named and missing:
            found[language] = missing
    return found


@cache
def _words() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(Path(__file__).with_name("consent_words.toml").read_text("utf-8"))
