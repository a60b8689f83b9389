"""What people see: chats, the bot's commands, files."""

import re

from aiohttp import web

from simulator.bot_api.profile import commands_for, text_in
from simulator.errors import Refused
from simulator.people_api.bodies import chat_id_of, person_of
from simulator.world import World

_PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_UNSAFE = re.compile(r"[^\w.-]", re.ASCII)


async def chat(world: World, request: web.Request) -> web.Response:
    """All messages of a chat, who the bot is, and the number of the last event."""
    person, bot = person_of(world, request), world.main_bot()
    chat_id = chat_id_of(world, person, request.match_info["chat"])
    everything = world.messages(bot, chat_id).values()
    messages = [one for one in everything if one.only_for in (0, person.id)]
    about = {
        "description": text_in(bot, "description", person.language_code),
        "short_description": text_in(bot, "short_description", person.language_code),
    }
    return web.json_response(
        {
            "messages": [world.seen(message, person) for message in messages],
            "bot": bot.user() | about,
            "blocked": bot.id in person.blocked,
            "last": len(person.events),
        }
    )


async def chats(world: World, request: web.Request) -> web.Response:
    """The chats a person has: with the bot, groups, and people they have written with."""
    return web.json_response(world.chats_of(world.main_bot(), person_of(world, request)))


async def commands(world: World, request: web.Request) -> web.Response:
    """?chat: the bot's commands as this person sees them there; without it in the chat with it."""
    person, bot = person_of(world, request), world.main_bot()
    chat_id = chat_id_of(world, person, request.query.get("chat"))
    return web.json_response(commands_for(bot, person, in_group=chat_id in world.groups))


async def file(world: World, request: web.Request) -> web.Response:
    """The bytes of a picture or document."""
    person_of(world, request)
    found = world.files.find(request.match_info["file_id"])
    if found is None:
        raise Refused(404, "Not Found: no such file")
    kinds = (kind for start, kind in _PICTURES.items() if found.content.startswith(start))
    picture = next(kinds, None)
    shown = "inline" if picture else "attachment"
    return web.Response(
        body=found.content,
        content_type=picture or "application/octet-stream",
        headers={
            "Content-Disposition": f'{shown}; filename="{_UNSAFE.sub("_", found.name or "file")}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
