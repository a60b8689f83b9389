"""What a bot puts into chats: texts, pictures, files, albums, copies."""

import json
from typing import Any

from simulator import rules
from simulator.entities import find, parse_html, units
from simulator.errors import bad_request
from simulator.world import Bot, Json, World

MEDIA = {"sendPhoto": "photo", "sendDocument": "document", "sendVideo": "video"}
BUTTON_ACTS = (
    "callback_data",
    "url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "web_app",
)


def send_message(world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#sendmessage"""
    chat_id = chat_of(world, bot, given)
    content = formatted(given, "text", rules.MESSAGE_LIMIT)
    return world.put_message(bot, chat_id, bot.user(), content | markup_of(given) | reply_of(given))


def send_media(kind: str, world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#sendphoto and its kin."""
    chat_id = chat_of(world, bot, given)
    content = media_content(world, kind, given.get(kind), given)
    caption = formatted(given, "caption", rules.CAPTION_LIMIT) if given.get("caption") else {}
    return world.put_message(bot, chat_id, bot.user(), content | caption | markup_of(given))


def send_media_group(world: World, bot: Bot, given: Json) -> list[Json]:
    """https://core.telegram.org/bots/api#sendmediagroup"""
    chat_id = chat_of(world, bot, given)
    items = as_json(given.get("media"))
    least, most = rules.ALBUM_SIZE
    if not isinstance(items, list) or not least <= len(items) <= most:
        raise bad_request("media group must include 2-10 items")
    contents = []
    for item in items:
        content = media_content(world, item["type"], item["media"], given)
        if item.get("caption"):
            content |= formatted(item, "caption", rules.CAPTION_LIMIT)
        contents.append(content)
    album = f"album{chat_id}{world.now():.6f}"
    return [
        world.put_message(bot, chat_id, bot.user(), content | {"media_group_id": album})
        for content in contents
    ]


def copy_message(world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#copymessage"""
    chat_id = chat_of(world, bot, given)
    source = _source(world, bot, given, "copy")
    content = {key: source[key] for key in CONTENT_KEYS if key in source}
    if "caption" in given:
        content |= formatted(given, "caption", rules.CAPTION_LIMIT)
    message = world.put_message(bot, chat_id, bot.user(), content | markup_of(given))
    return {"message_id": message["message_id"]}


def forward_message(world: World, bot: Bot, given: Json) -> Json:
    """https://core.telegram.org/bots/api#forwardmessage"""
    chat_id = chat_of(world, bot, given)
    source = _source(world, bot, given, "forward")
    content = {key: source[key] for key in CONTENT_KEYS if key in source}
    origin = {"type": "user", "date": source["date"], "sender_user": source["from"]}
    return world.put_message(bot, chat_id, bot.user(), content | {"forward_origin": origin})


CONTENT_KEYS = (
    "text",
    "entities",
    "caption",
    "caption_entities",
    "photo",
    "document",
    "video",
    "sticker",
    "voice",
    "location",
    "contact",
)


def chat_of(world: World, bot: Bot, given: Json) -> int:
    """The chat to write into.

    Raises:
        Refused: it may not be written into.
    """
    try:
        chat_id = int(given["chat_id"])
    except KeyError:
        raise bad_request("chat_id is empty") from None
    except ValueError:
        raise bad_request("chat not found") from None
    world.may_write(bot, chat_id)
    return chat_id


def formatted(given: Json, key: str, limit: int) -> Json:
    """Text or caption with entities, checked as Telegram checks it."""
    source = str(given.get(key) or "")
    name = "entities" if key == "text" else "caption_entities"
    if str(given.get("parse_mode", "")).upper() == "HTML":
        text, entities = parse_html(source)
    else:
        text, entities = source.strip(), list(as_json(given.get(name)) or [])
    if not text and key == "text":
        raise bad_request("message text is empty")
    if units(text) > limit:
        raise bad_request("message is too long" if key == "text" else "message caption is too long")
    entities = sorted([*entities, *_unmarked(text, entities)], key=lambda e: int(e["offset"]))
    return {key: text} | ({name: entities} if entities else {})


def _unmarked(text: str, entities: list[Json]) -> list[Json]:
    """Links and commands that Telegram finds itself, outside what is marked as code or link."""
    taken = [
        (e["offset"], e["offset"] + e["length"])
        for e in entities
        if e["type"] in ("code", "pre", "text_link")
    ]
    return [
        entity
        for entity in find(text)
        if not any(start <= entity["offset"] < end for start, end in taken)
    ]


def media_content(world: World, kind: str, what: Any, given: Json) -> Json:
    """A picture, film or document: uploaded, or known by its id."""
    if isinstance(what, str) and what.startswith("attach://"):
        what = given.get(what.removeprefix("attach://"))
    if isinstance(what, tuple):
        content, name = what
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > (rules.PHOTO_BYTES if kind == "photo" else rules.FILE_BYTES):
            raise bad_request("file is too big")
        file_id = world.keep_file(content, name)
    elif isinstance(what, str) and what in world.files:
        file_id = what
    else:
        raise bad_request("wrong file identifier/HTTP URL specified")
    content, name = world.files[file_id]
    common = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}
    if kind == "photo":
        return {"photo": [{**common, "width": 1280, "height": 640}]}
    if kind == "video":
        return {"video": {**common, "width": 1280, "height": 720, "duration": 1}}
    return {"document": {**common, "file_name": name}}


def markup_of(given: Json) -> Json:
    """The keyboard of a message, checked.

    Raises:
        Refused: a button is not as Telegram takes it.
    """
    markup = as_json(given.get("reply_markup"))
    if not markup:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("can't parse reply keyboard markup JSON object")
    for row in markup.get("inline_keyboard", []):
        for button in row:
            _check_button(button)
    return {"reply_markup": markup}


def _check_button(button: Json) -> None:
    if not button.get("text"):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    acts = [act for act in BUTTON_ACTS if act in button]
    if len(acts) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= rules.CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not url.startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    copied = button.get("copy_text")
    if copied is not None and not 1 <= len(copied.get("text", "")) <= rules.COPY_TEXT_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def reply_of(given: Json) -> Json:
    reply = as_json(given.get("reply_parameters")) or {}
    return {"reply_to_message_id": reply["message_id"]} if "message_id" in reply else {}


def as_json(value: Any) -> Any:
    """A parameter that may come as JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request("can't parse JSON object") from None


def _source(world: World, bot: Bot, given: Json, act: str) -> Json:
    message = world.find(bot, int(given.get("from_chat_id", 0)), int(given.get("message_id", 0)))
    if message is None:
        raise bad_request(f"message to {act} not found")
    return message
