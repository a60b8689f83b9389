"""People and groups come to be."""

from aiohttp import web

from simulator.errors import bad_request
from simulator.people_api.bodies import json_of, number, words
from simulator.residents import Group, Json, Person
from simulator.world import World

_TRAITS = ("last_name", "username", "language_code", "phone", "about")


async def everybody(world: World, request: web.Request) -> web.Response:
    return web.json_response([_shown(person) for person in world.people.values()])


async def arrive(world: World, request: web.Request) -> web.Response:
    """{first_name, last_name?, username?, language_code?, phone?, about?, id?}"""
    body = await json_of(request)
    traits = {name: words(body[name]) for name in _TRAITS if body.get(name)}
    first_name = words(body.get("first_name") or "Somebody")
    if body.get("id"):
        person = world.add_person(first_name, id=number(body["id"], "id"), **traits)
    else:
        person = world.add_person(first_name, **traits)
    return web.json_response(_shown(person), status=201)


async def gather(world: World, request: web.Request) -> web.Response:
    """{title, members, topics?, administrator?}: a group with the bot in it, made by the first
    member."""
    body = await json_of(request)
    bot = world.main_bot()
    listed = body.get("members")
    members = [number(given, "members") for given in listed] if isinstance(listed, list) else []
    if not members or any(member not in world.people for member in members):
        raise bad_request("members must be ids of people")
    group = world.add_group(
        words(body.get("title")), members, has_topics=body.get("topics") is True
    )
    group.bot_is_administrator = body.get("administrator") is True
    _greet(world, group)
    change = {
        "chat": group.chat(),
        "from": world.people[members[0]].user(),
        "date": int(world.now()),
        "old_chat_member": {"user": bot.user(), "status": "left"},
        "new_chat_member": group.membership(bot),
    }
    world.update(bot, "my_chat_member", change, ("my_chat_member", group.id))
    return web.json_response({"id": group.id, "title": group.title}, status=201)


def _greet(world: World, group: Group) -> None:
    """The service message of a new group."""
    bot, maker = world.main_bot(), world.people[group.members[0]]
    message = world.put_message(bot, group.id, maker.user(), {"group_chat_created": True})
    world.update(bot, "message", message.content, ("message", group.id))


def _shown(person: Person) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language_code": person.language_code,
        "phone": person.phone,
        "about": person.about,
    }
