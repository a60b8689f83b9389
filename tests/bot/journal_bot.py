"""A bot whose whole work is a line in a file for each update; to be killed at any moment.

`python -m tests.bot.appending_bot ADDRESS FILE` polls until SIGTERM.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from channels.telegram.http_client import AiohttpRequest
from channels.telegram.polling import Polling


async def main(address: str, path: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle(update: dict[str, Any]) -> None:
        await asyncio.sleep(0.001 * (update["update_id"] % 7))
        os.write(file, b"%d\n" % update["update_id"])
        os.fsync(file)

    async with AiohttpRequest() as request:
        await Polling(request, address, handle, running=8).run(stop)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
