"""The page of /mydata: what is held about a person, so that they can read it.

The file for programs (`my_data.as_json`) has all of it; here, what only says how rows hang together
is left out, and numbers of petitions and codes become words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from campaign.my_data import PersonalData
from handlers.context import Context
from storage import accounts
from storage.consents import ONE_KIND

TECHNICAL = frozenset(
    {
        *("id", "supporter_id", "recorded_by", "requested_by", "created_by", "author_id"),
        *("approved_by", "set_by", "actor", "invalidation_id", "undoes_id", "entry_id", "link_id"),
        *("decision_id", "handin_id", "subject_id", "signature_id", "follows", "sha256"),
        *("flow", "serial", "recent_updates", "message_ids", "version", "cursor", "walked"),
        *("sender", "tries", "attempts", "failures", "told", "thanked", "week", "held_week"),
        *("dedupe_key", "claimed_at", "template", "least_role", "failed_reason", "pause_told"),
        *("paused_why", "wants_code", "not_before", "root", "shown", "agreed", "amending"),
        *("figures", "album", "put_at", "topic_id", "conversation_id", "address_id", "last_number"),
    }
)
"""Columns that tell a person nothing."""

TECHNICAL_IN: Mapping[str, frozenset[str]] = {
    "dialogs": frozenset({"step"}),
    "referral_links": frozenset({"step"}),
    "join_tokens": frozenset({"wish", "used_at"}),
    "web_chats": frozenset({"bubbles"}),
}

Form = Literal["words", "code", "yes_no", "number", "time", "day", "language", "country"]

CODES = frozenset(
    {
        *("status", "purpose", "method", "kind", "role", "cause", "outcome", "state", "reason"),
        *("step", "act", "profile", "about", "permission", "button"),
        *("channel", "proof", "asked_in"),
    }
)
"""Columns whose values are ours; one that the page has no word for is shown as it is."""

_NESTED = frozenset({"answers", "choices"})
_LANGUAGES = frozenset({"language", "telegram_language"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is held.

    Attributes:
        name: the column, which the page has a word for.
    """

    name: str
    value: Any
    form: Form


@dataclass(frozen=True, slots=True)
class Section:
    """What one table holds, row by row."""

    table: str
    rows: list[list[Line]]


def page(context: Context, held: PersonalData) -> bytes:
    """The whole page, in the person's language; times in the time zone of the campaign."""
    titles = {one.id: one.texts(context.language).title for one in context.petitions}
    petition = context.current_petition or (context.petitions[-1] if context.petitions else None)
    return context.services.renderer.document(
        "my_data/page",
        context.language,
        sections=sections(held, titles),
        at=context.now,
        zone=petition.definition.timezone if petition else "UTC",
    ).encode()


def sections(held: PersonalData, titles: Mapping[int, str]) -> list[Section]:
    """What is held, without what tells a person nothing.

    Args:
        titles: of petitions, by their ids.
    """
    found = []
    for table, rows in held.items():
        hidden = TECHNICAL | TECHNICAL_IN.get(table, frozenset())
        read = [list(_lines(row, hidden, titles)) for row in rows]
        if shown := [lines for lines in read if lines]:
            found.append(Section(table, shown))
    return found


def _lines(
    row: Mapping[str, Any], hidden: frozenset[str], titles: Mapping[int, str]
) -> Iterator[Line]:
    for name, value in row.items():
        if name == "id" and "sha256" in row:  # of a wording, by which others name it
            yield Line("wording_id", value, "number")
        elif name in _NESTED:
            yield from _nested(value, hidden, titles)
        elif name not in hidden and value is not None and value != "":
            yield _line(name, value, titles)


def _nested(value: Any, hidden: frozenset[str], titles: Mapping[int, str]) -> Iterator[Line]:
    """What somebody has answered so far, wherever it is kept; petitions by their numbers."""
    if not isinstance(value, Mapping):
        return
    for name, one in value.items():
        if name in hidden or one is None or one == "":
            continue
        if isinstance(one, Mapping):
            if name.isdigit():
                yield _line("campaign_id", int(name), titles)
            yield from _nested(one, hidden, titles)
        elif name in ANSWERS:
            yield _line(name, one, titles)
        elif isinstance(one, str):
            yield Line("draft", one, "words")


ANSWERS = frozenset(
    {"name", "postcode", "email", "phone", "country", "comment", "updates", "other", "words"}
)
"""What can be answered in a form, or chosen with it."""


def _line(name: str, value: Any, titles: Mapping[int, str]) -> Line:
    if name == "campaign_id":
        return Line(name, titles.get(value, value), "words")
    if name == "telegram_id" and accounts.is_ours(int(value)):
        return Line("account", value, "code")  # no number of Telegram's
    if name in CODES:
        return Line(name, str(value).removeprefix(ONE_KIND), "code")
    return Line(name, value, _form(name, value))


def _form(name: str, value: Any) -> Form:
    if name in _LANGUAGES:
        return "language"
    if name == "country":
        return "country"
    match value:
        case bool():
            return "yes_no"
        case int() | float():
            return "number"
        case datetime():
            return "time"
        case date():
            return "day"
        case _:
            return "words"
