"""What people have written to a campaign: one conversation a person and campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, delete, func, insert, select, update

from storage import accounts
from storage.database import Connection
from storage.encryption.columns import or_empty
from storage.errors import DecryptionFailed
from storage.tables import dialogs, supporters
from storage.tables import inbox_conversations as table
from storage.tables import inbox_groups as groups
from storage.tables import inbox_messages as messages
from storage.upsert import insert_if_absent

Status = Literal["waiting", "answered", "closed"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person with one campaign; all times in UTC.

    Attributes:
        waiting_since: when the oldest message came that staff have not dealt with.
        topic_id: the topic of the staff's group that it is in.
        first_name: as the app tells it, which may be more than one name.
    """

    id: int
    campaign_id: int
    supporter_id: int
    status: str
    waiting_since: datetime | None
    changed_at: datetime
    topic_id: int | None
    first_name: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Attributes:
        answered_by: the Telegram id of who has answered; None: the person has written it.
        undelivered: whether the answer could not be delivered.
        email: how it came or goes by email (see campaign.inbox_by_email); None: in a chat.
    """

    id: int
    conversation_id: int
    supporter_id: int
    answered_by: int | None
    words: str
    written_at: datetime
    undelivered: bool
    email: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A staff's group that reads a campaign's messages."""

    campaign_id: int
    chat_id: int
    has_topics: bool


_CONVERSATION = (
    select(
        *(table.c[name] for name in Conversation.__slots__ if name != "first_name"),
        or_empty(supporters.c.first_name).label("first_name"),
    )
    .join(supporters, supporters.c.id == table.c.supporter_id)
    .where(accounts.somebodys(supporters.c.telegram_id))
)
_MESSAGE = select(*(messages.c[name] for name in Message.__slots__))


async def begin(db: Connection, campaign_id: int, supporter_id: int, now: datetime) -> Conversation:
    """The person's conversation with the campaign, made if there is none, and locked.

    The caller has locked the person.
    """
    values = {"campaign_id": campaign_id, "supporter_id": supporter_id}
    row = {**values, "status": "closed", "changed_at": now}
    ours = (table.c.campaign_id == campaign_id, table.c.supporter_id == supporter_id)
    mine = _CONVERSATION.where(*ours).with_for_update(of=table)
    await db.execute(insert_if_absent(db, table), row)
    found = await _one(db, mine)
    if found is None:  # the one that there was has been deleted while its lock was waited for
        await db.execute(insert_if_absent(db, table), row)
        found = Conversation(**(await db.execute(mine)).one()._mapping)
    return found


async def of(db: Connection, conversation_id: int) -> Conversation | None:
    """A conversation; None if there is none such any more."""
    return await _one(db, _CONVERSATION.where(table.c.id == conversation_id))


async def locked(db: Connection, conversation_id: int) -> Conversation | None:
    """The same, locked; the caller has locked the person."""
    wanted = _CONVERSATION.where(table.c.id == conversation_id)
    return await _one(db, wanted.with_for_update(of=table))


async def _one(db: Connection, wanted: Select[Any]) -> Conversation | None:
    row = (await db.execute(wanted)).one_or_none()
    return Conversation(**row._mapping) if row else None


async def add_message(
    db: Connection,
    conversation: Conversation,
    words: str,
    *,
    answered_by: int | None = None,
    email: Mapping[str, Any] | None = None,
    now: datetime,
) -> int:
    """Keep a message; gives its number. `now` is UTC."""
    by_email = {"email": dict(email)} if email else {}
    made = await db.execute(
        insert(messages)
        .values(
            conversation_id=conversation.id,
            campaign_id=conversation.campaign_id,
            supporter_id=conversation.supporter_id,
            answered_by=answered_by,
            words=words,
            written_at=now,
            undelivered=False,
            **by_email,
        )
        .returning(messages.c.id)
    )
    number: int = made.scalar_one()
    return number


async def move(db: Connection, conversation: Conversation, status: Status, now: datetime) -> None:
    """Note how the conversation stands; one that waits has waited since it began to."""
    since = (conversation.waiting_since or now) if status == "waiting" else None
    await db.execute(
        update(table)
        .where(table.c.id == conversation.id)
        .values(status=status, waiting_since=since, changed_at=now)
    )


async def message(db: Connection, message_id: int) -> Message | None:
    """One message; None if there is none such any more."""
    row = (await db.execute(_MESSAGE.where(messages.c.id == message_id))).one_or_none()
    return Message(*row) if row else None


async def page(
    db: Connection, conversation_id: int, *, before: int, limit: int
) -> Sequence[Message]:
    """The newest messages with smaller numbers, newest first."""
    rows = await db.execute(
        _MESSAGE.where(messages.c.conversation_id == conversation_id, messages.c.id < before)
        .order_by(messages.c.id.desc())
        .limit(limit)
    )
    return [Message(*row) for row in rows]


async def newest(
    db: Connection, conversation_id: int, *, by_staff: bool, up_to: int | None = None
) -> Message | None:
    """The newest message of the person, or of staff; of those with numbers up to one, if given."""
    theirs = messages.c.answered_by.is_not(None) if by_staff else messages.c.answered_by.is_(None)
    early = [] if up_to is None else [messages.c.id <= up_to]
    rows = await db.execute(
        _MESSAGE.where(messages.c.conversation_id == conversation_id, theirs, *early)
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return Message(*row) if row else None


async def note_undelivered(db: Connection, message_id: int) -> None:
    """Note that an answer could not be delivered."""
    await db.execute(update(messages).where(messages.c.id == message_id).values(undelivered=True))


async def change_email(db: Connection, message_id: int, email: Mapping[str, Any]) -> None:
    """Keep how a message goes by email."""
    changed = update(messages).where(messages.c.id == message_id)
    await db.execute(changed.values(email=dict(email)))


async def count_waiting(db: Connection, campaign_id: int) -> int:
    """How many people wait for an answer."""
    found = await db.scalar(
        select(func.count()).where(table.c.campaign_id == campaign_id, table.c.status == "waiting")
    )
    return found or 0


async def conversations(
    db: Connection, campaign_id: int, *, waiting: bool, offset: int, limit: int
) -> Sequence[Conversation]:
    """Those that wait, the longest first; or all others, the newest first."""
    wanted = _CONVERSATION.where(table.c.campaign_id == campaign_id)
    if waiting:
        wanted = wanted.where(table.c.status == "waiting").order_by(
            table.c.waiting_since, table.c.id
        )
    else:
        wanted = wanted.where(table.c.status != "waiting").order_by(
            table.c.changed_at.desc(), table.c.id.desc()
        )
    rows = await db.execute(wanted.offset(offset).limit(limit))
    return [Conversation(**row._mapping) for row in rows]


async def set_topic(db: Connection, conversation_id: int, topic_id: int | None) -> bool:
    """Keep in which topic of the staff's group it is (None: in none); False if it is gone."""
    kept = await db.execute(
        update(table).where(table.c.id == conversation_id).values(topic_id=topic_id)
    )
    return bool(kept.rowcount)


async def group_of(db: Connection, campaign_id: int) -> Group | None:
    """The group that reads a campaign's messages; None if there is none."""
    wanted = select(groups.c.campaign_id, groups.c.group_number, groups.c.has_topics)
    row = (await db.execute(wanted.where(groups.c.campaign_id == campaign_id))).one_or_none()
    return Group(*row) if row else None


async def link_group(db: Connection, group: Group, by: int, now: datetime) -> None:
    """Let this group read the campaign's messages, and no other. `now` is UTC."""
    before = await group_of(db, group.campaign_id)
    if before is None or before.chat_id != group.chat_id:
        await unlink_group(db, group.campaign_id)
    values = {"has_topics": group.has_topics, "linked_by": by, "linked_at": now}
    await db.execute(
        insert_if_absent(db, groups),
        {"campaign_id": group.campaign_id, "group_number": group.chat_id, **values},
    )
    await db.execute(update(groups).where(groups.c.campaign_id == group.campaign_id).values(values))


async def unlink_group(db: Connection, campaign_id: int) -> bool:
    """Let no group read the campaign's messages; False if none did."""
    gone = await db.execute(delete(groups).where(groups.c.campaign_id == campaign_id))
    await db.execute(
        update(table)
        .where(table.c.campaign_id == campaign_id, table.c.topic_id.is_not(None))
        .values(topic_id=None)
    )
    return bool(gone.rowcount)


async def move_group(db: Connection, chat_id: int, to: int) -> None:
    """A group has become a supergroup, which has another number."""
    await db.execute(update(groups).where(groups.c.group_number == chat_id).values(group_number=to))


async def drop_old(db: Connection, before: datetime) -> tuple[int, Sequence[int]]:
    """Delete messages written before then (UTC).

    Returns:
        How many, and the conversations in which none is left, locked: `drop` deletes them.
    """
    old = select(messages.c.id).where(messages.c.written_at < before).limit(_AT_ONCE)
    gone = await db.execute(
        delete(messages).where(messages.c.id.in_(old)).returning(messages.c.conversation_id)
    )
    touched = gone.scalars().all()
    if not touched:
        return 0, ()
    about = select(table.c.id).where(table.c.id.in_(set(touched))).with_for_update()
    held = set(await db.scalars(about))
    left = select(messages.c.conversation_id).where(messages.c.conversation_id.in_(held))
    return len(touched), sorted(held - set(await db.scalars(left)))


async def drop(db: Connection, conversation_ids: Sequence[int]) -> None:
    """Delete conversations without messages."""
    await db.execute(delete(table).where(table.c.id.in_(conversation_ids)))


async def drop_unsent(db: Connection, flow: str, before: datetime) -> None:
    """Forget what people have written and neither passed on nor kept back since then (UTC)."""
    wanted = (
        select(dialogs.c.supporter_id)
        .where(dialogs.c.flow == flow, dialogs.c.updated_at < before)
        .order_by(dialogs.c.supporter_id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    for supporter_id in (await db.scalars(wanted)).all():
        mine = select(dialogs.c.answers).where(dialogs.c.supporter_id == supporter_id)
        try:
            answers = await db.scalar(mine) or {}
        except DecryptionFailed:
            answers = {}
        kept = {name: given for name, given in answers.items() if name != flow}
        await db.execute(
            update(dialogs)
            .where(dialogs.c.supporter_id == supporter_id)
            .values(flow="", step="", answers=kept, serial=dialogs.c.serial + 1)
        )


async def topics(
    db: Connection,
    *,
    supporter_id: int | None = None,
    campaign_id: int | None = None,
    conversation_ids: Sequence[int] | None = None,
) -> Sequence[tuple[int, int, int]]:
    """Topics of staff's groups: of a person, of a campaign, or of these conversations.

    Returns:
        Campaign, chat and topic of each.
    """
    wanted = {table.c.supporter_id: supporter_id, table.c.campaign_id: campaign_id}
    mine = [column == value for column, value in wanted.items() if value is not None]
    if conversation_ids is not None:
        mine.append(table.c.id.in_(conversation_ids))
    rows = await db.execute(
        select(table.c.campaign_id, groups.c.group_number, table.c.topic_id)
        .join(groups, groups.c.campaign_id == table.c.campaign_id)
        .where(table.c.topic_id.is_not(None), *mine)
    )
    return [tuple(row) for row in rows]
