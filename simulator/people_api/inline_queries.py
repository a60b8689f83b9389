"""People ask the bot in the line where they write, and choose one of its results."""

import asyncio
from typing import Any

from aiohttp import web

from simulator import rules
from simulator.errors import bad_request
from simulator.inline import InlineQuery
from simulator.people_api.bodies import chat_id_of, json_of, person_of, words
from simulator.people_api.messages import sent
from simulator.residents import InlineAnswer, InlineResult, Person
from simulator.world import World

_ANSWER_SECONDS = 10.0
_ANSWERS_REMEMBERED = 10


async def ask(world: World, request: web.Request) -> web.Response:
    """{query, offset?, chat_id?}: the bot's results, or none after 10 seconds.

    What is kept of an earlier answer is given without asking the bot; then `update_id` is null.
    """
    person, bot = person_of(world, request), world.main_bot()
    body = await json_of(request)
    query = words(body.get("query") or "")[: rules.INLINE_QUERY_LIMIT]
    offset = words(body.get("offset") or "")
    chat_id = chat_id_of(world, person, body.get("chat_id"))
    if not world.inline.enabled:
        raise bad_request("BOT_INLINE_DISABLED")
    update_id = None
    answer = world.inline.kept(bot, person, query, offset, world.now())
    if answer is None:
        asked = InlineQuery(world.new_number(), bot, person, query, offset, world.now())
        update_id = _told(world, asked, chat_id)
        answer = await _answer(world, asked, heard=update_id is not None)
    _remember(person, answer)
    return web.json_response(
        {
            "inline_query_id": answer.id,
            "update_id": update_id,
            "results": [result.given for result in answer.results],
            "button": answer.button,
            "next_offset": answer.next_offset,
        }
    )


async def choose(world: World, request: web.Request) -> web.Response:
    """{result_id, inline_query_id?, chat_id?}: send a result of an answer, by default of the last.

    https://core.telegram.org/bots/api#choseninlineresult
    """
    person, bot = person_of(world, request), world.main_bot()
    body = await json_of(request)
    chat_id = chat_id_of(world, person, body.get("chat_id"))
    answer, result = _chosen(person, body.get("inline_query_id"), str(body.get("result_id")))
    inline_id = world.new_number() if "reply_markup" in result.content else ""
    content = result.content | {"via_bot": bot.user()}
    told = sent(world, person, bot, chat_id, content, inline_id)
    if world.inline.feedback:
        choice = {"result_id": result.id, "from": person.user(), "query": answer.query}
        if inline_id:
            choice["inline_message_id"] = inline_id
        queue = ("chosen_inline_result", person.id)
        world.update(bot, "chosen_inline_result", choice, queue)
    return web.json_response(told)


def _told(world: World, asked: InlineQuery, chat_id: int) -> int | None:
    """https://core.telegram.org/bots/api#inlinequery"""
    world.inline.waiting[asked.id] = asked
    update = {
        "id": asked.id,
        "from": asked.person.user(),
        "query": asked.query,
        "offset": asked.offset,
        "chat_type": _chat_type(world, asked.person, chat_id),
    }
    return world.update(asked.bot, "inline_query", update, ("inline_query", asked.person.id))


def _chat_type(world: World, person: Person, chat_id: int) -> str:
    if chat_id == person.id:
        return "sender"
    return "private" if world.is_direct(chat_id) else "group"


async def _answer(world: World, asked: InlineQuery, *, heard: bool) -> InlineAnswer:
    try:
        if heard:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await asked.answered.wait()
    except TimeoutError:
        pass
    finally:
        world.inline.waiting.pop(asked.id, None)
    return asked.answer or InlineAnswer(asked.id, asked.query)


def _remember(person: Person, answer: InlineAnswer) -> None:
    """Keep the answer as the last one."""
    answers = person.inline_answers
    answers.pop(answer.id, None)
    answers[answer.id] = answer
    while len(answers) > _ANSWERS_REMEMBERED:
        del answers[next(iter(answers))]


def _chosen(person: Person, given_id: Any, result_id: str) -> tuple[InlineAnswer, InlineResult]:
    answers = person.inline_answers
    answer_id = str(given_id) if given_id else next(reversed(answers), "")
    answer = answers.get(answer_id)
    if answer is None:
        raise bad_request("QUERY_ID_INVALID")
    for result in answer.results:
        if result.id == result_id:
            return answer, result
    raise bad_request("RESULT_ID_INVALID")
