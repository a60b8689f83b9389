"""/staff: who works on the campaigns; invitations, roles, and taking a role away. For owners."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from campaign import staff
from campaign.petition import Petition
from campaign.staff import ROLES
from handlers.context import Visit
from handlers.screens import Button, Notice, Screen, Text
from handlers.staff.permissions import may_own, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import front_door
from storage import invitations
from storage import staff as kept
from storage.staff import Member

MOST_SHOWN = 30
OF_ALL = 0
"""Stands in a button's data for all campaigns."""


async def command(visit: Visit) -> Screen:
    """/staff: everybody, with their roles, and the invitations that are open."""
    if await theirs_as(visit, "owner") is None:
        return await unknown_command(visit)
    return replace(await _everybody(visit), fresh=True)


async def tapped(visit: Visit) -> Screen:
    """A button of /staff; one that has reached somebody else opens the front door."""
    act = ACTS.get(visit.args[0])
    if act is None or await theirs_as(visit, "owner") is None:
        return await front_door(visit)
    try:
        return await act(visit, int(visit.args[1] or 0), visit.args[2])
    except staff.StaffError as refused:
        return await _refused(visit, refused)


async def _everybody(visit: Visit) -> Screen:
    members = [one for one in await kept.all(visit.db) if await _owns(visit, one.campaign_id)]
    waiting = [
        one
        for one in await invitations.open_ones(visit.db, visit.now)
        if await _owns(visit, one.campaign_id)
    ]
    rows = [[_of_member(visit, one)] for one in members[:MOST_SHOWN]]
    for one in waiting[:MOST_SHOWN]:
        role = {"role": one.role, "title": _title(visit, one.campaign_id)}
        rows.append([Button("recall", f"crew:recall:{one.id}", variables=role)])
    variables = {"members": len(members), "more": max(0, len(members) - MOST_SHOWN)}
    variables["waiting"] = len(waiting)
    return Screen(Text("staff/members", variables), [*rows, [Button("invite", "crew:invite")]])


async def _member(visit: Visit, member_id: int, _: str) -> Screen:
    member = await _theirs(visit, member_id)
    others = [role for role in reversed(ROLES) if role != member.role]
    return Screen(
        Text("staff/member", _about(visit, member)),
        [
            [Button(f"make_{role}", f"crew:role:{member.id}:{role}") for role in others],
            [Button("remove_member", f"crew:remove:{member.id}:ask")],
            [Button("back", "crew:home")],
        ],
    )


async def _ask_role(visit: Visit, member_id: int, role: str) -> Screen:
    """Is it meant? An owner can do everything, take the others' roles away too."""
    member = await _theirs(visit, member_id)
    if role not in ROLES or role == member.role:
        return await _member(visit, member_id, "")
    return Screen(
        Text("staff/member_role", {**_about(visit, member), "new": role}),
        [
            [Button(f"role_yes_{role}", f"crew:give:{member.id}:{role}")],
            [Button("back", f"crew:member:{member.id}")],
        ],
    )


async def _change_role(visit: Visit, member_id: int, role: str) -> Screen:
    member = await _theirs(visit, member_id)
    if role not in ROLES:
        return await _member(visit, member_id, "")
    me, fixed = visit.supporter.telegram_id, visit.house.owners_by_config
    await staff.change_role(visit.db, me, member, role, by_config=fixed, now=visit.now)
    visit.after_commit = visit.house.staff_changed.set
    changed = replace(member, role=role)
    if not await may_own(visit, visit.petition(member.campaign_id)):
        screen = await front_door(visit)
    else:
        screen = await _member(visit, member_id, "")
    return replace(screen, toast="toast/saved", notices=await _news(visit, "role", changed))


async def _remove(visit: Visit, member_id: int, step: str) -> Screen:
    member = await _theirs(visit, member_id)
    if step != "yes":
        return Screen(
            Text("staff/member_remove", _about(visit, member)),
            [
                [Button("remove_yes", f"crew:remove:{member.id}:yes")],
                [Button("back", f"crew:member:{member.id}")],
            ],
        )
    notices = await _news(visit, "removed", member)
    me, fixed = visit.supporter.telegram_id, visit.house.owners_by_config
    await staff.remove(visit.db, me, member, by_config=fixed, now=visit.now)
    visit.after_commit = visit.house.staff_changed.set
    still_owner = await theirs_as(visit, "owner") is not None
    screen = await (_everybody if still_owner else front_door)(visit)
    return replace(screen, toast="toast/saved", notices=notices)


async def _invite(visit: Visit, *_: object) -> Screen:
    """As what? The roles, each said in words."""
    buttons = [[Button(f"role_{role}", f"crew:as:0:{role}")] for role in reversed(ROLES)]
    return Screen(Text("staff/invite"), [*buttons, [Button("back", "crew:home")]])


async def _as(visit: Visit, _: int, role: str) -> Screen:
    """For which campaign? Not asked where there is only one answer."""
    if role not in ROLES:
        return await _invite(visit)
    scopes: list[Petition | None] = [*(await theirs_as(visit, "owner") or [])]
    if await may_own(visit):
        scopes = [None] if len(scopes) <= 1 else [None, *scopes]
    if len(scopes) == 1:
        return await _make(visit, scopes[0].id if scopes[0] else OF_ALL, role)
    rows = [[_scope(visit, scope, role)] for scope in scopes]
    return Screen(
        Text("staff/invite_where", {"role": role}), [*rows, [Button("back", "crew:home")]]
    )


async def _make(visit: Visit, scope: int, role: str) -> Screen:
    campaign_id = None if scope == OF_ALL else scope
    if role not in ROLES or (campaign_id and visit.petition(campaign_id) is None):
        return await _invite(visit)
    me = visit.supporter.telegram_id
    made, token = await staff.invite(visit.db, me, role, campaign_id, now=visit.now)
    link = visit.house.link(staff.payload_of(token))
    variables = {
        "link": link,
        "role": role,
        "title": _title(visit, campaign_id),
        "until": made.expires_at,
        "zone": _zone(visit, campaign_id),
    }
    share = f"https://t.me/share/url?{urlencode({'url': link})}"
    invited = Member(0, me, role, campaign_id, visit.now, visit.supporter.first_name)
    return Screen(
        Text("staff/invitation", variables),
        [
            [Button("send_invitation", url=share), Button("copy_link", copy=link)],
            [Button("recall", f"crew:recall:{made.id}", variables=variables)],
            [Button("back", "crew:home")],
        ],
        notices=await _news(visit, "invited", invited),
    )


async def _recall(visit: Visit, invitation_id: int, _: str) -> Screen:
    await staff.recall(visit.db, visit.supporter.telegram_id, invitation_id, now=visit.now)
    return replace(await _everybody(visit), toast="toast/recalled")


async def _home(visit: Visit, *_: object) -> Screen:
    return await _everybody(visit)


ACTS: dict[str, Callable[[Visit, int, str], Awaitable[Screen]]] = {
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


async def invited(visit: Visit, token: str) -> Screen:
    """Somebody has opened an invitation: what it is for, and whether they want to. Opening alone
    does not use it up: previews and curious fingers open links, too."""
    try:
        found = await staff.look_at(visit.db, token, now=visit.now)
    except staff.InvitationOver:
        return Screen(Text("staff/invitation_over"), fresh=True)
    inviter = await kept.name_of(visit.db, found.invited_by)
    title = _title(visit, found.campaign_id)
    return Screen(
        Text("staff/invited", {"name": inviter, "role": found.role, "title": title}),
        [[Button("join_yes", f"join:{token}")], [Button("join_no", "join:")]],
        fresh=True,
    )


async def join(visit: Visit) -> Screen:
    """Yes, or no thanks, to an invitation. No leaves it open: they may change their mind."""
    token = visit.args[0]
    if not token:
        return await front_door(visit)
    me = visit.supporter
    try:
        found = await staff.join(visit.db, token, me.telegram_id, now=visit.now)
    except staff.InvitationOver:
        return Screen(Text("staff/invitation_over"))
    visit.after_commit = visit.house.staff_changed.set
    role = (await kept.roles_of(visit.db, me.telegram_id))[found.campaign_id]
    title = _title(visit, found.campaign_id)
    joined = Member(0, me.telegram_id, role, found.campaign_id, visit.now, me.first_name)
    return Screen(
        Text("staff/joined", {"role": role, "title": title}),
        notices=await _news(visit, "joined", joined),
    )


async def _refused(visit: Visit, refused: staff.StaffError) -> Screen:
    variables = {"reason": type(refused).__name__}
    return Screen(Text("staff/members_refused", variables), [[Button("back", "crew:home")]])


async def _news(visit: Visit, what: str, member: Member) -> list[Notice]:
    """What the owners, and the person themselves, are told of a change; not who made it. Of an
    invitation, who invites: nobody knows yet who comes."""
    told = {one.telegram_id: one for one in await staff.owners(visit.db, member.campaign_id)}
    if what != "joined":
        told[member.telegram_id] = member
    told.pop(visit.supporter.telegram_id, None)
    variables = {
        "what": what,
        "name": _name(member),
        "role": member.role,
        "title": _title(visit, member.campaign_id),
    }
    return [
        Notice(
            one.telegram_id,
            visit.house.renderer.match(one.language, one.telegram_language),
            Text("staff/news", {**variables, "own": one.telegram_id == member.telegram_id}),
        )
        for one in told.values()
    ]


async def _theirs(visit: Visit, member_id: int) -> Member:
    member = await kept.of(visit.db, member_id)
    if member is None or not await _owns(visit, member.campaign_id):
        raise staff.NotYours
    return member


async def _owns(visit: Visit, campaign_id: int | None) -> bool:
    roles = await kept.roles_of(visit.db, visit.supporter.telegram_id)
    return staff.role_in(roles, campaign_id) == "owner"


def _of_member(visit: Visit, member: Member) -> Button:
    return Button("member", f"crew:member:{member.id}", variables=_about(visit, member))


def _about(visit: Visit, member: Member) -> dict[str, object]:
    return {
        "name": _name(member),
        "role": member.role,
        "title": _title(visit, member.campaign_id),
        "since": member.added_at.astimezone(ZoneInfo(_zone(visit, member.campaign_id))).date(),
        "by_config": member.telegram_id in visit.house.owners_by_config,
    }


def _name(member: Member) -> str:
    return member.first_name or str(member.telegram_id)


def _scope(visit: Visit, scope: Petition | None, role: str) -> Button:
    if scope is None:
        return Button("all_campaigns", f"crew:make:{OF_ALL}:{role}")
    title = {"title": scope.texts(visit.language).title}
    return Button("campaign", f"crew:make:{scope.id}:{role}", variables=title)


def _title(visit: Visit, campaign_id: int | None) -> str | None:
    """The campaign's title; None for all campaigns, or one that is published no longer."""
    petition = visit.petition(campaign_id)
    return petition.texts(visit.language).title if petition else None


def _zone(visit: Visit, campaign_id: int | None) -> str:
    petition = visit.petition(campaign_id) or next(iter(visit.petitions), None)
    return petition.definition.timezone if petition else "UTC"
