"""Answers to taps and to inline queries."""

from simulator import rules
from simulator.bot_api.call import Call
from simulator.bot_api.inline_results import button_of, results_of
from simulator.errors import bad_request
from simulator.residents import InlineAnswer
from simulator.world import World

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    query_id, text = call.text("callback_query_id"), call.text("text")
    tap = world.taps.get(query_id)
    if tap is None or world.now() - tap.at > rules.CALLBACK_TOO_OLD_SECONDS:
        raise bad_request(_TOO_OLD)
    if len(text) > rules.CALLBACK_ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    del world.taps[query_id]
    world.tell(
        tap.person,
        "toast",
        tap.chat_id,
        callback_query_id=query_id,
        text=text,
        show_alert=call.flag("show_alert"),
    )
    return True


def answer_inline_query(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#answerinlinequery

    The answer is kept for `cache_time` seconds, 300 if it is not given: for everybody who asks the
    same, or for the one who has asked if it `is_personal`. 0 keeps nothing.
    """
    button, results = button_of(call), results_of(world, call)
    longest = rules.INLINE_CACHE_LONGEST_SECONDS
    seconds = min(max(call.integer("cache_time", rules.INLINE_CACHE_SECONDS), 0), longest)
    next_offset = call.text("next_offset")
    if len(next_offset.encode()) > rules.INLINE_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    asked = world.inline.waiting.get(call.text("inline_query_id"))
    now = world.now()
    too_old = asked is None or now - asked.at > rules.INLINE_QUERY_TOO_OLD_SECONDS
    if asked is None or too_old or asked.bot is not call.bot:
        raise bad_request(_TOO_OLD)
    del world.inline.waiting[asked.id]
    asked.answer = InlineAnswer(asked.id, asked.query, results, button, next_offset)
    if seconds:
        personal = call.flag("is_personal")
        world.inline.keep(asked, asked.answer, now + seconds, personal=personal)
    asked.answered.set()
    return True
