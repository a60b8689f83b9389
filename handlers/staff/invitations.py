"""Invitations to the staff: made and recalled by owners, and answered by who opens one."""

from dataclasses import replace
from urllib.parse import urlencode

from campaign import staff
from campaign.petition import Petition
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff import members
from handlers.staff.member_buttons import (
    OF_ALL,
    ROLES,
    AskInvitation,
    Decline,
    Invite,
    InviteAs,
    Join,
    Recall,
    Role,
    ShowAll,
)
from handlers.staff.permissions import may_own, theirs_as
from handlers.supporter.home import home
from storage import staff as kept
from storage.staff import Member


@members.for_owners
async def ask_invitation(_: Context, __: AskInvitation) -> Screen:
    """As what? The roles, each said in words."""
    return _which_role()


@members.for_owners
async def invite_as(context: Context, action: InviteAs) -> Screen:
    """For which campaign? Not asked where there is only one answer."""
    scopes: list[Petition | None] = [*await theirs_as(context, "owner")]
    if await may_own(context):
        scopes = [None] if len(scopes) <= 1 else [None, *scopes]
    if len(scopes) == 1:
        return await _invite(context, scopes[0].id if scopes[0] else None, action.role)
    rows = [[_scope(context, scope, action.role)] for scope in scopes]
    return Screen(
        Text("staff/invite_where", {"role": action.role}), [*rows, [Button("back", ShowAll())]]
    )


@members.for_owners
async def invite(context: Context, action: Invite) -> Screen:
    """Make an invitation, and tell the other owners."""
    campaign_id = None if action.scope == OF_ALL else action.scope
    if campaign_id and context.find_petition(campaign_id) is None:
        return _which_role()
    return await _invite(context, campaign_id, action.role)


@members.for_owners
async def recall(context: Context, action: Recall) -> Screen:
    """Take an invitation back."""
    me = context.supporter.telegram_id
    await staff.recall(context.db, me, action.invitation_id, now=context.now)
    return replace(await members.everybody(context), toast="toast/recalled")


def _which_role() -> Screen:
    buttons = [[Button(f"role_{role}", InviteAs(role))] for role in reversed(ROLES)]
    return Screen(Text("staff/invite"), [*buttons, [Button("back", ShowAll())]])


async def _invite(context: Context, campaign_id: int | None, role: Role) -> Screen:
    me = context.supporter.telegram_id
    made, token = await staff.invite(context.db, me, role, campaign_id, now=context.now)
    link = context.services.link(staff.payload_of(token))
    variables = {
        "link": link,
        "role": role,
        "title": members.campaign_title(context, campaign_id),
        "until": made.expires_at,
        "zone": members.campaign_zone(context, campaign_id),
    }
    share = f"https://t.me/share/url?{urlencode({'url': link})}"
    invited = Member(0, me, role, campaign_id, context.now, context.supporter.first_name)
    await members.notify(context, "invited", invited)
    return Screen(
        Text("staff/invitation", variables),
        [
            [Button("send_invitation", url=share), Button("copy_link", copy=link)],
            [Button("recall", Recall(made.id), variables=variables)],
            [Button("back", ShowAll())],
        ],
    )


async def invited(context: Context, token: str) -> Screen:
    """Somebody has opened an invitation: what it is for, and whether they want to. Opening alone
    does not use it up: previews and curious fingers open links, too."""
    try:
        found = await staff.look_at(context.db, token, now=context.now)
    except staff.InvitationOver:
        return Screen(Text("staff/invitation_over"), fresh=True)
    inviter = await kept.name_of(context.db, found.invited_by)
    title = members.campaign_title(context, found.campaign_id)
    return Screen(
        Text(
            "staff/invited",
            {
                "name": inviter,
                "role": found.role,
                "title": title,
                "first": found.invited_by == staff.FIRST_OWNER,
            },
        ),
        [[Button("join_yes", Join(token))], [Button("join_no", Decline())]],
        fresh=True,
    )


async def decline(context: Context, _: Decline) -> Screen:
    """No thanks: the invitation stays open, they may change their mind."""
    return await home(context)


async def join(context: Context, action: Join) -> Screen:
    """Yes to an invitation."""
    me = context.supporter
    try:
        found = await staff.join(context.db, action.token, me.telegram_id, now=context.now)
    except staff.InvitationOver:
        return Screen(Text("staff/invitation_over"))
    context.after_commit = context.services.staff_changed.set
    role = (await kept.roles_of(context.db, me.telegram_id))[found.campaign_id]
    title = members.campaign_title(context, found.campaign_id)
    joined = Member(0, me.telegram_id, role, found.campaign_id, context.now, me.first_name)
    await members.notify(context, "joined", joined)
    variables = {"role": role, "title": title, "petitions": bool(context.petitions)}
    return Screen(Text("staff/joined", variables))


def _scope(context: Context, scope: Petition | None, role: Role) -> Button:
    if scope is None:
        return Button("all_campaigns", Invite(OF_ALL, role))
    title = {"title": scope.texts(context.language).title}
    return Button("campaign", Invite(scope.id, role), variables=title)


ROUTES = Routes(
    actions={
        AskInvitation: ask_invitation,
        InviteAs: invite_as,
        Invite: invite,
        Recall: recall,
        Join: join,
        Decline: decline,
    },
)
