"""Texts and captions with their formatting, checked as Telegram checks them."""

from collections.abc import Mapping
from typing import Any

from simulator import rules
from simulator.bot_api.call import Call, unicode_text
from simulator.entities import Entity, parse_html, tidied
from simulator.errors import bad_request
from simulator.residents import Json
from simulator.world import World

_USER_LINK = "tg://user?id="


def text_of(world: World, call: Call) -> Json:
    """The `text` of a call with its entities, as fields of a Message.

    Raises:
        Refused: it is empty, too long or wrongly marked up.
    """
    if not call.text("text"):
        raise bad_request("message text is empty")
    source = {**call.given, "entities": call.json("entities", "entities")}
    text, entities = formatted(world, source, "text", "entities")
    if not text:
        plain = call.text("text").strip(" \n\t\r") and call.text("parse_mode")
        raise bad_request("message text is empty" if plain else "text must be non-empty")
    if len(text) > rules.MESSAGE_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_of(world: World, given: Mapping[str, Any]) -> Json:
    """The `caption` of a call or of an InputMedia with its entities, as fields of a Message.

    Raises:
        Refused: it is too long or wrongly marked up.
    """
    text, entities = formatted(world, given, "caption", "caption_entities")
    if len(text) > rules.CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def formatted(
    world: World, given: Mapping[str, Any], text_name: str, entities_name: str
) -> tuple[str, list[Entity]]:
    """A text, marked up by `parse_mode` or by entities, as Telegram keeps it.

    Raises:
        Refused: an unknown mode, or a fault in the markup.
    """
    source = unicode_text(str(given.get(text_name) or ""))
    mode = str(given.get("parse_mode") or "").lower()
    if len(source.encode()) > rules.SOURCE_BYTES:
        raise bad_request("text is too long")
    if mode == "html":
        text, entities = parse_html(source)
    elif mode in ("", "none"):
        text, entities = source, _checked(given.get(entities_name) or [])
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("this simulator parses HTML only")
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = tidied(text, entities)
    return text, [kept for entity in entities if (kept := _of_this_world(world, entity))]


def _of_this_world(world: World, entity: Entity) -> Entity | None:
    """A link to a user becomes a mention of somebody known, or nothing."""
    url = entity.get("url", "")
    if not url.startswith(_USER_LINK):
        return entity
    digits = url.removeprefix(_USER_LINK)
    person = world.people.get(int(digits)) if digits.isdecimal() else None
    if person is None:
        return None
    place = {"offset": entity["offset"], "length": entity["length"]}
    return {"type": "text_mention", **place, "user": person.user()}


def _checked(entities: Any) -> list[Entity]:
    checked = []
    for entity in entities if isinstance(entities, list) else []:
        if not isinstance(entity, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        for name in ("offset", "length"):
            if not isinstance(entity.get(name), int):
                raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
            if not 0 <= entity[name] <= 1_000_000:
                raise bad_request(f"receive an entity with incorrect {name} {entity[name]}")
        if not isinstance(entity.get("type"), str):
            raise bad_request("can't parse MessageEntity: Can't find field \"type\"")
        checked.append(entity)
    return checked
