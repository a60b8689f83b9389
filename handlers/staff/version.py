"""/version: which program and database this is, and which processes run. For owners."""

import platform
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import version as version_of
from typing import Literal

from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from storage import processes
from storage.processes import Process

RUNS_IF_SEEN_WITHIN = timedelta(minutes=1)


class Show(Action, prefix="version"):
    page: Literal["program", "processes"]


async def command(context: Context) -> Screen:
    """/version: the program, the database and the channels."""
    await context.require(None, "owner")
    return await _program(context)


async def show(context: Context, action: Show) -> Screen:
    """The other page, or the same one as it is now."""
    await context.require(None, "owner")
    pages = {"program": _program, "processes": _processes}
    return await pages[action.page](context)


async def _program(context: Context) -> Screen:
    buttons = [Button("version_processes", Show("processes"))]
    return Screen(await _said(context, None), [buttons])


async def _processes(context: Context) -> Screen:
    known = await processes.all(context.db)
    seen = [one for one in known if context.now - one.seen_at <= RUNS_IF_SEEN_WITHIN]
    buttons = [Button("version_again", Show("processes")), Button("back", Show("program"))]
    return Screen(await _said(context, seen), [buttons])


async def _said(context: Context, running: Sequence[Process] | None) -> Text:
    return Text(
        "staff/version",
        {
            "program": version_of("clamour"),
            "python": platform.python_version(),
            "database": context.services.database.kind,
            "migration": await processes.newest_migration(context.db),
            "bot": context.services.bot_username,
            "processes": running,
        },
    )


ROUTES = Routes(
    commands={"version": Command(command, least="owner", over_all=True)},
    actions={Show: show},
)
