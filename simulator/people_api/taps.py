"""People tap buttons, block the bot and let it in again."""

from typing import Any

from aiohttp import web

from simulator import rules
from simulator.bot_api.call import unicode_text
from simulator.errors import bad_request
from simulator.people_api.bodies import chat_id_of, json_of, number, person_of
from simulator.residents import Bot, Json, Person
from simulator.world import World


async def tap(world: World, request: web.Request) -> web.Response:
    """{message_id, data, chat_id?}: the button need not stand on the message any more.

    Of an inline result the bot hears no more than its `inline_message_id`:
    https://core.telegram.org/bots/api#callbackquery
    """
    person, bot = person_of(world, request), world.main_bot()
    body = await json_of(request)
    chat_id = chat_id_of(world, person, body.get("chat_id"))
    message = world.find(bot, chat_id, number(body.get("message_id"), "message_id"))
    if message is None or not (message.inline_id or message.content["from"]["id"] == bot.id):
        raise bad_request("message not found")
    data = unicode_text(str(body.get("data", "")))
    if not 1 <= len(data.encode()) <= rules.CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    tap_id = world.new_tap(person, chat_id)
    person.wrote_at[bot.id] = world.now()
    where = {"inline_message_id": message.inline_id}
    query = {
        "id": tap_id,
        "from": person.user(),
        **(where if message.inline_id else {"message": message.content}),
        "chat_instance": str(chat_id),
        "data": data,
    }
    number_of = world.update(bot, "callback_query", query, ("callback_query", person.id))
    return web.json_response({"callback_query_id": tap_id, "update_id": number_of})


async def block(world: World, request: web.Request) -> web.Response:
    """Nothing of the bot's comes through any more."""
    person, bot = person_of(world, request), world.main_bot()
    update_id = None
    if bot.id not in person.blocked:
        person.blocked.add(bot.id)
        update_id = _membership(world, person, bot, "member", "kicked")
    return web.json_response({"update_id": update_id})


async def unblock(world: World, request: web.Request) -> web.Response:
    """The bot may write again."""
    person, bot = person_of(world, request), world.main_bot()
    return web.json_response({"update_id": let_in(world, person, bot)})


def let_in(world: World, person: Person, bot: Bot) -> int | None:
    """Writing to a bot starts it, and unblocks it first; gives the number of that update."""
    person.started.add(bot.id)
    if bot.id not in person.blocked:
        return None
    person.blocked.discard(bot.id)
    return _membership(world, person, bot, "kicked", "member")


def _membership(world: World, person: Person, bot: Bot, old: str, new: str) -> int | None:
    """https://core.telegram.org/bots/api#chatmemberupdated"""
    world.tell(person, "blocked", person.id, blocked=new == "kicked")
    change = {
        "chat": person.chat(),
        "from": person.user(),
        "date": int(world.now()),
        "old_chat_member": _member(bot, old),
        "new_chat_member": _member(bot, new),
    }
    return world.update(bot, "my_chat_member", change, ("my_chat_member", person.id))


def _member(bot: Bot, status: str) -> Json:
    until: dict[str, Any] = {"until_date": 0} if status == "kicked" else {}
    return {"user": bot.user(), "status": status, **until}
