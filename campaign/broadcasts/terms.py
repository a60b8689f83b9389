"""The terms that an approval covers: the update as shown, and the campaign's limits."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaign.broadcasts.states import Options
from storage import campaigns
from storage.broadcasts import Broadcast
from storage.database import Connection

SHOWN_DIGITS = 16
"""How much of a digest a button carries: enough to tell one version from another."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign says at this moment that agreements depend on.

    Attributes:
        limit: above how many readers somebody else has to agree; 0 for never.
        titles: the campaign's title by language, which updates may quote.
    """

    limit: int
    titles: Mapping[str, str]


async def terms_of(db: Connection, campaign_id: int) -> Terms:
    """A campaign's terms in this transaction, whatever a catalogue remembers."""
    campaign = await campaigns.by_id(db, campaign_id)
    definition = campaign.definition if campaign else {}
    texts = definition.get("text", {})
    return Terms(
        int(definition.get("approval_above", 0)),
        {language: str(text.get("title", "")) for language, text in texts.items()},
    )


def words_of(broadcast: Broadcast, given: Terms) -> str:
    """The digest of what people read: the content, and the title where it is quoted."""
    return _sha256({"content": broadcast.content, "titles": _quoted(broadcast, given)})


def digest_of(broadcast: Broadcast, given: Terms) -> str:
    """The digest of all that somebody agrees to."""
    options = Options.from_dict(broadcast.options)
    return _sha256(
        {
            "words": words_of(broadcast, given),
            "kind": broadcast.kind,
            "audience": broadcast.audience,
            "quiet_hours": options.quiet_hours,
            "in_quiet_hours": options.in_quiet_hours,
            "weekly": options.weekly,
        }
    )


def digest_of_titles(given: Terms) -> str:
    """The digest of the only words of staff's in what the bot writes each week."""
    return _sha256({"titles": given.titles})


def _quoted(broadcast: Broadcast, given: Terms) -> Mapping[str, str]:
    """The titles, if the message has one in it: by a variable, or because it has no words."""
    versions = broadcast.content.get("versions", ())
    quotes = any("title" in one["html"] or not one["html"] for one in versions)
    return given.titles if quotes else {}


def _sha256(whole: Mapping[str, Any]) -> str:
    written = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
