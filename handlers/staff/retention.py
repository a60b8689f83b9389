"""Keeping the data of a closed campaign longer: once, for how long, and why. For owners."""

from campaign import retention
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import to_other_owners
from handlers.staff.permissions import may_own
from handlers.supporter.home import front_door


async def tapped(visit: Visit) -> Screen:
    """How long? Why? Done. A button that has reached somebody else opens the front door."""
    petition = visit.petition(visit.args[0])
    if petition is None or not await may_own(visit, petition):
        return await front_door(visit)
    months, reason = int(visit.args[1] or 0), visit.args[2]
    if not 1 <= months <= retention.MOST_MONTHS:
        return _how_long(visit, petition)
    if reason not in retention.REASONS:
        return _why(visit, petition, months)
    try:
        until = await retention.postpone(
            visit.db, petition, visit.supporter.telegram_id, months, reason, now=visit.now
        )
    except retention.RetentionError as refused:
        return Screen(Text("retention/not_longer", {"reason": type(refused).__name__}))
    on = until.astimezone(petition.zone).date()
    said = {"name": visit.supporter.first_name, "reason": reason, "on": on}
    return Screen(
        Text("retention/longer", _about(visit, petition) | {"on": on}),
        notices=await to_other_owners(visit, petition, "retention/news", said),
    )


def _how_long(visit: Visit, petition: Petition) -> Screen:
    buttons = [
        [Button("keep_months", f"keep:{petition.id}:{months}", variables={"months": months})]
        for months in range(1, retention.MOST_MONTHS + 1)
    ]
    return Screen(Text("retention/how_long", _about(visit, petition)), buttons)


def _why(visit: Visit, petition: Petition, months: int) -> Screen:
    buttons = [
        [Button(f"keep_for_{reason}", f"keep:{petition.id}:{months}:{reason}")]
        for reason in retention.REASONS
    ]
    back = [Button("back", f"keep:{petition.id}")]
    return Screen(Text("retention/why", _about(visit, petition)), [*buttons, back])


def _about(visit: Visit, petition: Petition) -> dict[str, object]:
    return {"campaign": petition.view(visit.language)}
