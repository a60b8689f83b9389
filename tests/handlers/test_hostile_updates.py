"""Promise: no button, payload, message or query, however forged or broken, breaks anything."""

import asyncio
import random
import string
from collections.abc import Coroutine, Sequence
from typing import Any

from handlers.router import commands, patterns
from tests import hostile
from tests.amount import cases
from tests.handlers.forged_buttons import WORDS, forged, of_staff
from tests.handlers.routes_harness import RoutesHarness, message, user

FORGED_BUTTONS = 10_000
HOSTILE_MESSAGES = 10_000
AT_ONCE = 100
forged_buttons = cases(short=FORGED_BUTTONS // 10, full=FORGED_BUTTONS)
hostile_messages = cases(short=HOSTILE_MESSAGES // 10, full=HOSTILE_MESSAGES)
CROWD = range(100, 100 + AT_ONCE)
IN_A_FORM = 80
"""How many of the crowd are in the middle of signing: what they say is an answer."""

NAUGHTY = [text for text in dict.fromkeys((*hostile.VALUES, *hostile.big_list())) if text]
PAYLOAD = string.ascii_letters + string.digits + "_-"


def broken(data: str, chance: random.Random) -> str:
    """Something put in, doubled or cut out at any place."""
    at = chance.randrange(len(data) + 1)
    odd = chance.choice([*NAUGHTY, ":", "\n", "\0", "9" * 20, "-1", data])
    return data[:at] + odd + data[at + chance.randrange(3) :]


def forgeries(chance: random.Random) -> list[str]:
    """Data of every pattern there is, right and broken."""
    right = [data for pattern in patterns() for data in forged(pattern, chance, 120)]
    chance.shuffle(right)
    return [
        (data if place % 2 else broken(data, chance))[:64]
        for place, data in enumerate(chance.choices(right, k=forged_buttons))
    ]


def payload(chance: random.Random) -> str:
    """What can stand behind /start: codes of ours that are guessed, and anything."""
    guessed = "".join(chance.choices(PAYLOAD, k=chance.choice([0, 8, 10, 22, 64])))
    prefix = chance.choice(["r_", "s_", "staff_", "cal_", "event_", "keep-the-unit", ""])
    return chance.choice([prefix + guessed, broken(prefix + guessed, chance)])


def sent(who: int, chance: random.Random) -> dict[str, Any]:
    """One update of somebody who means harm."""
    text = chance.choice([*NAUGHTY, broken(chance.choice(WORDS), chance)])[:4096]
    by = user(who)
    match chance.randrange(10):
        case 0 | 1:
            return {"message": message(who, text=f"/start {payload(chance)}"[:4096])}
        case 2:
            command = chance.choice([*commands(), text])
            return {"message": message(who, text=f"/{command} {text}"[:4096])}
        case 3:
            return {"inline_query": {"id": "1", "from": by, "query": text[:256], "offset": text}}
        case 4:
            card = {"result_id": chance.choice([text, "campaign:1", "campaign:" + "9" * 18])}
            return {"chosen_inline_result": {"from": by, "query": text, **card}}
        case 5:
            return {"edited_message": message(who, text=text, edit_date=2)}
        case 6:
            number = {"phone_number": text[:64], "first_name": text, "user_id": who}
            return {"message": message(who, contact=number)}
        case 7:
            file = {"file_id": text, "file_unique_id": "u", "file_name": f"{text}.toml"}
            return {"message": message(who, document=file, caption=text[:1024])}
        case 8:
            named = {**by, "first_name": text[:64] or "x", "language_code": text[:12]}
            return {"message": {**message(who, text="/start"), "from": named}}
    return {"message": message(who, text=text)}


async def all_at_once(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    for place in range(0, len(work), AT_ONCE):
        await asyncio.gather(*work[place : place + AT_ONCE])


def test_thousands_of_forged_and_broken_buttons_break_nothing(
    runner: asyncio.Runner, doors: RoutesHarness
) -> None:
    before = runner.run(doors.belongings_of_staff())
    every = forgeries(random.Random(7))
    assert len(every) >= FORGED_BUTTONS // 10

    runner.run(
        all_at_once([doors.taps(CROWD[place % AT_ONCE], data) for place, data in enumerate(every)])
    )
    assert "error/oops" not in doors.shown
    assert of_staff(doors) == set()
    assert runner.run(doors.belongings_of_staff()) == before


def test_thousands_of_hostile_messages_payloads_and_queries_break_nothing(
    runner: asyncio.Runner, doors: RoutesHarness
) -> None:
    before = runner.run(doors.belongings_of_staff())
    chance = random.Random(8)

    async def begin_signing() -> None:
        for who in CROWD[:IN_A_FORM]:
            await doors.says(who, "/sign")
            for answer in ("Ada King", "SW1A 1AA")[: who % 3]:
                await doors.says(who, answer)

    runner.run(begin_signing())
    runner.run(
        all_at_once(
            [doors.comes(sent(CROWD[place % AT_ONCE], chance)) for place in range(hostile_messages)]
        )
    )
    assert "error/oops" not in doors.shown
    assert of_staff(doors) == set()
    assert runner.run(doors.belongings_of_staff()) == before
