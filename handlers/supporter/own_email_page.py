"""An email address of one's own: the question for it, and the page that waits for its code."""

from dataclasses import replace
from typing import Literal

from campaign import email_codes
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import OWN_EMAIL, Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Page


class OwnEmail(Action, prefix="email"):
    """Give an email address, have its code sent again, leave it, or go on once it is proved."""

    do: Literal["ask", "again", "cancel", "go_on"]


BUTTONS: Rows = (
    (Button("code_again", OwnEmail("again")),),
    (Button("code_address", OwnEmail("ask")),),
    (Button("cancel", OwnEmail("cancel")),),
)
"""What can be done about a code that does not come."""


def ask_address(context: Context, petition: Petition | None = None) -> Screen:
    """Ask for an address.

    Args:
        petition: that the person wants to hear of.
    """
    before = context.dialog
    context.dialog = replace(
        before,
        campaign_id=petition.id if petition else before.campaign_id,
        flow=OWN_EMAIL,
        step="",
        serial=before.serial + 1,
    )
    return replace(question(), puts_keyboard_away=before.step == "phone")


def question() -> Screen:
    """The question for an address, as it stands."""
    return Screen(Text("own_email/ask"), [[Button("cancel", OwnEmail("cancel"))]], fresh=True)


def code_asked(email: str) -> Screen:
    """Where a code was sent, and what can be done."""
    variables = {"email": email, "minutes": email_codes.MINUTES}
    return Screen(Text("own_email/asked", variables), BUTTONS, fresh=True)


def not_yet(why: str, left: int = 0) -> Screen:
    """Why the address is not proved yet, and how many tries or minutes are left."""
    variables = {"why": why, "left": left, "signs": False}
    return Screen(Text("email_code/not_yet", variables), BUTTONS, fresh=True)


def none_here(context: Context) -> Screen:
    """That this office sends no emails, and what there is."""
    petition = context.current_petition
    rows = [[Button("home", Page("home", petition.id))]] if petition else []
    return Screen(Text("own_email/none"), rows, fresh=True)
