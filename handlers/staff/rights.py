"""Who of the staff may do what, and which campaign they speak of."""

from campaign.petition import Petition
from handlers.visit import Visit
from storage import staff


async def may_own(visit: Visit) -> bool:
    """Whether the person may do what concerns all campaigns at once: an owner."""
    return await _role(visit) == "owner"


async def may_edit(visit: Visit) -> bool:
    """Whether the person may change things: an owner or an editor."""
    return await _role(visit) in ("owner", "editor")


async def may_look(visit: Visit) -> bool:
    """Whether the person is of the staff at all."""
    return await _role(visit) is not None


def addressed(visit: Visit) -> tuple[Petition | None, tuple[str, ...]]:
    """The campaign a command names by its short name, and the words after it.

    The name may be left out where there is only one campaign it could be; None if it is not clear.
    """
    by_slug = {petition.campaign.slug: petition for petition in visit.petitions}
    named = by_slug.get(visit.args[0]) if visit.args else None
    return (named, visit.args[1:]) if named else (visit.current_petition, visit.args)


async def _role(visit: Visit) -> str | None:
    return await staff.role_of(visit.db, visit.supporter.telegram_id)
