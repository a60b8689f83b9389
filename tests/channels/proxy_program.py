"""A proxy for HTTP and SOCKS5 with a password, as a program of its own: pproxy leaves tasks of its
connections behind, which Python 3.13 does not pass over.

`python -m tests.channels.proxy_program PORT` says a line when it listens, and one for each
connection that goes through it.
"""

import asyncio
import sys
from functools import partial

import pproxy

say = partial(print, flush=True)


async def main() -> None:
    server = pproxy.Server(f"http+socks5://127.0.0.1:{sys.argv[1]}/#ann:s@cret")
    direct = pproxy.Connection("direct")
    await server.start_server({"rserver": [direct], "verbose": say, "authtime": 0})
    say("listening")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
