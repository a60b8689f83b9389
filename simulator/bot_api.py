"""The Bot API over HTTP (https://core.telegram.org/bots/api)."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web

from simulator import changing, rules, sending
from simulator.errors import Refused, bad_request, too_many
from simulator.faults import Fault, Faults
from simulator.limits import Limits
from simulator.sending import as_json
from simulator.updates import Updates
from simulator.world import Bot, Json, World, as_bots_see

SENDING = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendVideo",
        "sendMediaGroup",
        "copyMessage",
        "forwardMessage",
    }
)
TEXTS = {
    "Description": ("description", rules.DESCRIPTION_LIMIT),
    "ShortDescription": ("short_description", rules.SHORT_DESCRIPTION_LIMIT),
    "Name": ("name", 64),
}

Method = Callable[[World, Bot, Json], Any]


class BotApi:
    """Answers what bots call."""

    def __init__(self, world: World, updates: Updates, limits: Limits, faults: Faults) -> None:
        self.world = world
        self.updates = updates
        self.limits = limits
        self.faults = faults
        self.calls: dict[str, int] = {}

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of one method."""
        method = request.match_info["method"]
        try:
            bot = self.world.bot(request.match_info["token"])
            given = await parameters(request)
            fault = self.faults.strike(method, given)
            if fault is not None:
                await _before(fault, request)
            result = await self._result(method, bot, given)
            if fault is not None and fault.kind == "cut_after":
                _cut(request)
        except Refused as refused:
            return _refusal(refused)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            return _refusal(bad_request(f"parameters not understood ({type(error).__name__})"))
        return web.json_response({"ok": True, "result": result})

    async def _result(self, method: str, bot: Bot, given: Json) -> Any:
        self.calls[method] = self.calls.get(method, 0) + 1
        if method in SENDING:
            chat_id = sending.chat_of(self.world, bot, given)
            self.limits.check(self.world, bot, chat_id, self.world.now())
        if method in METHODS:
            result = METHODS[method](self.world, bot, given)
            return as_bots_see(result) if isinstance(result, dict) else result
        waiting: dict[str, Callable[[Bot, Json], Awaitable[Any]]] = {
            "getUpdates": self.updates.get,
            "setWebhook": self.updates.set_webhook,
            "deleteWebhook": self.updates.delete_webhook,
        }
        if method in waiting:
            return await waiting[method](bot, given)
        for name, (key, limit) in TEXTS.items():
            if method == f"setMy{name}":
                return _set_text(bot, key, limit, given)
            if method == f"getMy{name}":
                return {key: bot.texts.get(_spot(key, given), "")}
        raise Refused(404, "Not Found")

    async def file(self, request: web.Request) -> web.Response:
        """https://core.telegram.org/bots/api#file"""
        found = self.world.files.get(request.match_info["path"].rsplit("/", 1)[-1])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[0], content_type="application/octet-stream")


async def parameters(request: web.Request) -> Json:
    """Parameters however they come; an uploaded file as (content, name)."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json() if request.can_read_body else {}
        return given | (body if isinstance(body, dict) else {})
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            given[key] = (value.file.read(), value.filename)
        else:
            given[key] = value
    return given


async def _before(fault: Fault, request: web.Request) -> None:
    match fault.kind:
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


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def _refusal(refused: Refused) -> web.Response:
    body: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


def _get_me(_: World, bot: Bot, given: Json) -> Json:
    return bot.user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
    }


def _webhook_info(_: World, bot: Bot, given: Json) -> Json:
    hook = bot.webhook or {}
    return {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
    }


def _set_commands(_: World, bot: Bot, given: Json) -> bool:
    commands = as_json(given.get("commands")) or []
    if len(commands) > rules.COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not 1 <= len(command["description"]) <= rules.COMMAND_DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.texts[_spot("commands", given)] = commands
    return True


def _get_commands(_: World, bot: Bot, given: Json) -> list[Json]:
    commands: list[Json] = bot.texts.get(_spot("commands", given), [])
    return commands


def _delete_commands(_: World, bot: Bot, given: Json) -> bool:
    bot.texts.pop(_spot("commands", given), None)
    return True


def _set_text(bot: Bot, key: str, limit: int, given: Json) -> bool:
    text = str(given.get(key) or "")
    if len(text) > limit:
        raise bad_request(f"{key} is too long")
    bot.texts[_spot(key, given)] = text
    return True


def _spot(key: str, given: Json) -> str:
    scope = as_json(given.get("scope")) or {}
    return f"{key}:{scope.get('type', 'default')}:{given.get('language_code') or ''}"


def _get_file(world: World, bot: Bot, given: Json) -> Json:
    file_id = str(given.get("file_id"))
    if file_id not in world.files:
        raise bad_request("invalid file_id")
    content, _ = world.files[file_id]
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_size": len(content),
        "file_path": f"files/{file_id}",
    }


def _get_chat(world: World, bot: Bot, given: Json) -> Json:
    chat = world.chat(int(given["chat_id"]))
    return chat | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}


def _get_member(world: World, bot: Bot, given: Json) -> Json:
    world.chat(int(given["chat_id"]))
    person = world.people.get(int(given["user_id"]))
    if person is None:
        raise bad_request("user not found")
    return {"status": "member", "user": person.user()}


def _action(world: World, bot: Bot, given: Json) -> bool:
    chat_id = sending.chat_of(world, bot, given)
    for person in world.watchers(chat_id):
        world.tell(person, "action", chat_id, text=str(given.get("action")))
    return True


def _answer_inline(world: World, bot: Bot, given: Json) -> bool:
    waiting = world.inline_answers.pop(str(given.get("inline_query_id")), None)
    if waiting is None or waiting.done():
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    waiting.set_result({"results": as_json(given.get("results")) or []})
    return True


def _true(_: World, bot: Bot, given: Json) -> bool:
    return True


METHODS: dict[str, Method] = {
    "getMe": _get_me,
    "sendMessage": sending.send_message,
    **{method: partial(sending.send_media, kind) for method, kind in sending.MEDIA.items()},
    "sendMediaGroup": sending.send_media_group,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "sendChatAction": _action,
    "editMessageText": changing.edit_text,
    "editMessageCaption": changing.edit_caption,
    "editMessageReplyMarkup": changing.edit_markup,
    "editMessageMedia": changing.edit_media,
    "deleteMessage": changing.delete,
    "deleteMessages": changing.delete_many,
    "answerCallbackQuery": changing.answer_tap,
    "answerInlineQuery": _answer_inline,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "getWebhookInfo": _webhook_info,
    "getFile": _get_file,
    "getChat": _get_chat,
    "getChatMember": _get_member,
    "setChatMenuButton": _true,
    "logOut": _true,
    "close": _true,
}
