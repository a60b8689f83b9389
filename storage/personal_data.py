"""Personal data by table: what a person can export, and what erasing does.

A new table that refers to people has to have its line in HELD; a test says so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, false, or_, select, true, update

from storage import areas, locks
from storage.database import Connection
from storage.errors import DecryptionFailed
from storage.invalidation_search import DIGITS
from storage.locks import Countable, Lock
from storage.tables import (
    addresses,
    broadcasts,
    bursts,
    comments,
    consents,
    joined_people,
    metadata,
    signature_flags,
    signatures,
    wordings,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPolicy:
    """One table.

    Attributes:
        by: columns with a supporter's number.
        by_address: columns with the number of one of their addresses.
        by_telegram: columns with an account number; see storage.accounts.
        hidden: columns that are not given out: of other people, or secrets of ours.
        goes: whether the person's rows are deleted.
        emptied: what columns become in rows that stay.
        stays: why rows stay, and, of `by_telegram`, why the number does.
    """

    by: tuple[str, ...] = ("supporter_id",)
    by_address: tuple[str, ...] = ()
    by_telegram: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    goes: bool = False
    emptied: Mapping[str, Any] = field(default_factory=dict)
    stays: str = ""


_WITHOUT_PERSON = "a count depends on the row; it belongs to nobody any more"

_OF_THE_CAMPAIGN = "which dates a campaign had; who set them is nobody any more"

HELD: Mapping[str, DataPolicy] = {
    "web_chats": DataPolicy(by=(), by_address=("address_id",), goes=True),
    "addresses": DataPolicy(goes=True),
    "pending_addresses": DataPolicy(hidden=("code_hash",), goes=True),
    "join_tokens": DataPolicy(hidden=("hash",), goes=True),
    "joined_people": DataPolicy(
        by=("supporter_id", "now_id"), hidden=("supporter_id", "now_id", "tombstone"), goes=True
    ),
    "supporters": DataPolicy(
        by=("id",),
        by_telegram=("telegram_id",),
        emptied={
            "first_name": "",
            "language": None,
            "telegram_language": None,
            "reachable": False,
        },
        stays="other rows belong to it; its Telegram number becomes its own number below zero",
    ),
    "dialogs": DataPolicy(
        emptied={"campaign_id": None, "flow": "", "step": "", "answers": {}, "recent_updates": []},
        stays="the update that erases is noted in it",
    ),
    "signatures": DataPolicy(
        hidden=("name_key", "email_key", "mailbox_key", "phone_key"),
        emptied=dict.fromkeys(
            (
                *("full_name", "postcode", "email", "phone", "country", "comment"),
                *("name_key", "email_key", "mailbox_key", "phone_key"),
            )
        ),
        stays="numbers of signatures are given once; the total counts it if the campaign says so",
    ),
    "signature_flags": DataPolicy(
        by=(),
        by_telegram=("decided_by",),
        hidden=("signature_id", "other_signature_id", "decided_by"),
        stays="what staff decided about others; those of the person go with their signatures",
    ),
    "pending_signatures": DataPolicy(hidden=("code_hash",), goes=True),
    "blocks": DataPolicy(
        by_telegram=("blocked_by",), hidden=("supporter_id", "blocked_by"), goes=True
    ),
    "blocked_accounts": DataPolicy(
        by_telegram=("blocked_by",), hidden=("supporter_id", "blocked_by"), goes=True
    ),
    "signing_allowances": DataPolicy(goes=True),
    "invalidations": DataPolicy(
        by=(),
        by_telegram=("made_by", "undone_by"),
        hidden=("rule", "made_by", "undone_by"),
        stays="the campaign's, not its author's",
    ),
    "inbox_messages": DataPolicy(
        by_telegram=("answered_by",),
        hidden=("conversation_id", "supporter_id", "answered_by"),
        goes=True,
    ),
    "inbox_conversations": DataPolicy(hidden=("topic_id",), goes=True),
    "inbox_groups": DataPolicy(
        by=(),
        by_telegram=("linked_by",),
        hidden=("group_number", "linked_by"),
        stays="which group reads along is the campaign's; who linked it becomes nobody",
    ),
    "consents": DataPolicy(
        stays="evidence of consent (GDPR Art. 7(1), 17(3)(e)), without the person"
    ),
    "data_requests": DataPolicy(goes=True),
    "offline_signatures": DataPolicy(by=("recorded_by",), hidden=("photo",), stays=_WITHOUT_PERSON),
    "offline_imports": DataPolicy(
        by=("requested_by",),
        hidden=("file_id", "sha256", "columns", "answers", "report"),
        emptied={"file_id": None},
        stays="what was counted from a table is the campaign's",
    ),
    "handin_packs": DataPolicy(
        by=("requested_by",),
        hidden=("salt_key", "progress"),
        emptied={"progress": None},
        stays="what was handed in has to stay provable to everybody in it",
    ),
    "staff": DataPolicy(by=(), by_telegram=("telegram_id",), goes=True),
    "staff_invitations": DataPolicy(
        by=(),
        by_telegram=("invited_by", "used_by"),
        hidden=("token_sha256", "invited_by", "used_by"),
        stays="which invitations there were; whose, becomes the number of nobody",
    ),
    "audit_log": DataPolicy(
        by=(),
        by_telegram=("actor",),
        hidden=("subject", "details", "previous_hash", "hash"),
        stays="what staff did is kept by their number (GDPR Art. 5(2), 17(3)(e))",
    ),
    "referral_links": DataPolicy(
        by=("supporter_id", "created_by"),
        hidden=("name_key", "share_text"),
        emptied={"shows_name": False, "listed": False, "thanks": False},
        stays=_WITHOUT_PERSON,
    ),
    "referral_opens": DataPolicy(goes=True),
    "referrals": DataPolicy(stays=_WITHOUT_PERSON),
    "subscriptions": DataPolicy(goes=True),
    "email_subscriptions": DataPolicy(goes=True),
    "muted_kinds": DataPolicy(goes=True),
    "own_quiet_hours": DataPolicy(goes=True),
    "broadcasts": DataPolicy(
        by=("author_id", "approved_by"),
        hidden=("content", "audience", "options", "approved_digest"),
        stays="the campaign's, not its author's",
    ),
    "broadcast_editors": DataPolicy(
        stays="who worked on an update cannot agree to it; nobody any more"
    ),
    "unagreed_readers": DataPolicy(hidden=("words",), stays=_WITHOUT_PERSON),
    "agreement_requests": DataPolicy(by=(), by_telegram=("telegram_id",), goes=True),
    "deliveries": DataPolicy(emptied={"message_ids": None, "reason": None}, stays=_WITHOUT_PERSON),
    "broadcast_taps": DataPolicy(stays=_WITHOUT_PERSON),
    "other_campaigns": DataPolicy(goes=True),
    "steps_taken": DataPolicy(goes=True),
    "reminders": DataPolicy(goes=True),
    "personal_letters": DataPolicy(goes=True),
    "never_reminded": DataPolicy(goes=True),
    "decision_reminders": DataPolicy(goes=True),
    "notifications": DataPolicy(
        by=(), by_telegram=("telegram_id",), hidden=("variables", "buttons"), goes=True
    ),
    "staff_notices": DataPolicy(by=(), by_telegram=("telegram_id",), goes=True),
    "morning_summaries": DataPolicy(by=(), by_telegram=("telegram_id",), goes=True),
    "events": DataPolicy(
        by=("created_by",), hidden=("texts",), stays="the campaign's, not its author's"
    ),
    "decision_dates": DataPolicy(by=("set_by",), stays=_OF_THE_CAMPAIGN),
    "handin_dates": DataPolicy(by=("set_by",), stays=_OF_THE_CAMPAIGN),
}

BY_NUMBER_KEPT = frozenset({"audit_log"})
"""Where the Telegram number of one who was staff stays."""


async def export(
    db: Connection, supporter_id: int, telegram_id: int
) -> dict[str, list[dict[str, Any]]]:
    """All that is held about a person, row by row, by table; tables without any are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, held in HELD.items():
        table = metadata.tables[name]
        shown = [column for column in table.c if column.name not in held.hidden]
        theirs = _theirs(table, held, supporter_id, telegram_id)
        if name == "consents":
            theirs |= _before_joining(table.c.supporter_id, supporter_id)
        rows = await db.execute(select(*shown).where(theirs).order_by(*table.primary_key.columns))
        if mine := [dict(row._mapping) for row in rows]:
            found[name] = mine
    found["signature_flags"] = await _flags(db, supporter_id)
    found["comments"] = await _comments(db, supporter_id)
    found["wordings"] = await _agreed_to(db, supporter_id)
    return {name: mine for name, mine in found.items() if mine}


_OF_THE_CHAT = (
    *("web_chats", "addresses", "pending_addresses", "join_tokens"),
    *("data_requests", "dialogs", "supporters"),
)
"""What there is of everybody who has written, in an order in which it can be deleted."""


async def holds_more_than_the_chat(db: Connection, supporter_id: int, telegram_id: int) -> bool:
    """Whether a person has left anything but that they have written to the bot."""
    return await holds_more_than(db, supporter_id, telegram_id, _OF_THE_CHAT)


async def holds_more_than(
    db: Connection, supporter_id: int, telegram_id: int, tables: Collection[str]
) -> bool:
    """Whether a person has left anything in other tables than these."""
    for name in HELD.keys() - set(tables):
        table = metadata.tables[name]
        theirs = _theirs(table, HELD[name], supporter_id, telegram_id)
        if (await db.execute(select(*table.primary_key.columns).where(theirs).limit(1))).first():
            return True
    return False


async def drop_chat(db: Connection, supporter_id: int) -> None:
    """Delete a person who has left nothing but that they have written to the bot."""
    for name in _OF_THE_CHAT:
        table = metadata.tables[name]
        await db.execute(delete(table).where(*_about(table, HELD[name], supporter_id)))


async def erase(db: Connection, supporter_id: int, telegram_id: int, *, now: datetime) -> None:
    """Take a person out of every table; what stays belongs to a supporter who is nobody.

    The caller has locked the person and the totals of what they signed; see storage.locks.
    """
    await drop_with_signatures(db, supporter_id)
    await _drop_progress(db, supporter_id)
    for name, held in HELD.items():
        table = metadata.tables[name]
        theirs = _theirs(table, held, supporter_id, telegram_id)
        if held.goes:
            about = _about(table, held, supporter_id)
            await db.execute(delete(table).where(or_(*about) if about else theirs))
        elif held.emptied:
            await db.execute(update(table).where(theirs).values(dict(held.emptied)))
        for column in _renumbered(name, held):
            mine = table.c[column] == telegram_id
            await db.execute(update(table).where(mine).values({column: -supporter_id}))
    await db.execute(
        update(signatures).where(signatures.c.supporter_id == supporter_id).values(erased_at=now)
    )


def _renumbered(name: str, held: DataPolicy) -> tuple[str, ...]:
    """Columns with a Telegram number, of rows that stay."""
    about_them_alone = held.goes and not held.by and not held.by_address
    return () if about_them_alone or name in BY_NUMBER_KEPT else held.by_telegram


def _theirs(
    table: Table, held: DataPolicy, supporter_id: int, telegram_id: int
) -> ColumnElement[bool]:
    return or_(
        *_about(table, held, supporter_id),
        *(table.c[column] == telegram_id for column in held.by_telegram),
    )


def _about(table: Table, held: DataPolicy, supporter_id: int) -> list[ColumnElement[bool]]:
    places = select(addresses.c.id).where(addresses.c.supporter_id == supporter_id)
    return [
        *(table.c[column] == supporter_id for column in held.by),
        *(table.c[column].in_(places) for column in held.by_address),
    ]


def _before_joining(column: ColumnElement[int], supporter_id: int) -> ColumnElement[bool]:
    """Rows of evidence stay under the number that their person had when they were written."""
    return column.in_(
        select(joined_people.c.supporter_id).where(joined_people.c.now_id == supporter_id)
    )


async def _flags(db: Connection, supporter_id: int) -> list[dict[str, Any]]:
    """That a signature looks like another; not like whose."""
    rows = await db.execute(
        select(signature_flags.c.reason, signature_flags.c.flagged_at)
        .join(signatures, signatures.c.id == signature_flags.c.signature_id)
        .where(signatures.c.supporter_id == supporter_id)
        .order_by(signature_flags.c.id)
    )
    return [dict(row._mapping) for row in rows]


async def _agreed_to(db: Connection, supporter_id: int) -> list[dict[str, Any]]:
    """Every text that the person's signatures and consents name by its number."""
    signed = select(signatures.c.petition_wording_id).where(
        signatures.c.supporter_id == supporter_id
    )
    mine = consents.c.supporter_id == supporter_id
    before = _before_joining(consents.c.supporter_id, supporter_id)
    agreed = select(consents.c.wording_id).where(mine | before)
    rows = await db.execute(
        select(wordings)
        .where(wordings.c.id.in_(signed) | wordings.c.id.in_(agreed))
        .order_by(wordings.c.id)
    )
    return [dict(row._mapping) for row in rows]


async def _comments(db: Connection, supporter_id: int) -> list[dict[str, Any]]:
    """Why they signed, and whether that may be quoted."""
    rows = await db.execute(
        select(
            comments.c.campaign_id,
            comments.c.words,
            comments.c.permission,
            comments.c.written_at,
            comments.c.shown_at,
        )
        .join(signatures, signatures.c.id == comments.c.signature_id)
        .where(signatures.c.supporter_id == supporter_id)
        .order_by(comments.c.campaign_id)
    )
    return [dict(row._mapping) for row in rows]


async def drop_with_signatures(
    db: Connection, supporter_id: int, campaign_id: int | None = None
) -> None:
    """What goes with signatures that lose their person: flags, comments, bursts under their name,
    and their places in the figures of areas, of which nothing is known any more.

    Takes the lock of each campaign's totals; the caller has locked the person.

    Args:
        campaign_id: of this campaign only; None: of all.
    """
    if campaign_id is not None:
        held = [await locks.totals(db, campaign_id)]
    else:
        held = list((await locks.totals_of_signer(db, supporter_id)).values())
    for lock in held:
        found = await locks.signature(db, lock, supporter_id=supporter_id)
        if found is not None:
            await _drop_with(db, lock, found)


async def _drop_with(db: Connection, lock: Lock, signature: Countable) -> None:
    await db.execute(
        delete(signature_flags).where(
            (signature_flags.c.signature_id == signature.id)
            | (signature_flags.c.other_signature_id == signature.id)
        )
    )
    await db.execute(delete(comments).where(comments.c.signature_id == signature.id))
    here = (bursts.c.campaign_id == signature.campaign_id, bursts.c.kind == "name")
    await db.execute(delete(bursts).where(*here, await _named(db, signature)))
    if signature.status == "live":
        await areas.count(db, lock, signature.postcode, -1)


async def _named(db: Connection, signature: Countable) -> ColumnElement[bool]:
    """Which bursts tell the signer's name: all of the campaign, if it cannot be decrypted."""
    mine = select(signatures.c.name_key).where(signatures.c.id == signature.id)
    try:
        name = await db.scalar(mine)
    except DecryptionFailed:
        return true()
    return bursts.c.key == name.rstrip(DIGITS) if name else false()


async def _drop_progress(db: Connection, supporter_id: int) -> None:
    """A broadcast remembers in which chat its author sees how it goes."""
    rows = await db.execute(
        select(broadcasts.c.id, broadcasts.c.options).where(broadcasts.c.author_id == supporter_id)
    )
    for broadcast_id, options in rows.all():
        kept = {key: value for key, value in options.items() if key != "progress"}
        await db.execute(
            update(broadcasts).where(broadcasts.c.id == broadcast_id).values(options=kept)
        )
