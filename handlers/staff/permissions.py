"""Who of the staff may do what, and which campaign they speak of."""

from campaign.petition import Petition
from campaign.staff import may, role_in
from handlers.context import Context, Gone
from storage import broadcasts, staff
from storage.broadcasts import Broadcast


async def may_own(context: Context, petition: Petition | None = None) -> bool:
    """Whether the person may do what an owner may; with all campaigns, if none is given."""
    return may(await role(context, petition), "owner")


async def may_edit(context: Context, petition: Petition) -> bool:
    """Whether the person may change things of this campaign: an owner or an editor."""
    return may(await role(context, petition), "editor")


async def role(context: Context, petition: Petition | None) -> str | None:
    """The person's role in a campaign, or over all campaigns; None if they have none."""
    roles = await staff.roles_of(context.db, context.supporter.telegram_id)
    return role_in(roles, petition.id if petition else None)


async def theirs_as(context: Context, least: str) -> list[Petition] | None:
    """The campaigns in which the person has this role or a higher one; None for other people."""
    roles = await staff.roles_of(context.db, context.supporter.telegram_id)
    if not any(may(role, least) for role in roles.values()):
        return None
    return [p for p in context.petitions if may(role_in(roles, p.id), least)]


def addressed(context: Context, theirs: list[Petition]) -> tuple[Petition | None, tuple[str, ...]]:
    """Which of their campaigns a command names by its short name, and the words after it.

    The name may be left out where there is only one campaign it could be; None if it is not clear,
    or if it is the name of a campaign that is not theirs: nothing meant for that one may reach
    another.
    """
    by_slug = {petition.campaign.slug: petition for petition in context.petitions}
    named = by_slug.get(context.args[0]) if context.args else None
    if named:
        return (named if named in theirs else None), context.args[1:]
    current = context.current_petition
    if current is None or current not in theirs:
        still_open = [petition for petition in theirs if petition.is_open] or theirs[-1:]
        current = still_open[0] if len(still_open) == 1 else None
    return current, context.args


async def broadcast_as(
    context: Context, broadcast_id: int, least: str
) -> tuple[Petition, Broadcast]:
    """An update and its campaign, for people with this role or a higher one.

    Raises:
        Gone: there is no such update, or its campaign is gone.
        NotAllowed: the person has no such role there.
    """
    broadcast = await broadcasts.of(context.db, broadcast_id)
    if broadcast is None:
        raise Gone
    petition = context.petition(broadcast.campaign_id)
    await context.require(petition, least)
    return petition, broadcast
