"""The inbox in a group of the staff: /inbox links it, replies are answers."""

from datetime import datetime
from functools import partial

import telegram
from telegram.constants import ChatType

from campaign import inbox
from campaign.staff import may, role_in
from handlers import group as groups
from handlers import replies
from handlers.context import Context, Gone, Handler, NotAllowed, NotNamed, Stale, handle
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Outgoing, Screen, Text
from handlers.services import Services
from handlers.show import post, show
from handlers.staff.inbox import answering
from handlers.staff.inbox.buttons import ShowInbox, Unlink, Work
from handlers.staff.permissions import addressed, petition_as, theirs_as
from storage import inbox as kept
from storage import notifications, staff
from storage.database import Connection
from storage.notifications import Notification

IN_GROUPS = ("add", "drop", "close")


def is_reply(update: telegram.Update) -> bool:
    """Whether a message in a group replies to what somebody wrote to the campaign."""
    message = update.message or update.edited_message
    return _is_in_group(update) and replies.action_under(message, Work) is not None


def is_tap(update: telegram.Update) -> bool:
    """Whether a button of the inbox was tapped in a group."""
    query = update.callback_query
    return _is_in_group(update) and query is not None and (query.data or "").startswith("inbox:")


async def linked(services: Services, update: telegram.Update, args: tuple[str, ...]) -> None:
    """/inbox in a group: an owner lets it read a campaign's messages; to all others it is like any
    other command there."""
    if not await _is(services, update, "owner"):
        await groups.answer(services, update)
        return
    await _handle(services, update, _link, args)


async def reply(services: Services, update: telegram.Update) -> None:
    """A reply is an answer, if it comes from staff who may answer."""
    if not await _is(services, update, "editor"):
        await post(services, update, Screen(Text("inbox/not_staff")), _language(services, update))
    elif update.edited_message is not None:
        await post(services, update, Screen(Text("inbox/edited")), _language(services, update))
    else:
        await _handle(services, update, _answer)


async def tapped(services: Services, update: telegram.Update) -> None:
    """A button of the inbox, in a group."""
    if not await _is(services, update, "editor"):
        toast = Screen(toast="toast/inbox_not_staff")
        await show(services, update, toast, _language(services, update))
        return
    data = (update.callback_query.data if update.callback_query else None) or ""
    await _handle(services, update, partial(_tap, data))


async def moved(services: Services, update: telegram.Update) -> None:
    """A group has become a supergroup, which has another number."""
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id is not None:
        async with services.database.transaction() as db:
            await kept.move_group(db, message.chat.id, message.migrate_to_chat_id)
            await notifications.readdress(db, message.chat.id, message.migrate_to_chat_id)


async def _handle(
    services: Services,
    update: telegram.Update,
    handler: Handler,
    args: tuple[str, ...] = (),
) -> None:
    await handle(services, update, handler, present=_silent, refused=_refused, args=args)


async def _silent(_: Context) -> Screen:
    """A redelivered update has been answered, or is not worth a second word before everybody."""
    return Screen()


async def _refused(error: Exception, context: Context) -> Screen:
    """What a member of the group hears of a refusal: never anything of their own chat."""
    if isinstance(error, NotNamed):
        owned = await theirs_as(context, "owner")
        slugs = [petition.campaign.slug for petition in owned]
        return Screen(Text("inbox/which", {"slugs": slugs}))
    if context.update.callback_query is not None:
        late = isinstance(error, Stale | Gone)
        return Screen(toast="toast/stale" if late else "toast/inbox_not_staff")
    return Screen(Text("inbox/not_staff"))


async def _link(context: Context) -> Screen:
    owned = await theirs_as(context, "owner")
    petition, _ = addressed(context, owned)
    chat = context.update.effective_chat
    if chat is None:
        raise Gone
    waiting = await inbox.link_group(
        context.db,
        petition,
        chat.id,
        has_topics=bool(chat.is_forum),
        by=context.supporter.telegram_id,
        now=context.now,
    )
    context.notified = True
    variables = {
        "campaign": petition.view(context.language),
        "waiting": waiting,
        "topics": bool(chat.is_forum),
    }
    return Screen(Text("inbox/linked", variables), [[Button("inbox_unlink", Unlink(petition.id))]])


async def _answer(context: Context) -> Screen:
    message = context.update.message
    text = message.text if message else None
    screen = await (
        answering.replied_otherwise(context) if text is None else answering.replied(context, text)
    )
    if screen is None:
        raise NotAllowed
    return screen


async def _tap(data: str, context: Context) -> Screen:
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


def _is_in_group(update: telegram.Update) -> bool:
    chat = update.effective_chat
    return chat is not None and chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)


async def _is(services: Services, update: telegram.Update, least: str) -> bool:
    """Whether the sender has that role anywhere. Nothing is kept of anybody else in the group."""
    user = update.effective_user
    if user is None:
        return False
    async with services.database.reading() as db:
        roles = await staff.roles_of(db, user.id)
    return any(may(role_in(roles, scope), least) for scope in roles)


def _language(services: Services, update: telegram.Update) -> str:
    user = update.effective_user
    return services.renderer.match(user.language_code if user else None)


ROUTES = Routes(actions={Unlink: unlinked})
