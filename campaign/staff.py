"""The staff: who may do what, and how people join it and leave it.

An owner does everything, an editor all but choosing the staff, a viewer sees numbers. A role is for
one campaign or for all; of several that a person has, the highest counts.

StaffError
├── NotAllowed           the person who asks may not do that
├── LastOwner          without this one, nobody would own all campaigns
├── OwnerByConfig      the configuration names them; only there can it be changed
├── AlreadyOwned       somebody owns all campaigns, so nobody can claim them
└── InvitationOver     used, recalled or too old, or there never was one
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from campaign.errors import CampaignError
from storage import audit, invitations, staff
from storage.database import Connection
from storage.invitations import Invitation
from storage.staff import Member

ROLES = ("viewer", "editor", "owner")
"""Each may do what those before it may."""

VALID_FOR = timedelta(hours=48)

FIRST_OWNER, ONE_MORE_OWNER = 0, -1
"""Who has invited, where that was the command line: the first owner of all campaigns, whose
invitation is over when there is another; or one more, come what may."""

_PREFIX = "staff_"
_PAYLOAD = re.compile(rf"{_PREFIX}([A-Za-z0-9_-]{{22}})")


class StaffError(CampaignError):
    """The staff stays as it is."""


class NotAllowed(StaffError):
    """Who asks does not own that campaign."""


class LastOwner(StaffError):
    """Somebody has to own all campaigns."""


class OwnerByConfig(StaffError):
    """The configuration file names this owner, and would bring them back."""


class AlreadyOwned(StaffError):
    """There is an owner of all campaigns, who can invite others."""


class InvitationOver(StaffError):
    """The invitation cannot be used."""


def role_in(roles: Mapping[int | None, str], campaign_id: int | None) -> str | None:
    """The role in a campaign; over all of them, if None is given.

    Args:
        roles: as `storage.staff.roles_of` gives them.
    """
    found = [roles[scope] for scope in {campaign_id, None} & roles.keys()]
    return max(found, key=ROLES.index, default=None)


def may(role: str | None, least: str) -> bool:
    """Whether a role is at least that one."""
    return role is not None and ROLES.index(role) >= ROLES.index(least)


async def working(db: Connection, campaign_id: int | None, least: str) -> list[Member]:
    """Everybody who has this role or a higher one in a campaign (None: over all of them) and can be
    written to; each once, in the order they came."""
    there = {
        one.telegram_id: one
        for one in await staff.all(db)
        if one.campaign_id in (None, campaign_id)
        and may(one.role, least)
        and one.first_name is not None
    }
    return list(there.values())


def payload_of(token: str) -> str:
    """The start parameter of an invitation's link."""
    return _PREFIX + token


def token_in(payload: str) -> str | None:
    """The token in a start parameter, which may be anything; None if there is none."""
    found = _PAYLOAD.fullmatch(payload)
    return found[1] if found else None


async def invite(
    db: Connection, owner_id: int, role: str, campaign_id: int | None, *, now: datetime
) -> tuple[Invitation, str]:
    """Make an invitation that one person can use, within VALID_FOR.

    Args:
        owner_id: the Telegram id of who invites.
        campaign_id: None for all campaigns.

    Returns:
        The invitation, and its token of 128 random bits, which is not kept.

    Raises:
        NotAllowed: they do not own that campaign.
    """
    await _must_own(db, owner_id, campaign_id)
    token = secrets.token_urlsafe(16)
    made = await invitations.add(
        db,
        token_sha256=_sha256(token),
        role=role,
        campaign_id=campaign_id,
        invited_by=owner_id,
        now=now,
        expires_at=now + VALID_FOR,
    )
    await _note(db, now, owner_id, "staff.invited", f"invitation:{made.id}", role, campaign_id)
    return made, token


async def claim(db: Connection, *, force: bool = False, now: datetime) -> tuple[Invitation, str]:
    """Make an invitation by the command line: who uses it owns all campaigns. One that was made so
    before can be used no longer.

    Args:
        force: even if there is an owner.

    Returns:
        The invitation, and its token, which is not kept.

    Raises:
        AlreadyOwned: there is an owner.
    """
    is_owned = bool(await staff.lock_owners(db))
    if is_owned and not force:
        raise AlreadyOwned
    for before in await invitations.open_ones(db, now):
        if before.invited_by in (FIRST_OWNER, ONE_MORE_OWNER):
            await invitations.end(db, before.id, now, used_by=None)
    token = secrets.token_urlsafe(16)
    made = await invitations.add(
        db,
        token_sha256=_sha256(token),
        role="owner",
        campaign_id=None,
        invited_by=ONE_MORE_OWNER if is_owned else FIRST_OWNER,
        now=now,
        expires_at=now + VALID_FOR,
    )
    await _note(db, now, None, "staff.claim", f"invitation:{made.id}", "owner", None)
    return made, token


async def look_at(db: Connection, token: str, *, now: datetime) -> Invitation:
    """The invitation of a token, not used by looking.

    Raises:
        InvitationOver: or by whom it was made owns that campaign no longer.
    """
    found = await invitations.by_token(db, _sha256(token))
    if found is None or found.ended_at is not None or found.expires_at <= now:
        raise InvitationOver
    if not await _still_stands(db, found):
        raise InvitationOver
    return found


async def join(db: Connection, token: str, telegram_id: int, *, now: datetime) -> Invitation:
    """Use an invitation. A higher role that the person has there already stays theirs.

    Raises:
        InvitationOver: nothing has changed.
    """
    await staff.lock_owners(db)  # first: of two who would be the first owner, one is
    found = await look_at(db, token, now=now)
    if not await invitations.end(db, found.id, now, used_by=telegram_id):
        raise InvitationOver
    before = (await staff.roles_of(db, telegram_id)).get(found.campaign_id)
    if not may(before, found.role):
        await staff.upsert(db, telegram_id, found.role, now, found.campaign_id)
    subject = f"staff:{telegram_id}"
    await _note(db, now, telegram_id, "staff.joined", subject, found.role, found.campaign_id)
    return found


async def recall(db: Connection, owner_id: int, invitation_id: int, *, now: datetime) -> None:
    """Make an open invitation useless.

    Raises:
        InvitationOver: it is not open.
        NotAllowed: they do not own that campaign.
    """
    found = await invitations.of(db, invitation_id)
    if found is None:
        raise InvitationOver
    await _must_own(db, owner_id, found.campaign_id)
    if not await invitations.end(db, found.id, now, used_by=None):
        raise InvitationOver
    subject = f"invitation:{found.id}"
    await _note(db, now, owner_id, "staff.recalled", subject, found.role, found.campaign_id)


async def change_role(
    db: Connection,
    owner_id: int | None,
    member: Member,
    role: str,
    *,
    by_config: Collection[int],
    now: datetime,
) -> None:
    """Give a member another role.

    Args:
        owner_id: the Telegram id of who does it; None for the command line.
        by_config: Telegram ids of the owners that the configuration names.

    Raises:
        NotAllowed, LastOwner, OwnerByConfig: nothing has changed.
    """
    if role == member.role:
        return
    await _may_lose(db, owner_id, member, by_config)
    await staff.upsert(db, member.telegram_id, role, now, member.campaign_id)
    subject = f"staff:{member.telegram_id}"
    await _note(db, now, owner_id, "staff.role_changed", subject, role, member.campaign_id)


async def remove(
    db: Connection,
    owner_id: int | None,
    member: Member,
    *,
    by_config: Collection[int],
    now: datetime,
) -> None:
    """Take a member's role away; the second time changes nothing.

    Raises:
        NotAllowed, LastOwner, OwnerByConfig: nothing has changed.
    """
    await _may_lose(db, owner_id, member, by_config)
    if await staff.remove(db, member.id):
        subject = f"staff:{member.telegram_id}"
        role, campaign_id = member.role, member.campaign_id
        await _note(db, now, owner_id, "staff.removed", subject, role, campaign_id)


async def add(
    db: Connection, telegram_id: int, role: str, campaign_id: int | None, *, now: datetime
) -> None:
    """Give somebody a role by the command line.

    Raises:
        LastOwner: they are the last owner and would be none any more.
    """
    if campaign_id is None and role != "owner" and await staff.lock_owners(db) == [telegram_id]:
        raise LastOwner
    await staff.upsert(db, telegram_id, role, now, campaign_id)
    await _note(db, now, None, "staff.added", f"staff:{telegram_id}", role, campaign_id)


async def add_owners(db: Connection, telegram_ids: Collection[int], *, now: datetime) -> None:
    """Let these own all campaigns, as the configuration says; those who do are left alone. The
    first of all are who sets the bot up; who comes after them is noted as by the command line."""
    there = await staff.lock_owners(db)
    for telegram_id in telegram_ids:
        if telegram_id in there:
            continue
        if there:
            await add(db, telegram_id, "owner", None, now=now)
        else:
            await staff.upsert(db, telegram_id, "owner", now)


async def owners(db: Connection, campaign_id: int | None) -> list[Member]:
    """Who owns a campaign or all of them, each person once."""
    found = {
        member.telegram_id: member
        for member in await staff.all(db)
        if member.role == "owner" and member.campaign_id in (campaign_id, None)
    }
    return list(found.values())


async def _still_stands(db: Connection, invitation: Invitation) -> bool:
    """Whether who has made it still could."""
    if invitation.invited_by == ONE_MORE_OWNER:
        return True
    if invitation.invited_by == FIRST_OWNER:
        return not await staff.lock_owners(db)
    roles = await staff.roles_of(db, invitation.invited_by)
    return role_in(roles, invitation.campaign_id) == "owner"


async def _must_own(db: Connection, telegram_id: int, campaign_id: int | None) -> None:
    if role_in(await staff.roles_of(db, telegram_id), campaign_id) != "owner":
        raise NotAllowed


async def _may_lose(
    db: Connection, owner_id: int | None, member: Member, by_config: Collection[int]
) -> None:
    owners_of_all = await staff.lock_owners(db)  # first: the second to come sees what came of it
    if owner_id is not None:
        await _must_own(db, owner_id, member.campaign_id)
    if member.campaign_id is not None or member.telegram_id not in owners_of_all:
        return
    if member.telegram_id in by_config:
        raise OwnerByConfig
    if len(owners_of_all) == 1:
        raise LastOwner


async def _note(
    db: Connection,
    now: datetime,
    actor: int | None,
    action: str,
    subject: str,
    role: str,
    campaign_id: int | None,
) -> None:
    details = {"role": role, "campaign_id": campaign_id}
    await audit.append(db, at=now, actor=actor, action=action, subject=subject, details=details)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
