"""The code from an email: typed in the chat, sent again, or sent to another address."""

import math
import re
from dataclasses import replace
from datetime import timedelta

from campaign import fields
from campaign.errors import Blocked, CampaignClosed, UnderReview
from campaign.petition import Petition
from campaign.signing import email_code
from campaign.signing.email_code import NoCode, NothingPending, TooManyCodes, UsedUp, WrongCode
from campaign.signing.funnel import SIGNED
from campaign.signing.sign import from_choices
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.signing import funnel
from storage import pending_signatures, signatures
from storage.pending_signatures import Pending
from storage.signatures import Signature

FLOW = "address"
_CODE = re.compile(r"\s*(\d{3})[ -]?(\d{3})\s*", re.ASCII)


def code_in(text: str) -> str | None:
    """Six digits, however they are written; None for anything else."""
    found = _CODE.fullmatch(text)
    return found[1] + found[2] if found else None


async def page(
    context: Context, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """A signature that waits for its code: where it was sent, and what can be done."""
    waiting = await pending_signatures.of(context.db, signature.id)
    if waiting is not None and not waiting.wants_code and waiting.code_hash is None:
        return _not_yet(petition, "not_sent")
    variables = {
        "campaign": await context.view(petition),
        "email": signature.email or "",
        "minutes": int(email_code.VALID_FOR.total_seconds() // 60),
    }
    return Screen(Text("email_code/asked", variables), buttons(petition), fresh=fresh)


def no_code_yet(petition: Petition, wait: timedelta) -> Screen:
    """A signature that waits, for which no code can be sent for now."""
    return _not_yet(petition, "not_sent", left=_minutes(wait))


def buttons(petition: Petition) -> Rows:
    """What can be done about a code that does not come."""
    return [
        [Button("code_again", f"code:{petition.id}:again")],
        [Button("code_address", f"code:{petition.id}:address")],
        [Button("withdraw", f"withdraw:{petition.id}:ask")],
    ]


async def typed(context: Context, text: str) -> Screen | None:
    """A text that may be the code, or the address that was asked for; None if it is neither."""
    if context.dialog.flow == FLOW:
        return await _new_address(context, text)
    code = code_in(text)
    if code is None or context.dialog.flow:
        return None
    try:
        waiting = await email_code.of(context.db, context.supporter)
        petition = context.find_petition(waiting.campaign_id)
        return await _try(context, petition, waiting, code) if petition else None
    except NothingPending:
        return None


async def _try(context: Context, petition: Petition, waiting: Pending, code: str) -> Screen:
    from handlers.supporter import home
    from handlers.supporter.signing.done import signed_screen

    key, me = context.services.identity_key, context.supporter
    try:
        counted = await email_code.confirm(
            context.db, petition, me, waiting, code, key=key, now=context.now
        )
    except WrongCode as wrong:
        return _not_yet(petition, "wrong", left=wrong.left)
    except UsedUp:
        return _not_yet(petition, "used_up")
    except NoCode:
        return _not_yet(petition, "too_old")
    except CampaignClosed:
        return Screen(Text("sign/closed_meanwhile", {"campaign": await context.view(petition)}))
    except Blocked:
        return await home.blocked_page(context, petition)
    except UnderReview as held:
        return await home.under_review_page(context, petition, held.signature)
    context.after_commit = context.services.has_signed
    await funnel.record_step(context, petition, SIGNED)
    choices, _ = from_choices(waiting.choices)
    return await signed_screen(context, petition, counted, updates=choices.updates)


async def tapped(context: Context) -> Screen:
    """Send it again, or to another address."""
    from handlers.supporter.home import home, petition_page

    petition = context.find_petition(context.args[0])
    if petition is None:
        return await home(context)
    try:
        waiting = await email_code.of(context.db, context.supporter, petition.id)
        if context.args[1] == "address":
            context.dialog = replace(
                context.dialog, campaign_id=petition.id, flow=FLOW, serial=context.dialog.serial + 1
            )
            return Screen(Text("email_code/address"), _way_back(petition), fresh=True)
        key = context.services.identity_key
        await email_code.ask_again(context.db, context.supporter, waiting, key=key, now=context.now)
    except NothingPending:
        return replace(await petition_page(context, petition), toast="toast/stale")
    except TooManyCodes as many:
        return _not_yet(petition, "too_many", left=_minutes(many.wait))
    context.after_commit = context.services.codes_wanted.set
    return await _sent(context, petition)


async def present(context: Context) -> Screen:
    """The address is asked for."""
    petition = context.find_petition(context.dialog.campaign_id)
    return Screen(Text("email_code/address"), _way_back(petition) if petition else (), fresh=True)


async def leave(context: Context) -> Screen:
    """The address stays as it is."""
    from handlers.supporter.home import home, petition_page

    petition = context.find_petition(context.dialog.campaign_id)
    context.leave()
    if petition is None:
        return await home(context)
    return await petition_page(context, petition, fresh=True)


async def _new_address(context: Context, text: str) -> Screen:
    petition = context.find_petition(context.dialog.campaign_id)
    try:
        email = fields.email(text)
        waiting = await email_code.of(context.db, context.supporter, petition.id if petition else 0)
        key, me = context.services.identity_key, context.supporter
        await email_code.change_address(context.db, me, waiting, email, key=key, now=context.now)
    except fields.FieldProblem as problem:
        asked = await present(context)
        note = Text(f"sign/problem_{problem.field}_{problem.reason}")
        return replace(asked, above=note)
    except NothingPending:
        return await leave(context)
    except TooManyCodes as many:
        context.dialog = replace(context.dialog, flow="", step="")
        assert petition is not None  # noqa: S101 - a signature of it waits
        return _not_yet(petition, "too_many", left=_minutes(many.wait))
    context.leave()
    context.after_commit = context.services.codes_wanted.set
    assert petition is not None  # noqa: S101 - a signature of it waits
    return await _sent(context, petition)


async def _sent(context: Context, petition: Petition) -> Screen:
    signature = await signatures.of(context.db, petition.id, context.supporter.id)
    assert signature is not None  # noqa: S101 - it waits
    return await page(context, petition, signature, fresh=True)


def _not_yet(petition: Petition, why: str, left: int = 0) -> Screen:
    return Screen(
        Text("email_code/not_yet", {"why": why, "left": left}), buttons(petition), fresh=True
    )


def _minutes(wait: timedelta) -> int:
    return max(1, math.ceil(wait / timedelta(minutes=1)))


def _way_back(petition: Petition) -> Rows:
    return [[Button("back", f"page:home:{petition.id}")]]
