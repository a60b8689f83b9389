"""Promise: whatever is posted to the webhook, or comes by polling, the bot answers as it should and
goes on; no update, however broken, comes for ever."""

import asyncio
import copy
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.safe_json import NotJson, read
from channels.telegram import polling
from channels.telegram.http_client import AiohttpRequest
from channels.telegram.polling import Polling
from channels.telegram.webhook import SECRET_HEADER, webhook_app
from tests import hostile
from tests.amount import cases
from tests.bot.servers import TOKEN, answering
from tests.bot.update_queue import UpdateQueue
from tests.bot.update_queue import message as update_of
from tests.bot.webhook_line import SECRET
from tests.handlers.routes_harness import RoutesHarness, message, tap, user

MUTATED_BODIES = 10_000
AT_ONCE = 50
mutated_bodies = cases(short=MUTATED_BODIES // 10, full=MUTATED_BODIES)
TAKEN, REFUSED = 200, 400

ODD = (
    *(None, True, False, 0, -1, 1.5, 1e308, 10**18, -(2**63), 2**64, 10**40, "", "x", "1", "null"),
    *([], {}, [[]], [None], {"id": None}, {"id": "1"}, [{"id": 1}], {"": {}}, "\x00", "\ud800"),
    *("Ada\x00", "\ud83d", "\u202e", "a" * 5000, 1759276800000, "2009-11-26", {"id": 10**30}),
)


def real_updates() -> list[dict[str, Any]]:
    """One of each kind that the bot asks for, with much in it."""
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "file_size": 3}]
    entities = [
        {"type": "mention", "offset": 0, "length": 12},
        {"type": "bold", "offset": 1, "length": 2},
    ]
    member = {"user": user(7), "status": "member"}
    changed = {"from": user(7), "chat": {"id": 7, "type": "private"}, "date": 1259227800}
    forwarded = {"type": "user", "date": 1, "sender_user": user(8)}
    contact = {"phone_number": "+447700900123", "first_name": "Ada", "user_id": 7}
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "a.toml", "file_size": 9}
    return [
        {"message": message(7, text="/start r_AAAAAAAAAA")},
        {"message": message(7, text="@clamour_bot hello", entities=entities)},
        {"message": message(7, True, text="@clamour_bot hello", entities=entities)},
        {"message": message(7, text="Ada King", forward_origin=forwarded)},
        {"message": message(7, contact=contact, reply_to_message=message(7, text="x"))},
        {"message": message(7, document=document, caption="x", caption_entities=entities)},
        {"message": message(7, photo=photo, media_group_id="1")},
        {"edited_message": message(7, text="Ada King", edit_date=1259227801)},
        tap(7, "form:1:back"),
        tap(7, "page:home:1"),
        {"inline_query": {"id": "1", "from": user(7), "query": "unit", "offset": ""}},
        {"chosen_inline_result": {"result_id": "campaign:1", "from": user(7), "query": "unit"}},
        {"my_chat_member": {**changed, "old_chat_member": member, "new_chat_member": member}},
    ]


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place of an update at which something stands: what holds it, and under which key."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            places(value[key], found)
    return found


def mutated(number: int, real: dict[str, Any], chance: random.Random) -> bytes:
    """An update with something wrong in one to three of its fields, or wrong as JSON."""
    update = copy.deepcopy(real)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if not (found := places(update, [])):
            break
        holder, key = chance.choice(found)
        odd = chance.choice([*ODD, chance.choice(hostile.VALUES)])
        if isinstance(holder, dict) and chance.random() < 0.2:
            del holder[key]
        elif isinstance(holder, dict) and chance.random() < 0.1:
            holder[str(odd)[:40]] = holder.pop(key)
        else:
            holder[key] = copy.deepcopy(odd)
    body = json.dumps({"update_id": number, **update}).encode()
    match chance.randrange(20):
        case 0:
            return body[: chance.randrange(len(body))]
        case 1:  # the same key twice
            return body[:-1] + b',"update_id":' + body[13:20] + b',"message":[]}'
        case 2:
            at = chance.randrange(len(body))
            return body[:at] + chance.randbytes(3) + body[at:]
        case 3:
            return body.replace(b'"date": 1259227800', b'"date": ' + b"9" * 30)
        case 4:
            deep = chance.choice([20, 500, 20_000])
            return body[:-1] + b',"x":' + b'{"a":' * deep + b"1" + b"}" * deep + b"}"
    return body


async def posted(app: Any, body: bytes) -> int:
    """The webhook's answer, without a socket in between."""
    headers = {SECRET_HEADER.lower(): SECRET, "content-type": "application/json"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/telegram",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(part: dict[str, Any]) -> None:
        answers.append(part)

    await app(scope, receive, send)
    status: int = answers[0]["status"]
    return status


async def test_thousands_of_mutated_updates_are_answered_and_the_bot_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chance, real = random.Random(6), real_updates()
    answers: Counter[int] = Counter()
    async with RoutesHarness.open(tmp_path) as doors:
        await doors.comes(real[0])
        app = webhook_app(doors.take, secret=SECRET, path="/telegram")
        with capture_logs() as logged:
            for begin in range(0, mutated_bodies, AT_ONCE):
                bodies = [
                    mutated(100 + number, chance.choice(real), chance)
                    for number in range(begin, begin + AT_ONCE)
                ]
                answers.update(await asyncio.gather(*(posted(app, body) for body in bodies)))
        assert set(answers) <= {TAKEN, REFUSED}
        assert answers[TAKEN] > mutated_bodies * 0.8
        doors.shown.clear()
        await doors.says(7, "/help")
        assert set(doors.shown) - {"error/oops"}, "it goes on"
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []
    said = {event["event"] for event in logged if event["log_level"] == "error"}
    assert said <= {"update failed", "update given up"}


@pytest.mark.parametrize("fault", [ValueError, RecursionError, MemoryError, asyncio.CancelledError])
async def test_an_update_that_always_fails_comes_once_and_holds_up_nobody(
    fault: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PAUSES", (0.02,))
    queue, tried = UpdateQueue(), Counter[int]()
    queue.put(*(update_of(number, 7) for number in (1, 2, 3)), update_of(4, 8))

    async def handle(update: dict[str, Any]) -> None:
        tried[update["update_id"]] += 1
        if update["update_id"] == 2:
            raise fault("poison")

    stop = asyncio.Event()
    async with answering(queue.answer) as address, AiohttpRequest() as request:
        running = asyncio.create_task(Polling(request, f"{address}/bot{TOKEN}", handle).run(stop))
        await queue.until_confirmed(1, 2, 3, 4)
        stop.set()
        await running
    assert tried == {1: 1, 2: 1, 3: 1, 4: 1}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (rb'{"a\u0000": "Ada\u0000 \ud83d\ude00 \ud83d"}', {"a": "Ada \U0001f600 "}),
        (b'{"n": 1e309}', {"n": float("inf")}),
        (b'{"a": 1, "a": [{"b": "x"}]}', {"a": [{"b": "x"}]}),
    ],
)
def test_what_no_database_could_keep_is_taken_out_of_what_comes(body: bytes, kept: Any) -> None:
    assert read(body) == kept


@pytest.mark.parametrize(
    "body", [b'"\xed\xa0\x80"', b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'"\x00"', b"9" * 5000]
)
def test_what_is_no_utf_8_or_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        read(body)
