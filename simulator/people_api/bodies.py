"""What a request of the people's side says: who, in which chat, with which fields."""

import json
from typing import Any

from aiohttp import web

from simulator.bot_api.call import unicode_text
from simulator.errors import Refused, bad_request
from simulator.residents import Json, Person
from simulator.world import World


def person_of(world: World, request: web.Request) -> Person:
    """The person in the path.

    Raises:
        Refused: 404, there is none.
    """
    digits = request.match_info["id"]
    person = world.people.get(int(digits)) if digits.isdecimal() else None
    if person is None:
        raise Refused(404, "Not Found: no such person")
    return person


async def json_of(request: web.Request) -> Json:
    """The request's JSON object; {} if there is none.

    Raises:
        Refused: it is something else.
    """
    try:
        body = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return body


def json_text(given: Any) -> Any:
    """What a field of a form holds as JSON; None if it is not there.

    Raises:
        Refused: it is no JSON.
    """
    if given is None:
        return None
    try:
        return json.loads(words(given))
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON") from None


def chat_id_of(world: World, person: Person, given: Any) -> int:
    """The chat a person writes or taps in; by default the private one with the bot.

    Another person's id means the chat with that person.

    Raises:
        Refused: they are not in it.
    """
    chat_id = person.id if given in (None, "", "bot") else number(given, "chat_id")
    other = world.people.get(chat_id)
    if other is not None and other is not person:
        return world.direct(person, other).id
    group = world.groups.get(chat_id)
    if chat_id != person.id and (group is None or person.id not in group.members):
        raise bad_request("chat not found")
    return chat_id


def number(given: Any, name: str) -> int:
    """A number.

    Raises:
        Refused: it is none.
    """
    try:
        return int(given)
    except (TypeError, ValueError):
        raise bad_request(f"{name} must be a number") from None


def words(given: Any) -> str:
    """A text that a person could type.

    Raises:
        Refused: it is no text.
    """
    if not isinstance(given, str):
        raise bad_request("a text is expected")
    return unicode_text(given)
