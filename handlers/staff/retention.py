"""Keep the data of a closed campaign longer: once, for how long, and why. For owners."""

from campaign import retention
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import notify_other_owners
from handlers.staff.permissions import petition_as


class Keep(Action, prefix="keep"):
    petition_id: int
    months: int | None = None
    reason: str | None = None


async def keep(context: Context, action: Keep) -> Screen:
    """Keep the data longer: how long, and why?"""
    petition = await petition_as(context, action.petition_id, "owner")
    months, reason = action.months or 0, action.reason
    if not 1 <= months <= retention.MOST_MONTHS:
        return _how_long(context, petition)
    if reason is None or reason not in retention.REASONS:
        return _why(context, petition, months)
    try:
        until = await retention.postpone(
            context.db, petition, context.supporter.telegram_id, months, reason, now=context.now
        )
    except retention.RetentionError as refused:
        return Screen(Text("retention/not_longer", {"reason": type(refused).__name__}))
    on = until.astimezone(petition.zone).date()
    said = {"name": context.supporter.first_name, "reason": reason, "on": on}
    await notify_other_owners(context, petition, "retention/news", said)
    return Screen(Text("retention/longer", _about(context, petition) | {"on": on}))


def _how_long(context: Context, petition: Petition) -> Screen:
    buttons = [
        [Button("keep_months", Keep(petition.id, months), variables={"months": months})]
        for months in range(1, retention.MOST_MONTHS + 1)
    ]
    return Screen(Text("retention/how_long", _about(context, petition)), buttons)


def _why(context: Context, petition: Petition, months: int) -> Screen:
    buttons = [
        [Button(f"keep_for_{reason}", Keep(petition.id, months, reason))]
        for reason in retention.REASONS
    ]
    back = [Button("back", Keep(petition.id))]
    return Screen(Text("retention/why", _about(context, petition)), [*buttons, back])


def _about(context: Context, petition: Petition) -> dict[str, object]:
    return {"campaign": petition.view(context.language)}


ROUTES = Routes(actions={Keep: keep})
