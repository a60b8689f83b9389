"""Where in the staff's group a message stands: in the topic of its conversation."""

from typing import Any

from telegram.error import BadRequest
from telegram.ext import ExtBot

from campaign.inbox import POST, TOPIC_OVER, first_of
from channels.telegram.topics import is_lost, open_topic
from handlers.services import Services
from storage import inbox, notifications
from storage.notifications import Notification


async def place_of(
    services: Services, bot: ExtBot[Any], one: Notification
) -> dict[str, Any] | None:
    """The topic of a message's conversation, opened if there is none; nothing for all others. None
    if the person has been erased meanwhile, and the message goes nowhere.

    Killed between opening a topic and keeping its number, the bot opens another one: the empty one
    harms nobody.

    Raises:
        telegram.error.TelegramError: the topic could not be asked for.
    """
    if one.template != POST:
        return {}
    async with services.database.reading() as db:
        message = await inbox.message(db, one.subject_id or 0)
        conversation = await inbox.of(db, message.conversation_id) if message else None
        group = await inbox.group_of(db, one.campaign_id or 0)
    if conversation is None or group is None or not group.has_topics:
        return {}
    topic_id = conversation.topic_id
    if topic_id is None:
        name = f"{first_of(conversation.first_name)} · {conversation.id}"
        topic_id = await open_topic(bot, group.chat_id, name)
        if topic_id is None:
            return {}
        async with services.database.transaction() as db:
            if not await inbox.set_topic(db, conversation.id, topic_id):
                await notifications.add(
                    db,
                    [group.chat_id],
                    TOPIC_OVER,
                    campaign_id=group.campaign_id,
                    subject_id=topic_id,
                    now=services.clock(),
                )
                return None
    return {"message_thread_id": topic_id}


async def is_topic_lost(services: Services, one: Notification, refused: BadRequest) -> bool:
    """Whether staff have deleted or closed the topic; the next try opens another one."""
    if one.template != POST or not is_lost(refused):
        return False
    async with services.database.transaction() as db:
        message = await inbox.message(db, one.subject_id or 0)
        conversation = await inbox.of(db, message.conversation_id) if message else None
        if conversation is None:
            return True
        await inbox.set_topic(db, conversation.id, None)
    return conversation.topic_id is not None
