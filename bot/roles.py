"""Process roles: everything, or one part among several processes on PostgreSQL."""

from dataclasses import dataclass

from bot.config.values import SQLITE


class NeedsPostgreSQL(Exception):
    """SQLite is for one process that does everything."""


@dataclass(frozen=True, slots=True)
class Role:
    """Which parts a process starts.

    Attributes:
        takes_updates: by webhook or polling; and serves the public pages.
        sends: broadcasts, when no other process does.
        does_jobs: what comes by the clock or takes long, when no other process does.
        share: of the bulk messages a second that Telegram allows the bot: processes of different
            roles do not know of each other's.
    """

    name: str
    takes_updates: bool
    sends: bool
    does_jobs: bool
    share: float = 1.0


ALL = Role("all", takes_updates=True, sends=True, does_jobs=True)
ROLES = {
    role.name: role
    for role in (
        ALL,
        Role("web", takes_updates=True, sends=False, does_jobs=False, share=0.9),
        Role("sender", takes_updates=False, sends=True, does_jobs=False, share=0.9),
        Role("jobs", takes_updates=False, sends=False, does_jobs=True, share=0.1),
    )
}


def role_on(name: str, url: str) -> Role:
    """The role of that name, for a process on that database.

    Raises:
        NeedsPostgreSQL: it is for several processes, and the database for one.
    """
    role = ROLES[name]
    if role is not ALL and url.startswith(SQLITE):
        raise NeedsPostgreSQL(name)
    return role
