"""What a bot changes afterwards: edits, deletions, answers to taps."""

from simulator import rules
from simulator.errors import Refused, bad_request
from simulator.sending import as_json, formatted, markup_of, media_content
from simulator.world import Bot, Json, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_text(world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#editmessagetext"""
    message = _own(world, bot, given)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _edited(world, message, formatted(given, "text", rules.MESSAGE_LIMIT), given, "entities")


def edit_caption(world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#editmessagecaption"""
    message = _own(world, bot, given)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    content = formatted(given, "caption", rules.CAPTION_LIMIT)
    return _edited(world, message, content, given, "caption_entities")


def edit_markup(world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    return _edited(world, _own(world, bot, given), {}, given, None)


def edit_media(world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#editmessagemedia"""
    message = _own(world, bot, given)
    item = as_json(given.get("media")) or {}
    content = media_content(world, item["type"], item["media"], given)
    for kind in ("photo", "video", "document"):
        message.pop(kind, None)
    if item.get("caption"):
        content |= formatted(item, "caption", rules.CAPTION_LIMIT)
    return _edited(world, message, content, given, None)


def delete(world: World, bot: Bot, given: Json) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    chat_id, message_id = int(given["chat_id"]), int(given["message_id"])
    message = world.find(bot, chat_id, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if world.now() - message["date"] > rules.DELETE_WITHIN_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    del world.chat_messages(bot, chat_id)[message_id]
    for person in world.watchers(chat_id):
        world.tell(person, "delete", chat_id, message_id=message_id)
    return True


def delete_many(world: World, bot: Bot, given: Json) -> bool:
    """https://core.telegram.org/bots/api#deletemessages: those not found are skipped."""
    for message_id in as_json(given.get("message_ids")) or []:
        if world.find(bot, int(given["chat_id"]), int(message_id)):
            delete(world, bot, {"chat_id": given["chat_id"], "message_id": message_id})
    return True


def answer_tap(world: World, bot: Bot, given: Json) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    tap = world.taps.pop(str(given.get("callback_query_id")), None)
    if tap is None or world.now() - tap.at > rules.CALLBACK_TOO_OLD_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = str(given.get("text") or "")
    if len(text) > rules.CALLBACK_ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    alert = str(given.get("show_alert", "")).lower() in ("true", "1")
    world.tell(tap.person, "toast", tap.chat_id, text=text, show_alert=alert)
    return True


def _own(world: World, bot: Bot, given: Json) -> Json:
    message = world.find(bot, int(given.get("chat_id", 0)), int(given.get("message_id", 0)))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != bot.id:
        raise bad_request("message can't be edited")
    person = world.people.get(message["chat"]["id"])
    if person is not None and bot.id in person.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    return message


def _edited(world: World, message: Json, content: Json, given: Json, entities: str | None) -> Json:
    before = {key: value for key, value in message.items() if key != "edit_date"}
    after = {key: value for key, value in before.items() if key not in (entities, "reply_markup")}
    after |= content | markup_of(given)
    if after == before:
        raise bad_request(NOT_MODIFIED)
    message.clear()
    message.update(after | {"edit_date": int(world.now())})
    chat_id = message["chat"]["id"]
    for person in world.watchers(chat_id):
        world.tell(person, "edit", chat_id, message=message)
    return message
