"""News on a person's screen: none is passed over."""

import asyncio
import json
from typing import Literal

from aiohttp.test_utils import make_mocked_request

from simulator.people_api.events import events
from simulator.residents import Person
from simulator.world import World


class LastMoment(asyncio.Event):
    """News that comes in the very moment in which the wait for it ends."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person

    async def wait(self) -> Literal[True]:
        try:
            return await super().wait()
        except asyncio.CancelledError:
            self.person.events.append({"seq": 1, "kind": "message"})
            raise


async def test_news_of_the_moment_in_which_the_wait_ends_is_not_lost() -> None:
    world = World()
    ada = world.people[7] = Person(7, "Ada")
    ada.news = LastMoment(ada)
    address = "/people/7/events?after={}&wait=0.01"

    async def looks(after: int) -> dict[str, object]:
        request = make_mocked_request("GET", address.format(after), match_info={"id": "7"})
        body: dict[str, object] = json.loads((await events(world, request)).text or "")
        return body

    seen = await looks(0)
    if not seen["events"]:
        assert seen["last"] == 0
        seen = await looks(0)
    assert seen == {"events": [{"seq": 1, "kind": "message"}], "last": 1}
