"""People ask the bot in the line where they write, and choose one of its results."""

import asyncio
from typing import Any

from aiohttp import web

from simulator import rules
from simulator.bot_api.texts import caption_of, formatted
from simulator.errors import bad_request
from simulator.people_api.bodies import chat_id_of, json_of, person_of, words
from simulator.people_api.writing import sent
from simulator.residents import InlineQuery, Json
from simulator.world import World

_ANSWER_SECONDS = 10.0


async def ask(world: World, request: web.Request) -> web.Response:
    """{query}: the bot's results, or none after 10 seconds."""
    person, bot = person_of(world, request), world.main_bot()
    query = words((await json_of(request)).get("query") or "")[: rules.INLINE_QUERY_LIMIT]
    asked = world.new_inline_query(person, query)
    update = {
        "id": asked.id,
        "from": person.user(),
        "query": query,
        "offset": "",
        "chat_type": "sender",
    }
    update_id = world.update(bot, "inline_query", update, ("inline_query", person.id))
    try:
        await asyncio.wait_for(asked.answered.wait(), _ANSWER_SECONDS)
    except TimeoutError:
        world.inline_queries.pop(asked.id, None)
    return web.json_response(
        {
            "inline_query_id": asked.id,
            "update_id": update_id,
            "results": asked.results,
            "button": asked.button,
        }
    )


async def choose(world: World, request: web.Request) -> web.Response:
    """{result_id, chat_id?}: send one of the last results into a chat."""
    person, bot = person_of(world, request), world.main_bot()
    body = await json_of(request)
    chat_id = chat_id_of(world, person, body.get("chat_id"))
    asked = person.inline_query
    result = _chosen(asked, str(body.get("result_id")))
    assert asked is not None  # noqa: S101 - there is a result of it
    content = _content(world, result) | {"via_bot": bot.user()}
    told = sent(world, person, bot, chat_id, content)
    choice = {"result_id": str(result["id"]), "from": person.user(), "query": asked.query}
    world.update(bot, "chosen_inline_result", choice, ("chosen_inline_result", person.id))
    return web.json_response(told)


def _chosen(asked: InlineQuery | None, result_id: str) -> Json:
    for result in asked.results if asked else ():
        if str(result.get("id")) == result_id:
            return result
    raise bad_request("RESULT_ID_INVALID")


def _content(world: World, result: Json) -> Json:
    """What an InlineQueryResult becomes when it is sent."""
    said: Any = result.get("input_message_content")
    if isinstance(said, dict) and "message_text" in said:
        text, entities = formatted(world, said, "message_text", "entities")
        content: Json = {"text": text, "entities": entities} if entities else {"text": text}
    else:
        content = caption_of(world, result) or {"text": str(result.get("title") or "…")}
        if "caption" in content:
            content = {
                "text": content["caption"],
                "entities": content.get("caption_entities", []),
            }
    if result.get("reply_markup"):
        content["reply_markup"] = result["reply_markup"]
    return content
