"""A person's phone, for tests that look at what it is told itself: events, chats, answers."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.e2e.people import Person

Json = dict[str, Any]
TOKEN = "1234567:" + "tests" * 7


@dataclass
class Phone(Person):
    """One person."""

    async def does(self, act: str, status: int = 200, **body: Any) -> Json:
        """Do something that is answered with `status`."""
        url = f"{self.address}/people/{self.id}/{act}"
        async with self.session.post(url, json=body) as answer:
            told: Json = await answer.json()
            assert answer.status == status, told
            return told

    async def edits(self, message_id: int, text: str) -> Json:
        url = f"{self.address}/people/{self.id}/messages/{message_id}"
        async with self.session.patch(url, json={"text": text}) as answer:
            told: Json = await answer.json()
            assert answer.status == 200, told
            return told

    async def uploads(self, kind: str, content: bytes, **fields: str) -> Json:
        form = aiohttp.FormData(fields)
        form.add_field(kind, content, filename=f"a.{kind}")
        url = f"{self.address}/people/{self.id}/messages"
        async with self.session.post(url, data=form) as answer:
            told: Json = await answer.json()
            assert answer.status == 200, told
            return told

    async def looks(self, chat: int | str = "bot") -> Json:
        url = f"{self.address}/people/{self.id}/chats/{chat}"
        async with self.session.get(url) as answer:
            assert answer.status == 200
            told: Json = await answer.json()
            return told

    async def events(self, wait: float = 0) -> list[Json]:
        """Events since the last reading."""
        return await self._events(wait)
