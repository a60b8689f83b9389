"""aiogram with aiogram-broadcaster, as its readme shows: one mailing to everybody.

Run with the Python of .venv-peers: `aiogram_broadcast.py ADDRESS TOKEN FIRST_CHAT PEOPLE RATE`
prints the messages a second that it came to.
"""

import asyncio
import sys
import time

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram_broadcaster import Broadcaster
from aiogram_broadcaster.contents import TextContent
from aiogram_broadcaster.intervals import SimpleInterval


async def send(address: str, token: str, first: int, people: int, per_second: float) -> float:
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    async with Bot(token, session=session) as bot:
        mailer = await Broadcaster(bot).create_mailer(
            chats=range(first, first + people),
            content=TextContent(text="Hello Ada, we are many. Thank you!", parse_mode="HTML"),
            interval=SimpleInterval(interval=1 / per_second),
        )
        began = time.perf_counter()
        await mailer.start()
        return people / (time.perf_counter() - began)


if __name__ == "__main__":
    where, secret, chat, number, rate = sys.argv[1:]
    print(asyncio.run(send(where, secret, int(chat), int(number), float(rate))))
