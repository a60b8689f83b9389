"""/staff: who works on the campaigns; roles, and taking a role away. For owners."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from campaign import staff
from campaign.notifications import notify_staff
from handlers.context import Context
from handlers.notifications import Reader
from handlers.routes import ActionHandler, Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.member_buttons import (
    ROLES,
    AskInvitation,
    AskRole,
    GiveRole,
    Recall,
    Remove,
    Show,
    ShowAll,
)
from handlers.staff.permissions import has_role, may_own, theirs_as
from handlers.supporter.home import home
from storage import invitations, notifications
from storage import staff as kept
from storage.staff import Member

MOST_SHOWN = 30


async def command(context: Context) -> Screen:
    """/staff: everybody, with their roles, and the invitations that are open."""
    await theirs_as(context, "owner")
    return replace(await everybody(context), fresh=True)


def for_owners(act: Callable[[Context, Any], Awaitable[Screen]]) -> ActionHandler:
    """A button of /staff: for who owns any campaign; what stands in the way is said."""

    @wraps(act)
    async def handler(context: Context, action: Any) -> Screen:
        await theirs_as(context, "owner")
        try:
            return await act(context, action)
        except staff.StaffError as refused:
            return _refused(refused)

    return handler


@for_owners
async def show_all(context: Context, _: ShowAll) -> Screen:
    """Everybody, and the invitations that are open."""
    return await everybody(context)


@for_owners
async def show(context: Context, action: Show) -> Screen:
    """One member, and what may be done about them."""
    return _member(context, await _theirs(context, action.member_id))


@for_owners
async def ask_role(context: Context, action: AskRole) -> Screen:
    """Is it meant? An owner can do everything, take the others' roles away too."""
    member = await _theirs(context, action.member_id)
    if action.role == member.role:
        return _member(context, member)
    return Screen(
        Text("staff/member_role", {**_about(context, member), "new": action.role}),
        [
            [Button(f"role_yes_{action.role}", GiveRole(member.id, action.role))],
            [Button("back", Show(member.id))],
        ],
    )


@for_owners
async def give_role(context: Context, action: GiveRole) -> Screen:
    """Change a member's role, and tell them and the other owners."""
    member = await _theirs(context, action.member_id)
    me, fixed = context.supporter.telegram_id, context.services.owners_by_config
    await staff.change_role(context.db, me, member, action.role, by_config=fixed, now=context.now)
    context.after_commit = context.services.staff_changed.set
    changed = replace(member, role=action.role)
    if not await may_own(context, context.find_petition(member.campaign_id)):
        screen = await home(context)
    else:
        screen = _member(context, await _theirs(context, member.id))
    await notify(context, "role", changed)
    return replace(screen, toast="toast/saved")


@for_owners
async def remove(context: Context, action: Remove) -> Screen:
    """Ask whether to take a member's role away; after "yes", do it."""
    member = await _theirs(context, action.member_id)
    if action.step == "ask":
        return Screen(
            Text("staff/member_remove", _about(context, member)),
            [
                [Button("remove_yes", Remove(member.id, "yes"))],
                [Button("back", Show(member.id))],
            ],
        )
    await notify(context, "removed", member)
    me, fixed = context.supporter.telegram_id, context.services.owners_by_config
    await staff.remove(context.db, me, member, by_config=fixed, now=context.now)
    context.after_commit = context.services.staff_changed.set
    screen = await (everybody if await has_role(context, "owner") else home)(context)
    return replace(screen, toast="toast/saved")


async def everybody(context: Context) -> Screen:
    """Everybody, with their roles, and the invitations that are open."""
    members = [one for one in await kept.all(context.db) if await _owns(context, one.campaign_id)]
    waiting = [
        one
        for one in await invitations.open_ones(context.db, context.now)
        if await _owns(context, one.campaign_id)
    ]
    rows = [[_of_member(context, one)] for one in members[:MOST_SHOWN]]
    for one in waiting[:MOST_SHOWN]:
        role = {"role": one.role, "title": campaign_title(context, one.campaign_id)}
        rows.append([Button("recall", Recall(one.id), variables=role)])
    variables = {"members": len(members), "more": max(0, len(members) - MOST_SHOWN)}
    variables["waiting"] = len(waiting)
    return Screen(Text("staff/members", variables), [*rows, [Button("invite", AskInvitation())]])


def _member(context: Context, member: Member) -> Screen:
    others = [role for role in reversed(ROLES) if role != member.role]
    return Screen(
        Text("staff/member", _about(context, member)),
        [
            [Button(f"make_{role}", AskRole(member.id, role)) for role in others],
            [Button("remove_member", Remove(member.id, "ask"))],
            [Button("back", ShowAll())],
        ],
    )


def _refused(refused: staff.StaffError) -> Screen:
    variables = {"reason": type(refused).__name__}
    return Screen(Text("staff/members_refused", variables), [[Button("back", ShowAll())]])


async def notify(context: Context, what: str, member: Member) -> None:
    """Tell the owners, and the person themselves, of a change; not who made it. Of an invitation,
    who invites: nobody knows yet who comes."""
    said = {"what": what, "name": _name(member), "role": member.role}
    await notify_staff(
        context.db,
        member.campaign_id,
        "owner",
        "staff/news",
        but={context.supporter.telegram_id, member.telegram_id},
        variables={**said, "own": False},
        now=context.now,
    )
    if what != "joined" and member.telegram_id != context.supporter.telegram_id:
        await notifications.add(
            context.db,
            [member.telegram_id],
            "staff/news",
            campaign_id=member.campaign_id,
            variables={**said, "own": True},
            now=context.now,
        )
    context.notified = True


async def news(reader: Reader) -> Screen:
    """What became of the staff of one campaign, or of all."""
    title = reader.petition.texts(reader.language).title if reader.campaign_id else None
    return Screen(Text("staff/news", {**reader.variables, "title": title}))


async def _theirs(context: Context, member_id: int) -> Member:
    member = await kept.of(context.db, member_id)
    if member is None or not await _owns(context, member.campaign_id):
        raise staff.NotAllowed
    return member


async def _owns(context: Context, campaign_id: int | None) -> bool:
    roles = await kept.roles_of(context.db, context.supporter.telegram_id)
    return staff.role_in(roles, campaign_id) == "owner"


def _of_member(context: Context, member: Member) -> Button:
    return Button("member", Show(member.id), variables=_about(context, member))


def _about(context: Context, member: Member) -> dict[str, object]:
    zone = ZoneInfo(campaign_zone(context, member.campaign_id))
    return {
        "name": _name(member),
        "role": member.role,
        "title": campaign_title(context, member.campaign_id),
        "since": member.added_at.astimezone(zone).date(),
        "by_config": member.telegram_id in context.services.owners_by_config,
    }


def _name(member: Member) -> str:
    return member.first_name or str(member.telegram_id)


def campaign_title(context: Context, campaign_id: int | None) -> str | None:
    """The campaign's title; None for all campaigns, or one that is published no longer."""
    petition = context.find_petition(campaign_id)
    return petition.texts(context.language).title if petition else None


def campaign_zone(context: Context, campaign_id: int | None) -> str:
    """The campaign's time zone; for all campaigns, that of the first."""
    petition = context.find_petition(campaign_id) or next(iter(context.petitions), None)
    return petition.definition.timezone if petition else "UTC"


ROUTES = Routes(
    commands={"staff": Command(command, least="owner")},
    actions={
        ShowAll: show_all,
        Show: show,
        AskRole: ask_role,
        GiveRole: give_role,
        Remove: remove,
    },
)
