"""Ordering faults, limits and time, and asking what has happened."""

from aiohttp import web

from simulator.bot_api.server import BotApi
from simulator.errors import bad_request
from simulator.faults import Fault
from simulator.people_api.bodies import json_of, number

_FARTHEST_SECONDS = 10 * 366 * 86_400
_LARGEST_CROWD = 1_000_000


class Control:
    """What tests turn."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.world = api.world

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.post("/control/faults", self.order),
            web.delete("/control/faults", self.end_faults),
            web.post("/control/redeliver", self.redeliver),
            web.post("/control/limits", self.limit),
            web.post("/control/hold", self.hold),
            web.post("/control/clock", self.clock),
            web.post("/control/inline", self.inline),
            web.get("/control/stats", self.stats),
            web.post("/control/crowd", self.crowd),
            web.get("/control/received", self.received),
        ]

    async def order(self, request: web.Request) -> web.Response:
        """{method, kind, times?, chance?, retry_after?, seconds?, chat_id?, seed?}"""
        try:
            self.api.faults.orders.append(Fault(**await json_of(request)))
        except (TypeError, ValueError) as error:
            raise bad_request(str(error)) from None
        return web.json_response({}, status=201)

    async def end_faults(self, request: web.Request) -> web.Response:
        self.api.faults.orders.clear()
        return web.json_response({})

    async def redeliver(self, request: web.Request) -> web.Response:
        """{times}: how often each update is delivered in all."""
        times = number((await json_of(request)).get("times"), "times")
        if times < 1:
            raise bad_request("times must be 1 or more")
        self.world.deliveries = times
        return web.json_response({})

    async def limit(self, request: web.Request) -> web.Response:
        """{enabled?, strict?, hurried_polls?}"""
        body, limits = await json_of(request), self.api.limits
        slows = body.get("hurried_polls", self.world.slows_hurried_polls)
        self.world.slows_hurried_polls = bool(slows)
        limits.enabled = bool(body.get("enabled", limits.enabled))
        limits.strict = bool(body.get("strict", limits.strict))
        return web.json_response({})

    async def hold(self, request: web.Request) -> web.Response:
        """{chat_id, seconds}: whatever is written to this chat or changed in it is refused for so
        long, with 429; 0 ends it."""
        body = await json_of(request)
        chat_id, seconds = number(body.get("chat_id"), "chat_id"), body.get("seconds")
        if not isinstance(seconds, int | float) or not 0 <= seconds <= _FARTHEST_SECONDS:
            raise bad_request(f"seconds must be a number from 0 to {_FARTHEST_SECONDS}")
        self.api.limits.held[chat_id] = self.world.now() + seconds
        return web.json_response({})

    async def clock(self, request: web.Request) -> web.Response:
        """{advance_seconds}: time jumps ahead, for Telegram only."""
        seconds = (await json_of(request)).get("advance_seconds")
        if not isinstance(seconds, int | float) or not 0 <= seconds <= _FARTHEST_SECONDS:
            raise bad_request(f"advance_seconds must be a number from 0 to {_FARTHEST_SECONDS}")
        self.world.ahead += seconds
        return web.json_response({})

    async def inline(self, request: web.Request) -> web.Response:
        """{enabled?, feedback?}: /setinline and /setinlinefeedback, as in @BotFather."""
        body, inline = await json_of(request), self.world.inline
        inline.enabled = bool(body.get("enabled", inline.enabled))
        inline.feedback = bool(body.get("feedback", inline.feedback))
        return web.json_response({})

    async def stats(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "calls": dict(self.api.calls),
                "refused_429": self.api.limits.refusals,
                "faults_struck": self.api.faults.struck,
                "hurried_polls": self.world.hurried_polls,
                "pending_updates": sum(len(bot.updates) for bot in self.world.bots.values()),
                "people": len(self.world.people),
            }
        )

    async def crowd(self, request: web.Request) -> web.Response:
        """{first_id, count, first_name}: so many people who have begun to talk to the bot."""
        body, bot = await json_of(request), self.world.main_bot()
        first, count = number(body.get("first_id"), "first_id"), number(body.get("count"), "count")
        if not 0 <= count <= _LARGEST_CROWD:
            raise bad_request(f"count must be a number from 0 to {_LARGEST_CROWD}")
        for person_id in range(first, first + count):
            person = self.world.add_person(str(body.get("first_name", "Ada")), id=person_id)
            person.started.add(bot.id)
        return web.json_response({"people": len(self.world.people)}, status=201)

    async def received(self, request: web.Request) -> web.Response:
        """?text=: how many messages of the bot with these words each person has."""
        words, bot = request.query.get("text", ""), self.world.main_bot()
        return web.json_response(
            {
                str(person_id): sum(
                    message.content["from"]["id"] == bot.id
                    and words in str(message.content.get("text", message.content.get("caption")))
                    for message in self.world.messages(bot, person_id).values()
                )
                for person_id in self.world.people
            }
        )
