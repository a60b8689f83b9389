"""What people could sign with instead: a plain Django form, and Pytition."""

import asyncio
import os
import re
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bench.bot_process import HERE
from bench.browser_visits import HIDDEN, Mailbox, Visit, answers, free_port

PEERS = HERE / "bench" / "peers"
PEERS_PYTHON = HERE / ".venv-peers" / "bin" / "python"
WORKERS = 2
PYTITION = "PYTITION"
"""The environment variable that names a checkout of Pytition 2.9, which is on no package index:
https://github.com/pytition/Pytition."""

PYTITION_PAGE = "/petition/1/"
CONFIRM = re.compile(rf"{PYTITION_PAGE}confirm/\w+")
MAKE_PETITION = """
from django.contrib.auth.models import User
from petition.models import Petition, PytitionUser
owner = PytitionUser.objects.get(user=User.objects.create_user("ada"))
Petition.objects.create(
    title="Keep the unit", text="<p>Keep it.</p>", published=True, user=owner,
    has_newsletter=False, confirmation_email_reply="office@example.org",
)
"""


def pytition_checkout() -> Path | None:
    """Where Pytition's manage.py is; None if it has not been named."""
    named = os.environ.get(PYTITION)
    return Path(named).resolve() / "pytition" if named else None


async def comes_to_django(visit: Visit) -> str:
    """Open the form."""
    return await visit.opens("/")


async def signs_with_django(visit: Visit) -> None:
    """Fill the form in, type the code."""
    page = await comes_to_django(visit)
    given = {"name": visit.name, "postcode": visit.postcode, "email": visit.email}
    page = await visit.sends("/", **dict(HIDDEN.findall(page)), **given)
    code = await visit.box.code(visit.email)
    await visit.sends("/code", **dict(HIDDEN.findall(page)), code=code)


async def comes_to_pytition(visit: Visit) -> str:
    """Open the petition, with its form."""
    return await visit.opens(PYTITION_PAGE)


async def signs_with_pytition(visit: Visit) -> None:
    """Fill the form in, follow the link in the email."""
    page = await comes_to_pytition(visit)
    first, _, last = visit.name.partition(" ")
    given = {"first_name": first, "last_name": last, "phone": "", "email": visit.email}
    hidden = dict(HIDDEN.findall(page))
    await visit.sends(f"{PYTITION_PAGE}sign", **hidden, **given)
    link = CONFIRM.search(await visit.box.letter(visit.email))
    assert link is not None
    await visit.opens(link[0])


@asynccontextmanager
async def django(box: Mailbox) -> AsyncIterator[str]:
    """The plain form, at this address."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder, box)
        await _done(PEERS / "django_form.py", environment=environment, cwd=PEERS)
        async with _served("django_form:application", "/thanks", environment, PEERS) as address:
            yield address


@asynccontextmanager
async def pytition(box: Mailbox) -> AsyncIterator[str]:
    """Pytition with one petition, at this address.

    Raises:
        RuntimeError: no checkout is named.
    """
    checkout = pytition_checkout()
    if checkout is None:
        raise RuntimeError(f"{PYTITION} names no checkout")
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **_environment(folder, box),
            "DJANGO_SETTINGS_MODULE": "pytition_settings",
            "PYTHONPATH": f"{PEERS}{os.pathsep}{checkout}",
        }
        await _done("manage.py", "migrate", environment=environment, cwd=checkout)
        await _done(
            "manage.py", "shell", "-c", MAKE_PETITION, environment=environment, cwd=checkout
        )
        application = "pytition.wsgi:application"
        async with _served(application, PYTITION_PAGE, environment, checkout) as address:
            yield address


def _environment(folder: str, box: Mailbox) -> dict[str, str]:
    return {**os.environ, "PEER_FOLDER": folder, "PEER_MAIL_PORT": str(box.port)}


async def _done(*command: str | Path, environment: Mapping[str, str], cwd: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        PEERS_PYTHON, *command, env=environment, cwd=cwd, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError(f"{command[0]} failed")


@asynccontextmanager
async def _served(
    application: str, page: str, environment: Mapping[str, str], cwd: Path
) -> AsyncIterator[str]:
    port = free_port()
    server = await asyncio.create_subprocess_exec(
        *(PEERS_PYTHON, "-m", "gunicorn", "--workers", str(WORKERS)),
        *("--bind", f"127.0.0.1:{port}", "--log-level", "warning", application),
        cwd=cwd,
        env=environment,
    )
    try:
        await answers(f"http://127.0.0.1:{port}{page}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        await server.wait()
