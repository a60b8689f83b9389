"""Staff permissions, and the campaign that a command is about."""

from campaign.petition import Petition
from campaign.staff import may, role_in
from handlers.context import Context, Gone, Left, NotAllowed, NotNamed
from storage import broadcasts
from storage.broadcasts import Broadcast


async def may_own(context: Context, petition: Petition | None = None) -> bool:
    """Whether the person may do what an owner may; with all campaigns, if none is given."""
    return may(await role(context, petition), "owner")


async def may_edit(context: Context, petition: Petition) -> bool:
    """Whether the person may change things of this campaign: an owner or an editor."""
    return may(await role(context, petition), "editor")


async def role(context: Context, petition: Petition | None) -> str | None:
    """The person's role in a campaign, or over all campaigns; None if they have none."""
    roles = await context.roles()
    return role_in(roles, petition.id if petition else None)


async def has_role(context: Context, least: str) -> bool:
    """Whether the person has this role or a higher one anywhere."""
    roles = await context.roles()
    return any(may(role, least) for role in roles.values())


async def theirs_as(context: Context, least: str) -> list[Petition]:
    """The campaigns in which the person has this role or a higher one.

    Raises:
        NotAllowed: the person has no such role anywhere.
    """
    roles = await context.roles()
    if not any(may(role, least) for role in roles.values()):
        raise NotAllowed
    return [p for p in context.petitions if may(role_in(roles, p.id), least)]


async def petition_as(context: Context, petition_id: int, least: str) -> Petition:
    """A campaign, for people with this role or a higher one.

    Raises:
        Gone: there is no such campaign.
        NotAllowed: the person has no such role there.
    """
    petition = context.petition(petition_id)
    await context.require(petition, least)
    return petition


async def in_hand(context: Context, petition_id: int | None) -> Petition:
    """The campaign of what an editor is in the middle of.

    Raises:
        Left: it is gone, or they may change it no longer.
    """
    petition = context.in_hand(petition_id)
    if not await may_edit(context, petition):
        raise Left
    return petition


def addressed(context: Context, theirs: list[Petition]) -> tuple[Petition, tuple[str, ...]]:
    """Which of their campaigns a command names by its short name, and the words after it.

    The name may be left out where there is only one campaign it could be.

    Raises:
        NotNamed: it is not clear, or the name of a campaign that is not theirs: nothing meant for
            that one may reach another.
    """
    by_slug = {petition.campaign.slug: petition for petition in context.petitions}
    named = by_slug.get(context.args[0]) if context.args else None
    if named in theirs:
        return named, context.args[1:]
    if named:
        raise NotNamed
    current = context.current_petition
    if current is None or current not in theirs:
        still_open = [petition for petition in theirs if petition.is_open] or theirs[-1:]
        if len(still_open) != 1:
            raise NotNamed
        current = still_open[0]
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
    return await petition_as(context, broadcast.campaign_id, least), broadcast
