"""Ordering faults, limits and time, and asking what has happened."""

from aiohttp import web

from simulator.bot_api import BotApi
from simulator.errors import bad_request
from simulator.faults import Fault


class Control:
    """What tests turn."""

    def __init__(self, api: BotApi) -> None:
        self.api = api

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.post("/control/faults", self.order),
            web.delete("/control/faults", self.end_faults),
            web.post("/control/redeliver", self.redeliver),
            web.post("/control/limits", self.limit),
            web.post("/control/clock", self.clock),
            web.get("/control/stats", self.stats),
        ]

    async def order(self, request: web.Request) -> web.Response:
        """{method, kind, times?, chance?, retry_after?, seconds?, chat_id?, seed?}"""
        try:
            self.api.faults.orders.append(Fault(**await request.json()))
        except (TypeError, ValueError) as error:
            raise bad_request(str(error)) from None
        return web.json_response({}, status=201)

    async def end_faults(self, request: web.Request) -> web.Response:
        self.api.faults.orders.clear()
        return web.json_response({})

    async def redeliver(self, request: web.Request) -> web.Response:
        """{times}: how often each update is delivered in all."""
        self.api.updates.deliveries = int((await request.json())["times"])
        return web.json_response({})

    async def limit(self, request: web.Request) -> web.Response:
        """{enabled?, strict?}"""
        body = await request.json()
        self.api.limits.enabled = bool(body.get("enabled", self.api.limits.enabled))
        self.api.limits.strict = bool(body.get("strict", self.api.limits.strict))
        return web.json_response({})

    async def clock(self, request: web.Request) -> web.Response:
        """{advance_seconds}"""
        self.api.world.ahead += float((await request.json())["advance_seconds"])
        return web.json_response({})

    async def stats(self, request: web.Request) -> web.Response:
        pending = sum(len(bot.updates) for bot in self.api.world.bots.values())
        return web.json_response(
            {
                "calls": self.api.calls,
                "refused_429": self.api.limits.refusals,
                "pending_updates": pending,
                "people": len(self.api.world.people),
            }
        )
