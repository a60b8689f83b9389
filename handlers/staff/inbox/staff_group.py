"""The inbox in a group of the staff: what is said there, and what its buttons do."""

from datetime import datetime

from campaign import inbox
from handlers.context import Context, Gone, NotAllowed, NotNamed, Stale
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Outgoing, Screen, Text
from handlers.staff.inbox import answering
from handlers.staff.inbox.buttons import ShowInbox, Unlink, Work
from handlers.staff.inbox.seen_mail import SeenMail
from handlers.staff.permissions import addressed, petition_as, theirs_as
from storage import inbox as kept
from storage.database import Connection
from storage.notifications import Notification

IN_GROUPS = ("add", "drop", "close")


async def silent(_: Context) -> Screen:
    """A redelivered update has been answered, or is not worth a second word before everybody."""
    return Screen()


async def refused(error: Exception, context: Context) -> Screen:
    """What a member of the group hears of a refusal: never anything of their own chat."""
    if isinstance(error, NotNamed):
        owned = await theirs_as(context, "owner")
        slugs = [petition.campaign.slug for petition in owned]
        return Screen(Text("inbox/which", {"slugs": slugs}))
    if context.event.tap is not None:
        late = isinstance(error, Stale | Gone)
        return Screen(toast="toast/stale" if late else "toast/inbox_not_staff")
    return Screen(Text("inbox/not_staff"))


async def link(context: Context) -> Screen:
    """/inbox in a group: it reads a campaign's messages from now on."""
    owned = await theirs_as(context, "owner")
    petition, _ = addressed(context, owned)
    group = context.event.group
    if group is None:
        raise Gone
    waiting = await inbox.link_group(
        context.db,
        petition,
        group.id,
        has_topics=group.has_topics,
        by=context.supporter.telegram_id,
        now=context.now,
    )
    context.notified = True
    variables = {
        "campaign": petition.view(context.language),
        "waiting": waiting,
        "topics": group.has_topics,
    }
    return Screen(Text("inbox/linked", variables), [[Button("inbox_unlink", Unlink(petition.id))]])


async def answer(context: Context) -> Screen:
    """A reply of one of the staff to what somebody wrote."""
    message = context.event.new_message
    text = message.text if message else None
    screen = await (
        answering.replied_otherwise(context) if text is None else answering.replied(context, text)
    )
    if screen is None:
        raise NotAllowed
    return screen


async def tapped(data: str, context: Context) -> Screen:
    """A button of the inbox, in a group."""
    unlink = Unlink.parse(data)
    if unlink is not None:
        return await unlinked(context, unlink)
    action = Work.parse(data)
    if action is None or action.do not in IN_GROUPS:
        raise Stale
    return await answering.work(context, action)


async def unlinked(context: Context, action: Unlink) -> Screen:
    """Let the group read along no longer."""
    petition = await petition_as(context, action.petition_id, "owner")
    me = context.supporter.telegram_id
    await inbox.unlink_group(context.db, petition, by=me, now=context.now)
    back = [[Button("inbox_back", ShowInbox(petition.id, "waiting", 0))]]
    rows = back if answering.is_private(context) else []
    return Screen(Text("inbox/unlinked", {"campaign": petition.view(context.language)}), rows)


async def posted(reader: Reader) -> Screen:
    """What somebody wrote, for the group; nothing if they have been erased, or the group reads
    along no longer."""
    message = await kept.message(reader.db, reader.subject_id)
    conversation = await kept.of(reader.db, message.conversation_id) if message else None
    group = await kept.group_of(reader.db, reader.campaign_id or 0)
    if message is None or conversation is None or group is None:
        raise Gone
    if group.chat_id != reader.chat_id:  # another one has been linked since
        raise Gone
    variables = {
        "campaign": reader.petition.view(reader.language),
        "name": inbox.first_of(conversation.first_name),
        "words": message.words,
        "mail": SeenMail.of(message),
    }
    close = Work(conversation.id, message.id, "close")
    return Screen(Text("inbox/post", variables), [[Button("inbox_close", close)]])


async def topic_over(reader: Reader) -> Screen:
    """A topic of somebody of whom nothing is kept any more."""
    return Screen(letters=[Outgoing("deleteForumTopic", {"message_thread_id": reader.subject_id})])


async def lost(reader: Reader) -> Screen:
    """The group cannot be written to: what comes is in the inbox."""
    petition = reader.petition
    count = await kept.count_waiting(reader.db, petition.id)
    button = Button("inbox", ShowInbox(petition.id, "waiting", 0), variables={"count": count})
    return Screen(
        Text("inbox/group_lost", {"campaign": petition.view(reader.language)}), [[button]]
    )


async def answer_failed(db: Connection, one: Notification, now: datetime) -> None:
    """The person has blocked the bot: who has answered hears of it."""
    await inbox.not_delivered(db, one.subject_id or 0, now=now)


async def post_failed(db: Connection, one: Notification, now: datetime) -> None:
    """The bot is not in the group any more, or may not write there."""
    await inbox.not_posted(db, one.campaign_id, one.telegram_id, now=now)


ROUTES = Routes(actions={Unlink: unlinked})
