"""Updates of groups that read a campaign's inbox: whose they are, and what they ask for."""

from functools import partial

import telegram

from campaign.staff import may, role_in
from channels.telegram import groups
from channels.telegram.channel import TelegramChannel
from channels.telegram.events import event_of, group_of, replies_to
from channels.telegram.show import post, show
from handlers.context import Handler
from handlers.screens import Screen, Text
from handlers.services import Services
from handlers.staff.inbox import staff_group
from handlers.staff.inbox.buttons import Work
from handlers.unit_of_work import handle
from storage import inbox, notifications, staff


def is_reply(update: telegram.Update) -> bool:
    """Whether a message in a group replies to what somebody wrote to the campaign."""
    message = update.message or update.edited_message
    return group_of(update) is not None and any(Work.parse(data) for data in replies_to(message))


def is_tap(update: telegram.Update) -> bool:
    """Whether a button of the inbox was tapped in a group."""
    query = update.callback_query
    return (
        group_of(update) is not None
        and query is not None
        and (query.data or "").startswith("inbox:")
    )


async def linked(services: Services, update: telegram.Update, args: tuple[str, ...]) -> None:
    """/inbox in a group: an owner lets it read a campaign's messages; to all others it is like any
    other command there."""
    if not await _is(services, update, "owner"):
        await groups.answer(services, update)
        return
    await _handle(services, update, staff_group.link, args)


async def reply(services: Services, update: telegram.Update) -> None:
    """A reply is an answer, if it comes from staff who may answer."""
    if not await _is(services, update, "editor"):
        await post(services, update, Screen(Text("inbox/not_staff")), _language(services, update))
    elif update.edited_message is not None:
        await post(services, update, Screen(Text("inbox/edited")), _language(services, update))
    else:
        await _handle(services, update, staff_group.answer)


async def tapped(services: Services, update: telegram.Update) -> None:
    """A button of the inbox, in a group."""
    if not await _is(services, update, "editor"):
        toast = Screen(toast="toast/inbox_not_staff")
        await show(services, update, toast, _language(services, update))
        return
    data = (update.callback_query.data if update.callback_query else None) or ""
    await _handle(services, update, partial(staff_group.tapped, data))


async def moved(services: Services, update: telegram.Update) -> None:
    """A group has become a supergroup, which has another number."""
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id is not None:
        async with services.database.transaction() as db:
            await inbox.move_group(db, message.chat.id, message.migrate_to_chat_id)
            await notifications.readdress(db, message.chat.id, message.migrate_to_chat_id)


async def _handle(
    services: Services,
    update: telegram.Update,
    handler: Handler,
    args: tuple[str, ...] = (),
) -> None:
    await handle(
        services,
        event_of(services, update),
        handler,
        channel=TelegramChannel(services, update),
        present=staff_group.silent,
        refused=staff_group.refused,
        args=args,
    )


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
