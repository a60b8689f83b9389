"""Writing updates as staff do, and watching them arrive: what several tests do."""

import asyncio

from storage import broadcasts, delivery_stats
from storage.broadcasts import Broadcast
from tests.conversations.form_steps import to_review
from tests.e2e.people import Answer, Person
from tests.stage.bot import Bot

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8cfc0f0"
    "1f000500"
    "01ff5b9c1e2f0000000049454e44ae426082"
)


async def listens(person: Person) -> None:
    """Sign, and choose to hear what happens."""
    with person.in_a_hurry():
        await to_review(person)
        assert "You have signed" in (await person.taps("Sign and keep me posted")).text


async def writes(owner: Person, words: str, kind: str = "News") -> Answer:
    """From /update to the look at the message."""
    await owner.says("/update")
    await owner.taps(kind)
    return await owner.says(words)


async def sends(owner: Person) -> Answer:
    await owner.taps("Send it now")
    return await owner.taps("Yes, send it to")


async def shows(person: Person, words: str) -> Answer:
    """What the person reads, once these words are in it."""
    for _ in range(20):
        answer = await person.reads()
        if words in answer.text:
            return answer
    raise AssertionError(f"never read {words!r}")


async def has_seen_the_end(owner: Person) -> None:
    """Wait until what has been sent shows that it is through: that changes late, and is read."""
    for _ in range(2_400):
        shown = [
            one.get("text", "") for one in await owner.chat() if "Sent: " in one.get("text", "")
        ]
        if shown and all("All sent" in text or "All done" in text for text in shown):
            await owner.catches_up()
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it does not come through")


async def ended(stage: Bot, status: str = "done") -> Broadcast:
    """The newest broadcast, once it is in this state; its figures compared with a fresh count."""
    for _ in range(2_400):
        async with stage.database.reading() as db:
            newest = (await broadcasts.in_state(db, status))[-1:]
            if newest:
                counted = await delivery_stats.count_by_status(db, newest[0].id)
                assert newest[0].sent == counted.get("sent", 0)
                return newest[0]
        await asyncio.sleep(0.05)
    raise AssertionError(f"no broadcast is {status}")
