"""A bot in this process with every kind of button, and answers to inline queries."""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.conftest import Telegram
from tests.simulator.phone import TOKEN

LINK = "https://t.me/clamour_bot?start=r_abc"
TEXT = "Keep the unit open & safe"
CARD = {
    "type": "article",
    "id": "card",
    "title": "Keep the children’s cancer unit",
    "description": "3 people have signed",
    "input_message_content": {"message_text": "<b>Keep the unit</b>", "parse_mode": "HTML"},
    "reply_markup": {"inline_keyboard": [[{"text": "Sign", "url": LINK}]]},
}
OTHER = {**CARD, "id": "other", "title": "Save the library", "description": "2 have signed"}
SHARE = f"https://t.me/share/url?url={LINK.replace('?', '%3F')}&text=Keep+the+unit+open+%26+safe"
KEYS = [
    [{"text": "Post it", "switch_inline_query": "unit"}],
    [{"text": "Here", "switch_inline_query_current_chat": "unit"}],
    [
        {
            "text": "In a group",
            "switch_inline_query_chosen_chat": {"query": "unit", "allow_group_chats": True},
        }
    ],
    [{"text": "Copy", "copy_text": {"text": LINK}}, {"text": "Send", "url": SHARE}],
    [{"text": "WhatsApp", "url": "https://wa.me/?text=Keep%20the%20unit"}],
]


@dataclass
class TinyBot:
    """A bot that shows every kind of button and answers inline queries.

    Attributes:
        heard: the texts written to it, with who has written them.
        asked: the inline queries that reached it.
    """

    telegram: Telegram
    heard: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=lambda: {"results": [CARD, OTHER]})

    async def calls(self, method: str, **parameters: Any) -> Any:
        url = f"{self.telegram.address}/bot{TOKEN}/{method}"
        async with self.telegram.session.post(url, json=parameters) as answer:
            told = await answer.json()
            assert told["ok"], told
            return told["result"]

    async def work(self) -> None:
        offset = 0
        while True:
            for update in await self.calls("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                await self._take(update)

    async def _take(self, update: dict[str, Any]) -> None:
        if "inline_query" in update:
            query = update["inline_query"]
            self.asked.append(query["query"])
            await self.calls("answerInlineQuery", inline_query_id=query["id"], **self.answer)
        elif "text" in update.get("message", {}):
            message = update["message"]
            self.heard.append((message["from"]["first_name"], message["text"]))
            if message["chat"]["type"] == "private" and "via_bot" not in message:
                keys = {"inline_keyboard": KEYS}
                await self.calls(
                    "sendMessage", chat_id=message["chat"]["id"], text="Share!", reply_markup=keys
                )

    async def has_heard(self, name: str, text: str) -> None:
        async with asyncio.timeout(120):
            for _ in itertools.count():
                if (name, text) in self.heard:
                    return
                await asyncio.sleep(0.02)
