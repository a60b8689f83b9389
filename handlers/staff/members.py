"""/staff: who works on the campaigns; invitations, roles, and taking a role away. For owners."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from campaign import staff
from campaign.notifications import notify_staff
from campaign.petition import Petition
from campaign.staff import ROLES
from handlers.context import Context
from handlers.notifications import Reader
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import may_own, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import home
from storage import invitations, notifications
from storage import staff as kept
from storage.staff import Member

MOST_SHOWN = 30
OF_ALL = 0
"""Stands in a button's data for all campaigns."""


async def command(context: Context) -> Screen:
    """/staff: everybody, with their roles, and the invitations that are open."""
    if await theirs_as(context, "owner") is None:
        return await unknown_command(context)
    return replace(await _everybody(context), fresh=True)


async def tapped(context: Context) -> Screen:
    """A button of /staff; one that has reached somebody else opens the front door."""
    act = ACTS.get(context.args[0])
    if act is None or await theirs_as(context, "owner") is None:
        return await home(context)
    try:
        return await act(context, int(context.args[1] or 0), context.args[2])
    except staff.StaffError as refused:
        return await _refused(context, refused)


async def _everybody(context: Context) -> Screen:
    members = [one for one in await kept.all(context.db) if await _owns(context, one.campaign_id)]
    waiting = [
        one
        for one in await invitations.open_ones(context.db, context.now)
        if await _owns(context, one.campaign_id)
    ]
    rows = [[_of_member(context, one)] for one in members[:MOST_SHOWN]]
    for one in waiting[:MOST_SHOWN]:
        role = {"role": one.role, "title": _title(context, one.campaign_id)}
        rows.append([Button("recall", f"crew:recall:{one.id}", variables=role)])
    variables = {"members": len(members), "more": max(0, len(members) - MOST_SHOWN)}
    variables["waiting"] = len(waiting)
    return Screen(Text("staff/members", variables), [*rows, [Button("invite", "crew:invite")]])


async def _member(context: Context, member_id: int, _: str) -> Screen:
    member = await _theirs(context, member_id)
    others = [role for role in reversed(ROLES) if role != member.role]
    return Screen(
        Text("staff/member", _about(context, member)),
        [
            [Button(f"make_{role}", f"crew:role:{member.id}:{role}") for role in others],
            [Button("remove_member", f"crew:remove:{member.id}:ask")],
            [Button("back", "crew:home")],
        ],
    )


async def _ask_role(context: Context, member_id: int, role: str) -> Screen:
    """Is it meant? An owner can do everything, take the others' roles away too."""
    member = await _theirs(context, member_id)
    if role not in ROLES or role == member.role:
        return await _member(context, member_id, "")
    return Screen(
        Text("staff/member_role", {**_about(context, member), "new": role}),
        [
            [Button(f"role_yes_{role}", f"crew:give:{member.id}:{role}")],
            [Button("back", f"crew:member:{member.id}")],
        ],
    )


async def _change_role(context: Context, member_id: int, role: str) -> Screen:
    member = await _theirs(context, member_id)
    if role not in ROLES:
        return await _member(context, member_id, "")
    me, fixed = context.supporter.telegram_id, context.services.owners_by_config
    await staff.change_role(context.db, me, member, role, by_config=fixed, now=context.now)
    context.after_commit = context.services.staff_changed.set
    changed = replace(member, role=role)
    if not await may_own(context, context.find_petition(member.campaign_id)):
        screen = await home(context)
    else:
        screen = await _member(context, member_id, "")
    await _notify(context, "role", changed)
    return replace(screen, toast="toast/saved")


async def _remove(context: Context, member_id: int, step: str) -> Screen:
    member = await _theirs(context, member_id)
    if step != "yes":
        return Screen(
            Text("staff/member_remove", _about(context, member)),
            [
                [Button("remove_yes", f"crew:remove:{member.id}:yes")],
                [Button("back", f"crew:member:{member.id}")],
            ],
        )
    await _notify(context, "removed", member)
    me, fixed = context.supporter.telegram_id, context.services.owners_by_config
    await staff.remove(context.db, me, member, by_config=fixed, now=context.now)
    context.after_commit = context.services.staff_changed.set
    still_owner = await theirs_as(context, "owner") is not None
    screen = await (_everybody if still_owner else home)(context)
    return replace(screen, toast="toast/saved")


async def _invite(context: Context, *_: object) -> Screen:
    """As what? The roles, each said in words."""
    buttons = [[Button(f"role_{role}", f"crew:as:0:{role}")] for role in reversed(ROLES)]
    return Screen(Text("staff/invite"), [*buttons, [Button("back", "crew:home")]])


async def _as(context: Context, _: int, role: str) -> Screen:
    """For which campaign? Not asked where there is only one answer."""
    if role not in ROLES:
        return await _invite(context)
    scopes: list[Petition | None] = [*(await theirs_as(context, "owner") or [])]
    if await may_own(context):
        scopes = [None] if len(scopes) <= 1 else [None, *scopes]
    if len(scopes) == 1:
        return await _make(context, scopes[0].id if scopes[0] else OF_ALL, role)
    rows = [[_scope(context, scope, role)] for scope in scopes]
    return Screen(
        Text("staff/invite_where", {"role": role}), [*rows, [Button("back", "crew:home")]]
    )


async def _make(context: Context, scope: int, role: str) -> Screen:
    campaign_id = None if scope == OF_ALL else scope
    if role not in ROLES or (campaign_id and context.find_petition(campaign_id) is None):
        return await _invite(context)
    me = context.supporter.telegram_id
    made, token = await staff.invite(context.db, me, role, campaign_id, now=context.now)
    link = context.services.link(staff.payload_of(token))
    variables = {
        "link": link,
        "role": role,
        "title": _title(context, campaign_id),
        "until": made.expires_at,
        "zone": _zone(context, campaign_id),
    }
    share = f"https://t.me/share/url?{urlencode({'url': link})}"
    await _notify(
        context,
        "invited",
        Member(0, me, role, campaign_id, context.now, context.supporter.first_name),
    )
    return Screen(
        Text("staff/invitation", variables),
        [
            [Button("send_invitation", url=share), Button("copy_link", copy=link)],
            [Button("recall", f"crew:recall:{made.id}", variables=variables)],
            [Button("back", "crew:home")],
        ],
    )


async def _recall(context: Context, invitation_id: int, _: str) -> Screen:
    await staff.recall(context.db, context.supporter.telegram_id, invitation_id, now=context.now)
    return replace(await _everybody(context), toast="toast/recalled")


async def _home(context: Context, *_: object) -> Screen:
    return await _everybody(context)


ACTS: dict[str, Callable[[Context, int, str], Awaitable[Screen]]] = {
    "home": _home,
    "member": _member,
    "role": _ask_role,
    "give": _change_role,
    "remove": _remove,
    "invite": _invite,
    "as": _as,
    "make": _make,
    "recall": _recall,
}


async def invited(context: Context, token: str) -> Screen:
    """Somebody has opened an invitation: what it is for, and whether they want to. Opening alone
    does not use it up: previews and curious fingers open links, too."""
    try:
        found = await staff.look_at(context.db, token, now=context.now)
    except staff.InvitationOver:
        return Screen(Text("staff/invitation_over"), fresh=True)
    inviter = await kept.name_of(context.db, found.invited_by)
    title = _title(context, found.campaign_id)
    return Screen(
        Text("staff/invited", {"name": inviter, "role": found.role, "title": title}),
        [[Button("join_yes", f"join:{token}")], [Button("join_no", "join:")]],
        fresh=True,
    )


async def join(context: Context) -> Screen:
    """Yes, or no thanks, to an invitation. No leaves it open: they may change their mind."""
    token = context.args[0]
    if not token:
        return await home(context)
    me = context.supporter
    try:
        found = await staff.join(context.db, token, me.telegram_id, now=context.now)
    except staff.InvitationOver:
        return Screen(Text("staff/invitation_over"))
    context.after_commit = context.services.staff_changed.set
    role = (await kept.roles_of(context.db, me.telegram_id))[found.campaign_id]
    title = _title(context, found.campaign_id)
    joined = Member(0, me.telegram_id, role, found.campaign_id, context.now, me.first_name)
    await _notify(context, "joined", joined)
    return Screen(Text("staff/joined", {"role": role, "title": title}))


async def _refused(context: Context, refused: staff.StaffError) -> Screen:
    variables = {"reason": type(refused).__name__}
    return Screen(Text("staff/members_refused", variables), [[Button("back", "crew:home")]])


async def _notify(context: Context, what: str, member: Member) -> None:
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


async def news(reader: Reader) -> Screen | None:
    """What became of the staff of one campaign, or of all."""
    title = reader.petition.texts(reader.language).title if reader.petition else None
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
    return Button("member", f"crew:member:{member.id}", variables=_about(context, member))


def _about(context: Context, member: Member) -> dict[str, object]:
    return {
        "name": _name(member),
        "role": member.role,
        "title": _title(context, member.campaign_id),
        "since": member.added_at.astimezone(ZoneInfo(_zone(context, member.campaign_id))).date(),
        "by_config": member.telegram_id in context.services.owners_by_config,
    }


def _name(member: Member) -> str:
    return member.first_name or str(member.telegram_id)


def _scope(context: Context, scope: Petition | None, role: str) -> Button:
    if scope is None:
        return Button("all_campaigns", f"crew:make:{OF_ALL}:{role}")
    title = {"title": scope.texts(context.language).title}
    return Button("campaign", f"crew:make:{scope.id}:{role}", variables=title)


def _title(context: Context, campaign_id: int | None) -> str | None:
    """The campaign's title; None for all campaigns, or one that is published no longer."""
    petition = context.find_petition(campaign_id)
    return petition.texts(context.language).title if petition else None


def _zone(context: Context, campaign_id: int | None) -> str:
    petition = context.find_petition(campaign_id) or next(iter(context.petitions), None)
    return petition.definition.timezone if petition else "UTC"
