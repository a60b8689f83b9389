"""The buttons of /staff: its members and the invitations to it."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from handlers.actions import Action

OF_ALL = 0
"""Stands in a button's data for all campaigns."""

Role = Literal["viewer", "editor", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class ShowAll(Action, prefix="crew:home"):
    """Show everybody, and the invitations that are open."""


@dataclass(frozen=True, slots=True)
class Show(Action, prefix="crew:member"):
    member_id: int


@dataclass(frozen=True, slots=True)
class AskRole(Action, prefix="crew:role"):
    member_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class GiveRole(Action, prefix="crew:give"):
    member_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Remove(Action, prefix="crew:remove"):
    member_id: int
    step: Literal["ask", "yes"]


@dataclass(frozen=True, slots=True)
class AskInvitation(Action, prefix="crew:invite"):
    """Ask which role to invite somebody to."""


@dataclass(frozen=True, slots=True)
class InviteAs(Action, prefix="crew:as:0"):
    """Ask which campaign to invite somebody to, in this role."""

    role: Role


@dataclass(frozen=True, slots=True)
class Invite(Action, prefix="crew:make"):
    """Make an invitation.

    Attributes:
        scope: a campaign's id, or OF_ALL.
    """

    scope: int
    role: Role


@dataclass(frozen=True, slots=True)
class Recall(Action, prefix="crew:recall"):
    invitation_id: int


@dataclass(frozen=True, slots=True)
class Join(Action, prefix="join"):
    token: Annotated[str, r"[\w-]{1,32}"]


@dataclass(frozen=True, slots=True)
class Decline(Action, prefix="join:"):
    """No thanks, to an invitation."""
