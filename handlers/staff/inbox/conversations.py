"""/inbox: who waits for an answer, and one conversation after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from campaign import inbox
from campaign.petition import Petition
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.desk.buttons import to_desk
from handlers.staff.inbox.buttons import OpenConversation, ShowInbox, Unlink, Work
from handlers.staff.inbox.seen_mail import NO_MAIL, SeenMail
from handlers.staff.permissions import may_own, petition_as, theirs_as
from messages.harmless import harmless
from storage import blocks, staff
from storage import inbox as kept
from storage.database import Connection
from storage.inbox import Conversation, Message

ON_A_PAGE = 5
NEWEST = 10**18 - 1
MOST_SHOWN, MOST_CHARACTERS = 12, 2_800


@dataclass(frozen=True, slots=True)
class Line:
    """A message as staff read it.

    Attributes:
        who: the first name of who has written it; None for a colleague who is not of the staff now.
        undelivered: whether an answer could not be delivered.
        mail: how it came or goes by email.
    """

    who: str | None
    by_staff: bool
    words: str
    at: datetime
    undelivered: bool
    mail: SeenMail = NO_MAIL


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list."""

    place: int
    name: str
    words: str
    at: datetime
    status: str


def door(petition: Petition, waiting: int) -> Button:
    """The way here, with how many people wait for an answer."""
    return Button("inbox", ShowInbox(petition.id, "waiting", 0), variables={"count": waiting})


@command_as("editor")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/inbox: those who wait for an answer, the longest first."""
    return replace(await page(context, petition), fresh=True)


async def show(context: Context, action: ShowInbox) -> Screen:
    """A page of the list."""
    petition = await petition_as(context, action.petition_id, "editor")
    return await page(context, petition, waiting=action.tab == "waiting", number=action.page)


async def page(
    context: Context, petition: Petition, *, waiting: bool = True, number: int = 0
) -> Screen:
    """Conversations that wait, or the others."""
    found = await kept.conversations(
        context.db,
        petition.id,
        waiting=waiting,
        offset=min(number, 10_000) * ON_A_PAGE,
        limit=ON_A_PAGE + 1,
    )
    shown = found[:ON_A_PAGE]
    listed = [
        await _listed(context.db, place, conversation)
        for place, conversation in enumerate(shown, 1)
    ]
    group = await kept.group_of(context.db, petition.id)
    variables = {
        "campaign": petition.view(context.language),
        "waiting": waiting,
        "conversations": listed,
        "count": await kept.count_waiting(context.db, petition.id),
        "grouped": group is not None,
        "zone": petition.definition.timezone,
        "days": context.services.inbox_days,
    }
    rows: list[list[Button]] = [
        [
            Button(
                "inbox_open",
                OpenConversation(conversation.id),
                variables={"place": one.place, "name": one.name},
            )
        ]
        for one, conversation in zip(listed, shown, strict=True)
    ]
    rows += _turning(petition, waiting=waiting, number=number, more=len(found) > ON_A_PAGE)
    if group is not None and await may_own(context, petition):
        rows.append([Button("inbox_unlink", Unlink(petition.id))])
    return Screen(Text("inbox/list", variables), [*rows, [to_desk(petition.id)]])


async def _listed(db: Connection, place: int, conversation: Conversation) -> Listed:
    last = await kept.newest(db, conversation.id, by_staff=False) or await kept.newest(
        db, conversation.id, by_staff=True
    )
    at = conversation.waiting_since or conversation.changed_at
    name = inbox.first_of(conversation.first_name)
    return Listed(place, name, last.words if last else "", at, conversation.status)


def _turning(petition: Petition, *, waiting: bool, number: int, more: bool) -> list[list[Button]]:
    tab: Literal["waiting", "others"] = "waiting" if waiting else "others"
    row = []
    if number:
        row.append(Button("page_before", ShowInbox(petition.id, tab, number - 1)))
    if more:
        row.append(Button("page_after", ShowInbox(petition.id, tab, number + 1)))
    other: Literal["waiting", "others"] = "others" if waiting else "waiting"
    label = "inbox_others" if waiting else "inbox_waiting"
    return [*([row] if row else []), [Button(label, ShowInbox(petition.id, other, 0))]]


async def open_one(context: Context, action: OpenConversation) -> Screen:
    """One conversation."""
    try:
        conversation, petition = await theirs(context, action.conversation_id)
    except inbox.ConversationGone:
        return Screen(Text("inbox/gone", {"days": context.services.inbox_days}), fresh=True)
    return await screen(context, petition, conversation, before=action.before)


async def theirs(context: Context, conversation_id: int) -> tuple[Conversation, Petition]:
    """A conversation and its campaign, for editors of it.

    Raises:
        inbox.ConversationGone: it is not there any more.
        NotAllowed: the person has no such role there.
    """
    await theirs_as(context, "editor")  # to others it makes no difference which there are
    conversation = await kept.of(context.db, conversation_id)
    if conversation is None:
        raise inbox.ConversationGone
    return conversation, await petition_as(context, conversation.campaign_id, "editor")


async def screen(
    context: Context,
    petition: Petition,
    conversation: Conversation,
    *,
    before: int | None = None,
    above: Text | None = None,
) -> Screen:
    """What has been written, oldest first, as much as fits."""
    found = await kept.page(
        context.db, conversation.id, before=before or NEWEST, limit=MOST_SHOWN + 1
    )
    shown = _fitting(found)
    lines = await _lines(context.db, conversation, shown)
    blocked = await blocks.is_blocked(context.db, conversation.supporter_id, petition.id)
    name = inbox.first_of(conversation.first_name)
    variables = {
        "campaign": petition.view(context.language),
        "name": name,
        "messages": lines[::-1],
        "status": conversation.status,
        "blocked": blocked,
        "zone": petition.definition.timezone,
    }
    seen = found[0].id if found and before is None else 0
    act = Buttons(conversation, seen, blocked=blocked, owner=await may_own(context, petition))
    rows = act.rows() if before is None else []
    turn = []
    if len(shown) < len(found):
        turn.append(Button("earlier", OpenConversation(conversation.id, shown[-1].id)))
    if before is not None:
        turn.append(Button("inbox_newest", OpenConversation(conversation.id)))
    return Screen(
        Text("inbox/conversation", variables),
        [
            *rows,
            *([turn] if turn else []),
            [Button("inbox_back", ShowInbox(petition.id, "waiting", 0))],
        ],
        above=above,
    )


@dataclass(frozen=True, slots=True)
class Buttons:
    """What can be done with a conversation."""

    conversation: Conversation
    seen: int
    blocked: bool
    owner: bool

    def rows(self) -> list[list[Button]]:
        """Answer and close; owners can block."""
        answer = [Button("inbox_answer", self._work("answer"))]
        if self.conversation.status == "waiting":
            answer.append(Button("inbox_close", self._work("close")))
        if not self.owner:
            return [answer]
        label, act = ("inbox_unblock", "unblock") if self.blocked else ("inbox_block", "block_ask")
        return [answer, [Button(label, self._work(act))]]

    def _work(self, act: str) -> Work:
        return Work(self.conversation.id, self.seen, act)  # type: ignore[arg-type]


def _fitting(found: Sequence[Message]) -> Sequence[Message]:
    """The newest, as many as a message of Telegram holds; the newest of all in any case."""
    room, shown = MOST_CHARACTERS, 0
    for one in found[:MOST_SHOWN]:
        room -= len(str(harmless(one.words))) + (160 if one.email else 60)
        if room < 0 and shown:
            break
        shown += 1
    return found[:shown]


async def _lines(
    db: Connection, conversation: Conversation, shown: Sequence[Message]
) -> list[Line]:
    colleagues = {one.telegram_id: one.first_name for one in await staff.all(db)}
    name = inbox.first_of(conversation.first_name)
    return [
        Line(
            who=name if one.answered_by is None else colleagues.get(one.answered_by),
            by_staff=one.answered_by is not None,
            words=one.words,
            at=one.written_at,
            undelivered=one.undelivered,
            mail=SeenMail.of(one),
        )
        for one in shown
    ]


async def news(reader: Reader) -> Screen:
    """Somebody waits for an answer; nothing if nobody does any more."""
    petition = reader.petition
    count = await kept.count_waiting(reader.db, petition.id)
    if not count:
        raise Gone
    variables = {"campaign": petition.view(reader.language), "count": count}
    return Screen(Text("inbox/news", variables), [[door(petition, count)]])


async def undelivered(reader: Reader) -> Screen:
    """An answer could not be delivered, or nobody knows; nothing if the person has been erased
    since."""
    petition = reader.petition
    message = await kept.message(reader.db, reader.subject_id)
    conversation = await kept.of(reader.db, message.conversation_id) if message else None
    if conversation is None or message is None:
        raise Gone
    name = inbox.first_of(conversation.first_name)
    variables = {
        "campaign": petition.view(reader.language),
        "name": name,
        "words": message.words,
        "mail": SeenMail.of(message),
    }
    back = Button("inbox_see", OpenConversation(conversation.id))
    return Screen(Text("inbox/undelivered", variables), [[back]])


ROUTES = Routes(
    commands={"inbox": Command(command, least="editor")},
    actions={ShowInbox: show, OpenConversation: open_one},
)
