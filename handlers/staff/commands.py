"""Commands of staff that are about one campaign, and what other owners hear of what they do."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps

from campaign.notifications import notify_staff
from campaign.petition import Petition
from handlers.context import Context, Handler
from handlers.notifications import to_data
from handlers.screens import Rows, Screen
from handlers.staff.permissions import addressed, theirs_as

StaffAct = Callable[[Context, Petition, tuple[str, ...]], Awaitable[Screen]]
"""What a command does with the campaign it is about, and the words after its name."""


def command_as(least: str) -> Callable[[StaffAct], Handler]:
    """A command for people with this role or a higher one; to others it does not exist."""

    def for_staff(act: StaffAct) -> Handler:
        @wraps(act)
        async def command(context: Context) -> Screen:
            return await act(context, *addressed(context, await theirs_as(context, least)))

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
