"""Signing where no code can be sent: it cannot be offered, and why."""

from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.supporter.closed import page_buttons
from handlers.supporter.signing.onward import follow_link


def cannot_sign(context: Context) -> bool:
    """Whether nobody can sign here: the channel proves nobody, and there is no mail server."""
    return not context.can.proves_person and not context.services.sends_codes


def page(context: Context, petition: Petition) -> Screen:
    """What is missing, and where one can sign instead."""
    return Screen(
        Text("sign/no_codes", {"campaign": petition.view(context.language)}),
        [
            [Button("sign_in_telegram", url=follow_link(context, petition))],
            *page_buttons(petition),
        ],
        fresh=True,
    )
