"""Commands of staff that are about one campaign, and what other owners hear of what they do."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps

from campaign.notifications import notify_staff
from campaign.petition import Petition
from handlers.context import Context, Handler
from handlers.notifications import to_data
from handlers.screens import Rows, Screen, Text
from handlers.staff.permissions import addressed, theirs_as
from handlers.supporter.fallback import unknown_command

StaffAct = Callable[[Context, Petition, tuple[str, ...]], Awaitable[Screen]]
"""What a command does with the campaign it is about, and the words after its name."""


def command_as(least: str) -> Callable[[StaffAct], Handler]:
    """A command for people with this role or a higher one; to others it does not exist. Whoever
    names no campaign where it could be several is told so."""

    def for_staff(act: StaffAct) -> Handler:
        @wraps(act)
        async def command(context: Context) -> Screen:
            theirs = await theirs_as(context, least)
            if theirs is None:
                return await unknown_command(context)
            petition, words = addressed(context, theirs)
            if petition is None:
                return Screen(Text("staff/source_refused", {"reason": "campaign"}))
            return await act(context, petition, words)

        return command

    return for_staff


async def notify_other_owners(
    context: Context,
    petition: Petition,
    template: str,
    variables: Mapping[str, object],
    buttons: Rows = (),
) -> None:
    """Tell the campaign's other owners what this one has done.

    Args:
        variables: beside the campaign.
    """
    await notify_staff(
        context.db,
        petition.id,
        "owner",
        template,
        but={context.supporter.telegram_id},
        variables=variables,
        buttons=to_data(buttons),
        now=context.now,
    )
    context.notified = True
