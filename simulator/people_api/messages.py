"""People write: texts, files, contacts, edits, and deep links that write /start for them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from simulator import rules
from simulator.bot_api.copies import origin_of, said
from simulator.bot_api.media import described, look_of
from simulator.bot_api.profile import is_ephemeral
from simulator.bot_api.send import without_reply
from simulator.bot_api.topics import in_topic, topic_of
from simulator.entities import Entity, tidied, units
from simulator.errors import Refused, bad_request
from simulator.people_api.bodies import chat_id_of, json_of, json_text, number, person_of, words
from simulator.people_api.taps import let_in
from simulator.residents import Bot, Json, Message, Person
from simulator.world import World

_STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote")
_FILES = ("photo", "document", "video", "voice")
_STICKER: Json = {
    "file_id": "sticker_000001",
    "file_unique_id": "usticker_000001",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "👍",
}
_HOSTS = ("t.me", "telegram.me", "www.t.me")


async def write(world: World, request: web.Request) -> web.Response:
    """{text?, entities?, chat_id?, reply_to?, topic?, sticker?, location?, contact?, forward_of?,
    link_preview_options?}, or a form with a file, a caption, an album, and whether it is covered or
    its caption above it: an app sends each file of an album as a message with its id."""
    person, bot = person_of(world, request), world.main_bot()
    if request.content_type == "multipart/form-data":
        body: Json = dict(await request.post())
        content = _uploaded(world, body)
    else:
        body = await json_of(request)
        content = _said(world, person, bot, body)
    chat_id = chat_id_of(world, person, body.get("chat_id"))
    if body.get("reply_to"):
        replied = world.find(bot, chat_id, number(body["reply_to"], "reply_to"))
        if replied is None:
            raise bad_request("message to be replied not found")
        content["reply_to_message"] = without_reply(replied.content)
        content |= topic_of(replied.content)
    elif body.get("topic"):
        content |= in_topic(world, bot, chat_id, number(body["topic"], "topic"))
        opened = world.find(bot, chat_id, content["message_thread_id"])
        if opened is not None:  # an app sends whatever is said in a topic as a reply to its opening
            content["reply_to_message"] = without_reply(opened.content)
    return web.json_response(sent(world, person, bot, chat_id, content))


async def edit(world: World, request: web.Request) -> web.Response:
    """{text, entities?}: another text for a message of one's own."""
    person, bot = person_of(world, request), world.main_bot()
    body = await json_of(request)
    chat_id = chat_id_of(world, person, body.get("chat_id"))
    number_of = number(request.match_info["message_id"], "message_id")
    message = world.find(bot, chat_id, number_of)
    if message is None or message.content["from"]["id"] != person.id:
        raise bad_request("message to edit not found")
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    kept = {key: value for key, value in message.content.items() if key != "entities"}
    world.change_message(message, kept | _text(body.get("text"), body.get("entities")))
    update_id = _hear(world, bot, "edited_message", message, chat_id)
    return web.json_response({"message": world.seen(message, person), "update_id": update_id})


async def open_link(world: World, request: web.Request) -> web.Response:
    """{link}: https://t.me/<bot>?start=payload sends /start as the app does."""
    person, bot = person_of(world, request), world.main_bot()
    link = words((await json_of(request)).get("link"))
    username, payload = _read_link(link)
    if username.lower() != bot.username.lower():
        raise Refused(404, f"Not Found: there is no bot @{username}")
    if not rules.START_PAYLOAD.fullmatch(payload):
        raise bad_request("start parameter: up to 64 of A-Z, a-z, 0-9, _ and -")
    content = _text(f"/start {payload}" if payload else "/start")
    return web.json_response(sent(world, person, bot, person.id, content))


def sent(
    world: World, person: Person, bot: Bot, chat_id: int, content: Json, inline_id: str = ""
) -> Json:
    """Put a person's message into a chat and let the bot hear it.

    Args:
        inline_id: what the bot calls it by, if it is an inline result with buttons.

    Returns:
        The message, and the number of the update or None if the bot does not hear it.
    """
    if chat_id == person.id:
        let_in(world, person, bot)
    if not world.is_direct(chat_id):
        person.wrote_at[bot.id] = world.now()
    secret = chat_id in world.groups and is_ephemeral(bot, person, _command_of(bot, content))
    only_for = person.id if secret else 0
    message = world.put_message(bot, chat_id, person.user(), content, only_for=only_for)
    if inline_id:
        message.inline_id = inline_id
        world.inline_messages[inline_id] = message
    update_id = _hear(world, bot, "message", message, chat_id)
    return {"message": world.seen(message, person), "update_id": update_id}


def _command_of(bot: Bot, content: Json) -> str:
    """The command to this bot that a message begins with; "" if it begins with none."""
    word = str(content.get("text", "")).partition(" ")[0].lower()
    name, _, to = word.partition("@")
    meant = name.startswith("/") and to in ("", bot.username.lower())
    return name.removeprefix("/") if meant else ""


def _hear(world: World, bot: Bot, kind: str, message: Message, chat_id: int) -> int | None:
    if world.is_direct(chat_id) or (chat_id < 0 and not _meant_for(bot, message.content)):
        return None
    return world.update(bot, kind, message.content, ("message", chat_id))


def _meant_for(bot: Bot, content: Json) -> bool:
    """Whether a bot in privacy mode hears a message of a group:
    https://core.telegram.org/bots/features#privacy-mode"""
    replied = content.get("reply_to_message", {}).get("from", {})
    if replied.get("id") == bot.id or content.get("via_bot", {}).get("id") == bot.id:
        return True
    text = content.get("text") or content.get("caption") or ""
    entities = content.get("entities") or content.get("caption_entities") or ()
    name = f"@{bot.username}".lower()
    units = text.encode("utf-16-le")
    for entity in entities:
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        said_here = units[start:end].decode("utf-16-le").lower()
        if entity["type"] == "mention" and said_here == name:
            return True
        if entity["type"] == "bot_command" and said_here.partition("@")[2] in ("", name[1:]):
            return True
    return False


def _said(world: World, person: Person, bot: Bot, body: Json) -> Json:
    if "text" in body:
        chosen = body.get("link_preview_options")
        preview = {"link_preview_options": chosen} if chosen else {}
        return _text(body["text"], body.get("entities")) | preview
    if body.get("sticker"):
        return {"sticker": _STICKER}
    if body.get("location"):
        return {"location": {"latitude": 51.5074, "longitude": -0.1278}}
    if body.get("contact"):
        return {"contact": _contact(person, body["contact"])}
    if body.get("forward_of"):
        source = world.find(bot, person.id, number(body["forward_of"], "forward_of"))
        if source is None or not said(source.content):
            raise bad_request("message to forward not found")
        return said(source.content) | {"forward_origin": origin_of(source.content)}
    raise bad_request("message text is empty")


def _contact(person: Person, given: Any) -> Json:
    if given == "own":
        contact = {"phone_number": person.phone or "+447700900123", "user_id": person.id}
        names = {"first_name": person.first_name, "last_name": person.last_name}
        return contact | {key: name for key, name in names.items() if name}
    if not isinstance(given, dict) or not given.get("phone_number"):
        raise bad_request('contact: "own", or an object with a phone_number')
    known = ("phone_number", "first_name", "last_name", "user_id")
    return {"first_name": "Somebody"} | {key: given[key] for key in known if given.get(key)}


def _text(given: Any, styled: Any = None) -> Json:
    text, entities = tidied(words(given), _styles(styled, words(given)))
    if not text:
        raise bad_request("message text is empty")
    if len(text) > rules.MESSAGE_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def _styles(given: Any, text: str) -> list[Entity]:
    """The styles that a person has put on parts of a text, as their app sends them.

    Raises:
        Refused: it is no list of them.
    """
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request("entities must be a list")
    styles = []
    for one in given:
        if not isinstance(one, dict) or one.get("type") not in _STYLES:
            raise bad_request(f"type must be one of {', '.join(_STYLES)}")
        offset, length = number(one.get("offset"), "offset"), number(one.get("length"), "length")
        if offset < 0 or length < 1 or offset + length > units(text):
            raise bad_request("offset and length must be within the text")
        styles.append({"type": one["type"], "offset": offset, "length": length})
    return styles


def _uploaded(world: World, form: Json) -> Json:
    for kind in _FILES:
        upload = form.get(kind)
        if not isinstance(upload, web.FileField):
            continue
        content = described(world.files.keep(kind, upload.file.read(), upload.filename))
        upload.file.close()
        styled = json_text(form.get("caption_entities"))
        caption = words(form.get("caption") or "")
        text, entities = tidied(caption, _styles(styled, caption))
        if len(text) > rules.CAPTION_LIMIT:
            raise bad_request("message caption is too long")
        if text:
            content["caption"] = text
        if entities:
            content["caption_entities"] = entities
        if album := words(form.get("album") or ""):
            content["media_group_id"] = album
        content |= look_of("covered" in form, "above" in form)
        return content
    raise bad_request("there is no file in the request")


def _read_link(link: str) -> tuple[str, str]:
    """The username and start parameter of a link to a bot.

    Raises:
        Refused: it leads elsewhere.
    """
    address = link if "://" in link else f"https://{link}"
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        raise bad_request("the link is no address") from None
    if parts.scheme == "tg" and parts.netloc == "resolve":
        username = query.get("domain", [""])[0]
    elif parts.scheme in ("http", "https") and parts.netloc.lower() in _HOSTS:
        username = parts.path.strip("/")
    else:
        raise bad_request("the link does not lead to a bot")
    return username, query.get("start", [""])[0]
