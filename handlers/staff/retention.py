"""Keeping the data of a closed campaign longer: once, for how long, and why. For owners."""

from campaign import retention
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import to_other_owners
from handlers.staff.permissions import may_own
from handlers.supporter.home import home


async def tapped(context: Context) -> Screen:
    """How long? Why? Done. A button that has reached somebody else opens the front door."""
    petition = context.find_petition(context.args[0])
    if petition is None or not await may_own(context, petition):
        return await home(context)
    months, reason = int(context.args[1] or 0), context.args[2]
    if not 1 <= months <= retention.MOST_MONTHS:
        return _how_long(context, petition)
    if reason not in retention.REASONS:
        return _why(context, petition, months)
    try:
        until = await retention.postpone(
            context.db, petition, context.supporter.telegram_id, months, reason, now=context.now
        )
    except retention.RetentionError as refused:
        return Screen(Text("retention/not_longer", {"reason": type(refused).__name__}))
    on = until.astimezone(petition.zone).date()
    said = {"name": context.supporter.first_name, "reason": reason, "on": on}
    return Screen(
        Text("retention/longer", _about(context, petition) | {"on": on}),
        notices=await to_other_owners(context, petition, "retention/news", said),
    )


def _how_long(context: Context, petition: Petition) -> Screen:
    buttons = [
        [Button("keep_months", f"keep:{petition.id}:{months}", variables={"months": months})]
        for months in range(1, retention.MOST_MONTHS + 1)
    ]
    return Screen(Text("retention/how_long", _about(context, petition)), buttons)


def _why(context: Context, petition: Petition, months: int) -> Screen:
    buttons = [
        [Button(f"keep_for_{reason}", f"keep:{petition.id}:{months}:{reason}")]
        for reason in retention.REASONS
    ]
    back = [Button("back", f"keep:{petition.id}")]
    return Screen(Text("retention/why", _about(context, petition)), [*buttons, back])


def _about(context: Context, petition: Petition) -> dict[str, object]:
    return {"campaign": petition.view(context.language)}
