"""The people's side over HTTP, for the page and for tests: writing, tapping, opening links."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from simulator import rules
from simulator.entities import find
from simulator.errors import Refused, bad_request
from simulator.sending import media_content
from simulator.world import Bot, Json, Person, World, as_bots_see

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
TRAITS = ("id", "last_name", "username", "language_code", "phone")
KEEP_ALIVE_SECONDS = 15


class People:
    """Lets people act."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.get("/people", self.everybody),
            web.post("/people", self.arrive),
            web.post("/groups", self.gather),
            web.post("/people/{id}/messages", self.write),
            web.patch("/people/{id}/messages/{message_id}", self.edit),
            web.post("/people/{id}/taps", self.tap),
            web.post("/people/{id}/open", self.open_link),
            web.post("/people/{id}/inline", self.inline),
            web.post("/people/{id}/block", self.block),
            web.post("/people/{id}/unblock", self.unblock),
            web.get("/people/{id}/chats/{chat}", self.history),
            web.get("/people/{id}/commands", self.commands),
            web.get("/people/{id}/events", self.events),
            web.get("/people/{id}/stream", self.stream),
            web.get("/people/{id}/files/{file_id}", self.file),
        ]

    async def everybody(self, request: web.Request) -> web.Response:
        return web.json_response([_shown(person) for person in self.world.people.values()])

    async def arrive(self, request: web.Request) -> web.Response:
        body = await request.json()
        traits = {key: body[key] for key in TRAITS if body.get(key)}
        person = self.world.add_person(str(body.get("first_name") or "Somebody"), **traits)
        return web.json_response(_shown(person), status=201)

    async def gather(self, request: web.Request) -> web.Response:
        body = await request.json()
        group = self.world.add_group(str(body["title"]), set(body["members"]))
        return web.json_response({"id": group.id, "title": group.title}, status=201)

    async def write(self, request: web.Request) -> web.Response:
        person, bot = self._who(request)
        if request.content_type.startswith("multipart/"):
            body: Json = {}
            content = self._uploaded(await request.post())
        else:
            body = await request.json()
            content = self._content(person, bot, body)
        chat_id = int(body.get("chat_id") or person.id)
        if chat_id == person.id:
            self._begin(person, bot)
        message = self.world.put_message(bot, chat_id, person.user(), content)
        person.wrote_at[bot.id] = self.world.now()
        return web.json_response(
            {"message": message, "update_id": self.world.update(bot, "message", dict(message))}
        )

    def _content(self, person: Person, bot: Bot, body: Json) -> Json:
        if "text" in body:
            text = str(body["text"]).strip()
            if not text:
                raise bad_request("message text is empty")
            text = text[: rules.MESSAGE_LIMIT]
            entities = find(text)
            return {"text": text} | ({"entities": entities} if entities else {})
        if body.get("sticker"):
            return {"sticker": STICKER}
        if body.get("location"):
            return {"location": {"latitude": 51.5, "longitude": -0.1}}
        if body.get("contact") == "own":
            own = {"phone_number": person.phone or "+447700900123", "user_id": person.id}
            return {"contact": {**own, "first_name": person.first_name}}
        if isinstance(body.get("contact"), dict):
            return {"contact": body["contact"]}
        if body.get("forward_of"):
            source = self.world.find(bot, person.id, int(body["forward_of"])) or {}
            origin = {"type": "user", "date": int(self.world.now()), "sender_user": bot.user()}
            return {"text": source.get("text", "…"), "forward_origin": origin}
        raise bad_request("message text is empty")

    def _uploaded(self, form: Any) -> Json:
        for kind in ("photo", "document", "video", "voice"):
            upload = form.get(kind)
            if isinstance(upload, web.FileField):
                what = (upload.file.read(), upload.filename)
                caption = str(form.get("caption") or "")
                content = media_content(
                    self.world, "document" if kind == "voice" else kind, what, {}
                )
                if kind == "voice":
                    content = {"voice": {**content["document"], "duration": 1}}
                    content["voice"].pop("file_name", None)
                return content | ({"caption": caption} if caption else {})
        raise bad_request("there is no file in the request")

    async def edit(self, request: web.Request) -> web.Response:
        person, bot = self._who(request)
        message = self.world.find(bot, person.id, int(request.match_info["message_id"]))
        if message is None or message["from"]["id"] != person.id or "text" not in message:
            raise bad_request("message to edit not found")
        text = str((await request.json())["text"]).strip()
        message.pop("entities", None)
        entities = find(text)
        message |= {"text": text, "edit_date": int(self.world.now())}
        message |= {"entities": entities} if entities else {}
        self.world.tell(person, "edit", person.id, message=message)
        number = self.world.update(bot, "edited_message", dict(message))
        return web.json_response({"message": message, "update_id": number})

    async def tap(self, request: web.Request) -> web.Response:
        person, bot = self._who(request)
        body = await request.json()
        chat_id = int(body.get("chat_id") or person.id)
        message = self.world.find(bot, chat_id, int(body["message_id"]))
        if message is None:
            raise bad_request("message not found")
        tap_id = self.world.new_tap(person, chat_id)
        person.wrote_at[bot.id] = self.world.now()
        query = {
            "id": tap_id,
            "from": person.user(),
            "message": as_bots_see(dict(message)),
            "chat_instance": str(chat_id),
            "data": str(body["data"]),
        }
        number = self.world.update(bot, "callback_query", query)
        return web.json_response({"callback_query_id": tap_id, "update_id": number})

    async def open_link(self, request: web.Request) -> web.Response:
        person, bot = self._who(request)
        link = urlsplit(str((await request.json())["link"]))
        payload = parse_qs(link.query).get("start", [""])[0]
        if not PAYLOAD.fullmatch(payload):
            raise bad_request("start parameter: up to 64 of A-Z, a-z, 0-9, _ and -")
        self._begin(person, bot)
        text = f"/start {payload}".strip()
        content = {"text": text, "entities": find(text)}
        message = self.world.put_message(bot, person.id, person.user(), content)
        person.wrote_at[bot.id] = self.world.now()
        return web.json_response(
            {"message": message, "update_id": self.world.update(bot, "message", dict(message))}
        )

    async def inline(self, request: web.Request) -> web.Response:
        person, bot = self._who(request)
        query_id = self.world.new_tap(person, person.id)
        answer = asyncio.get_running_loop().create_future()
        self.world.inline_answers[query_id] = answer
        query = {
            "id": query_id,
            "from": person.user(),
            "query": str((await request.json()).get("query") or ""),
            "offset": "",
        }
        self.world.update(bot, "inline_query", query)
        try:
            return web.json_response(await asyncio.wait_for(answer, 10))
        except TimeoutError:
            return web.json_response({"results": []})

    async def block(self, request: web.Request) -> web.Response:
        return self._membership(request, blocked=True)

    async def unblock(self, request: web.Request) -> web.Response:
        return self._membership(request, blocked=False)

    def _membership(self, request: web.Request, *, blocked: bool) -> web.Response:
        person, bot = self._who(request)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        (person.blocked.add if blocked else person.blocked.discard)(bot.id)
        change = {
            "chat": person.chat(),
            "from": person.user(),
            "date": int(self.world.now()),
            "old_chat_member": _member(bot, old),
            "new_chat_member": _member(bot, new),
        }
        return web.json_response({"update_id": self.world.update(bot, "my_chat_member", change)})

    async def history(self, request: web.Request) -> web.Response:
        person, bot = self._who(request)
        chat = request.match_info["chat"]
        chat_id = person.id if chat == "bot" else int(chat)
        messages = [
            message | {"out": message["from"]["id"] == person.id}
            for message in self.world.chat_messages(bot, chat_id).values()
        ]
        return web.json_response(
            {"messages": messages, "bot": bot.user(), "last": len(person.events)}
        )

    async def commands(self, request: web.Request) -> web.Response:
        person, bot = self._who(request)
        for scope in ("all_private_chats", "default"):
            for language in (person.language_code, ""):
                if found := bot.texts.get(f"commands:{scope}:{language}"):
                    return web.json_response(found)
        return web.json_response([])

    async def events(self, request: web.Request) -> web.Response:
        """New events, or none after `wait` seconds."""
        person = self._person(request)
        after = int(request.query.get("after", 0))
        events = await self._after(person, after, float(request.query.get("wait", 0)))
        return web.json_response({"events": events, "last": len(person.events)})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """New events as they come (server-sent events)."""
        person = self._person(request)
        after = int(request.headers.get("Last-Event-ID") or request.query.get("after") or 0)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        while True:
            events = await self._after(person, after, KEEP_ALIVE_SECONDS)
            lines = [f"id: {e['seq']}\ndata: {json.dumps(e)}\n\n" for e in events] or [":\n\n"]
            await response.write("".join(lines).encode())
            after += len(events)

    async def _after(self, person: Person, after: int, wait: float) -> list[Json]:
        if len(person.events) <= after and wait > 0:
            person.news.clear()
            try:
                await asyncio.wait_for(person.news.wait(), wait)
            except TimeoutError:
                return []
        return person.events[after:]

    async def file(self, request: web.Request) -> web.Response:
        found = self.world.files.get(request.match_info["file_id"])
        if found is None:
            raise web.HTTPNotFound
        content, name = found
        kind = "image/png" if content.startswith(b"\x89PNG") else "application/octet-stream"
        if content.startswith(b"\xff\xd8"):
            kind = "image/jpeg"
        safe = re.sub(r"[^\w.-]", "_", name or "file")
        headers = {"Content-Disposition": f'inline; filename="{safe}"'}
        return web.Response(body=content, content_type=kind, headers=headers)

    def _begin(self, person: Person, bot: Bot) -> None:
        """Writing to a bot starts it, and lets it in again."""
        person.started.add(bot.id)
        person.blocked.discard(bot.id)

    def _person(self, request: web.Request) -> Person:
        person = self.world.people.get(int(request.match_info["id"]))
        if person is None:
            raise Refused(404, "Not Found: no such person")
        return person

    def _who(self, request: web.Request) -> tuple[Person, Bot]:
        bot = self.world.main_bot()
        if bot is None:
            raise Refused(409, "Conflict: no bot has called yet")
        return self._person(request), bot


STICKER: Json = {
    "file_id": "sticker",
    "file_unique_id": "sticker",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "👍",
}


def _member(bot: Bot, status: str) -> Json:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": bot.user(), "status": status, **until}


def _shown(person: Person) -> Json:
    return person.user() | {"phone": person.phone, "language_code": person.language_code}
