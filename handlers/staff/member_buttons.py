"""The buttons of /staff: its members and the invitations to it."""

from typing import Annotated, Literal, get_args

from handlers.actions import Action

OF_ALL = 0
"""Stands in a button's data for all campaigns."""

Role = Literal["viewer", "editor", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)


class ShowAll(Action, prefix="crew:home"):
    """Show everybody, and the invitations that are open."""


class Show(Action, prefix="crew:member"):
    member_id: int


class AskRole(Action, prefix="crew:role"):
    member_id: int
    role: Role


class GiveRole(Action, prefix="crew:give"):
    member_id: int
    role: Role


class Remove(Action, prefix="crew:remove"):
    member_id: int
    step: Literal["ask", "yes"]


class AskInvitation(Action, prefix="crew:invite"):
    """Ask which role to invite somebody to."""


class InviteAs(Action, prefix="crew:as:0"):
    """Ask which campaign to invite somebody to, in this role."""

    role: Role


class Invite(Action, prefix="crew:make"):
    """Make an invitation.

    Attributes:
        scope: a campaign's id, or OF_ALL.
    """

    scope: int
    role: Role


class Recall(Action, prefix="crew:recall"):
    invitation_id: int


class Join(Action, prefix="join"):
    token: Annotated[str, r"[\w-]{1,32}"]


class Decline(Action, prefix="join:"):
    """No thanks, to an invitation."""
