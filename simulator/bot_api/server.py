"""The door: from an HTTP request to a method and back, with limits and ordered faults."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator.bot_api.call import Call, read_parameters
from simulator.bot_api.downloads import download
from simulator.bot_api.methods import METHODS, SENDING
from simulator.bot_api.send import messages_in
from simulator.bot_api.updates import Updates
from simulator.errors import Refused, bad_request, too_many
from simulator.faults import Fault, Faults
from simulator.limits import Limits
from simulator.world import World

WRITING = ("send", "edit", "copy", "forward")


class BotApi:
    """Answers what bots call.

    Attributes:
        calls: how often each method was called, by its name as it was written.
    """

    def __init__(self, world: World, updates: Updates, limits: Limits, faults: Faults) -> None:
        self.world = world
        self.limits = limits
        self.faults = faults
        self.calls: Counter[str] = Counter()
        self._waiting: dict[str, Callable[[Call], Awaitable[Any]]] = {
            "getupdates": updates.get,
            "setwebhook": updates.set_webhook,
            "deletewebhook": updates.delete_webhook,
            "getwebhookinfo": updates.webhook_info,
        }

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of one method."""
        name = request.match_info["method"]
        try:
            bot = self.world.bot(request.match_info["token"])
            call = Call(name.lower(), bot, await read_parameters(request))
            self.calls[name] += 1
            fault = self.faults.strike(call.method, call.given)
            if call.method.startswith(WRITING) and "chat_id" in call.given:
                self._check_hold(call, fault)
            if fault is not None:
                await _before(fault, request)
            result = await self._result(call)
        except Refused as refused:
            return _refusal(refused)
        if fault is not None and fault.kind == "cut_after":
            _cut(request)
        whole = _json({"ok": True, "result": result})
        return _half(whole) if fault is not None and fault.kind == "cut_short" else whole

    async def _result(self, call: Call) -> Any:
        waiting = self._waiting.get(call.method)
        if call.method == "setwebhook" and call.text("url"):
            self.limits.check_webhook(call.bot, self.world.now())
        if waiting is not None:
            return await waiting(call)
        method = METHODS.get(call.method)
        if method is None:
            raise Refused(404, "Not Found")
        try:
            if call.method in SENDING:
                self._check_pace(call)
            return method(self.world, call)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            # A shape that no rule here foresees; Telegram refuses such calls as well.
            raise bad_request(f"parameters not understood ({type(error).__name__})") from None

    def _check_hold(self, call: Call, fault: Fault | None) -> None:
        """A 429 holds its chat for as long as it says."""
        chat_id, now = call.integer("chat_id"), self.world.now()
        if fault is not None and fault.kind == "429":
            until = now + fault.retry_after
            self.limits.held[chat_id] = max(until, self.limits.held.get(chat_id, 0.0))
        self.limits.check_hold(chat_id, now)

    def _check_pace(self, call: Call) -> None:
        chat_id = call.integer("chat_id")
        try:
            self.world.check_may_write(call.bot, chat_id)
        except Refused:
            # The method itself refuses it, after looking at the content as Telegram does.
            return
        paid = call.flag("allow_paid_broadcast")
        self.limits.check(self.world, call.bot, chat_id, messages_in(call), paid=paid)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A download."""
        try:
            return download(self.world, request)
        except Refused as refused:
            return _refusal(refused)


async def _before(fault: Fault, request: web.Request) -> None:
    match fault.kind:
        case "400":
            raise bad_request("chat not found")
        case "429":
            raise too_many(fault.retry_after)
        case "500":
            raise Refused(500, "Internal Server Error")
        case "502":
            raise Refused(502, "Bad Gateway")
        case "slow":
            await asyncio.sleep(fault.seconds)
        case "cut_before":
            _cut(request)


def _half(whole: web.Response) -> web.Response:
    """An answer that somebody between has cut off, and says that it is all."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    return web.Response(body=body[: len(body) * 9 // 10], content_type="application/json")


def _cut(request: web.Request) -> None:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def _refusal(refused: Refused) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refused.code,
        "description": refused.description,
    }
    if refused.parameters:
        body["parameters"] = refused.parameters
    return _json(body, refused.code)


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), status=status, content_type="application/json"
    )
