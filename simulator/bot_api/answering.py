"""Answers to taps and to inline queries."""

from simulator import rules
from simulator.bot_api.call import Call
from simulator.errors import bad_request
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
    """https://core.telegram.org/bots/api#answerinlinequery"""
    results = call.json("results", "inline query results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of inline query results")
    if len(results) > rules.INLINE_RESULTS_LIMIT:
        raise bad_request("too many inline query results specified")
    ids = [str(result.get("id")) for result in results if isinstance(result, dict)]
    if len(ids) != len(results):
        raise bad_request("can't parse inline query result: Inline query result must be an object")
    if any(not 1 <= len(result_id.encode()) <= rules.CALLBACK_DATA_BYTES for result_id in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) != len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    asked = world.inline_queries.pop(call.text("inline_query_id"), None)
    if asked is None or world.now() - asked.at > rules.INLINE_QUERY_TOO_OLD_SECONDS:
        raise bad_request(_TOO_OLD)
    asked.results = results
    asked.button = call.json("button", "inline query results button")
    asked.answered.set()
    return True
