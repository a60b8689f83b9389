"""Which commands somebody is shown: in Telegram's menu, and in /help."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaign.staff import may, role_in


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A command as it is listed; `commands/<name>` in messages/ says what it does.

    Attributes:
        least: the lowest staff role that may use it; None: everybody.
        over_all: the role has to be over all campaigns, not over one.
        needs_email: it is listed only where updates go by email, too.
        aliases: older names of it.
    """

    name: str
    least: str | None = None
    over_all: bool = False
    needs_email: bool = False
    aliases: tuple[str, ...] = ()


Roles = Mapping[int | None, str]
"""Somebody's role by campaign; under None the one over all campaigns."""


def for_everybody(entries: Iterable[MenuEntry]) -> list[str]:
    """The commands that need no role, in their order."""
    return [entry.name for entry in entries if entry.least is None]


def for_staff(entries: Iterable[MenuEntry], roles: Roles) -> list[str]:
    """The commands that these roles allow, in their order; which campaign one is about, the
    command looks at itself."""
    return [entry.name for entry in entries if entry.least and _allows(roles, entry)]


def for_others(entries: Iterable[MenuEntry], roles: Roles, name: str) -> MenuEntry | None:
    """The command of staff with this name or older name that these roles do not allow; None if
    there is none."""
    found = (one for one in entries if one.least and name in (one.name, *one.aliases))
    return next((one for one in found if not _allows(roles, one)), None)


def _allows(roles: Roles, entry: MenuEntry) -> bool:
    held = [role_in(roles, None)] if entry.over_all else list(roles.values())
    return any(may(role, entry.least or "owner") for role in held)
