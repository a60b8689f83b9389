"""The code from an email: typed in the chat, sent again, or sent to another address."""

import re
import unicodedata
from dataclasses import replace

from campaign import joining_by_email
from campaign.email_codes import DIGITS, NoCode, NothingPending, TooManyCodes, UsedUp, WrongCode
from campaign.errors import Blocked, CampaignClosed, UnderReview
from campaign.petition import Petition
from campaign.signing import email_code
from campaign.signing.choices import from_choices
from campaign.signing.funnel import SIGNED
from handlers.context import NEW_ADDRESS, Context
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import typed_email
from handlers.supporter.buttons import BeOne, Page
from handlers.supporter.fallback import kind_of
from handlers.supporter.inbox import is_idle
from handlers.supporter.petition_page import blocked_page, petition_page, under_review_page
from handlers.supporter.signing import funnel
from handlers.supporter.signing.code_page import Code, minutes, not_yet, page, too_late
from handlers.supporter.signing.done import signed_screen
from handlers.supporter.signing.work import want_work
from storage import signatures
from storage.pending_signatures import Pending
from storage.signatures import Signature

_CODE = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}(?!\d)", re.ASCII)
_DIGITS = re.compile(r"[\d -]+", re.ASCII)
_MOST_AROUND = 40
_FEWEST_DIGITS = 3


def code_in(text: str) -> str | None:
    """Six digits, however they are written, alone or in a few words without other digits, such as
    the subject of the email; None for anything else."""
    plain = _plain(text)
    digits = _digits(plain)
    if len(digits) != DIGITS or not (_DIGITS.fullmatch(plain) or _CODE.search(plain)):
        return None
    return digits


def is_code(text: str) -> bool:
    """Whether it is a code and nothing else."""
    return code_in(text) is not None and _is_digits_alone(text)


def is_mistyped(text: str) -> bool:
    """Whether it is digits alone, but too few or too many of them for a code."""
    count = len(_digits(_plain(text)))
    return _is_digits_alone(text) and count >= _FEWEST_DIGITS and count != DIGITS


def _is_digits_alone(text: str) -> bool:
    return _DIGITS.fullmatch(_plain(text)) is not None


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _plain(text: str) -> str:
    """With the digits, spaces and dashes of every keyboard as ASCII has them; nothing if it is too
    long to be a code."""
    return "".join(map(_plain_character, text)) if len(text) <= _MOST_AROUND else ""


def _plain_character(one: str) -> str:
    if one.isdecimal():
        return str(unicodedata.decimal(one))
    if one.isspace():
        return " "
    return "-" if unicodedata.category(one) == "Pd" else one


async def typed(context: Context, text: str) -> Screen | None:
    """A text that may be the code, or the address that was asked for; None if it is neither."""
    if context.dialog.flow == NEW_ADDRESS:
        return await _new_address(context, text)
    code = code_in(text)
    if not is_idle(context.dialog) or (code is None and not is_mistyped(text)):
        return None
    try:
        if code is None:
            waiting = await email_code.of(context.db, context.supporter)
            return not_yet(context.petition(waiting.campaign_id), "not_six")
        key = context.services.identity_key
        waiting = await email_code.of_code(context.db, context.supporter, code, key=key)
        return await _try(context, context.petition(waiting.campaign_id), waiting, code)
    except NothingPending:
        return None


async def typed_again(context: Context, text: str) -> Screen | None:
    """The signature, for who types its code once more; None for any other text."""
    if not is_code(text):
        return None
    if petition := context.current_petition:
        signature = await signatures.of(context.db, petition.id, context.supporter.id)
        if signature is not None and signature.status == "live":
            return await petition_page(context, petition, fresh=True)
    return None


async def _try(context: Context, petition: Petition, waiting: Pending, code: str) -> Screen:
    key, me = context.services.identity_key, context.supporter
    try:
        counted = await email_code.confirm(
            context.db,
            petition,
            me,
            waiting,
            code,
            key=key,
            now=context.now,
            typed_at=context.said_at,
        )
    except WrongCode as wrong:
        return not_yet(petition, "wrong", left=wrong.left)
    except UsedUp:
        return not_yet(petition, "used_up")
    except NoCode:
        return not_yet(petition, "too_old")
    except CampaignClosed:
        return await too_late(context, petition)
    except Blocked:
        return await blocked_page(context, petition)
    except UnderReview as held:
        return await under_review_page(context, petition, held.signature)
    context.after_commit = context.services.has_signed
    funnel.record_step(context, petition, SIGNED)
    choices, _ = from_choices(waiting.choices)
    screen = await signed_screen(context, petition, counted, updates=choices.updates)
    return await _with_offer(context, petition, counted.signature, screen)


async def _with_offer(
    context: Context, petition: Petition, signature: Signature, screen: Screen
) -> Screen:
    """Whether to be one with whoever has proved the same address in another place."""
    token = await joining_by_email.offer(
        context.db,
        context.supporter,
        signature.email,
        wish=petition.campaign.slug,
        now=context.now,
    )
    if token is None:
        return screen
    offered = [Button("be_one_by_email", BeOne(token, "yes"))]
    return replace(screen, above=Text("joining/same_address"), buttons=[*screen.buttons, offered])


async def decide(context: Context, action: Code) -> Screen:
    """Send it again, or to another address."""
    petition = context.petition(action.petition_id)
    if not petition.is_open:
        return await petition_page(context, petition, fresh=True)
    try:
        waiting = await email_code.of(context.db, context.supporter, petition.id)
        if action.do == "address":
            context.dialog = replace(
                context.dialog,
                campaign_id=petition.id,
                flow=NEW_ADDRESS,
                serial=context.dialog.serial + 1,
            )
            return Screen(Text("email_code/address"), _way_back(petition), fresh=True)
        await want_work(context, petition)
        key = context.services.identity_key
        await email_code.ask_again(context.db, context.supporter, waiting, key=key, now=context.now)
    except NothingPending:
        return replace(await petition_page(context, petition), toast="toast/stale")
    except TooManyCodes as many:
        return not_yet(petition, "too_many", left=minutes(many.wait))
    context.after_commit = context.services.codes_wanted.set
    return await _sent(context, petition)


async def present(context: Context) -> Screen:
    """The address is asked for."""
    petition = context.in_hand(context.dialog.campaign_id)
    return Screen(Text("email_code/address"), _way_back(petition), fresh=True)


async def other_kind(context: Context) -> Screen:
    """A photo, a sticker and so on where the address was asked for."""
    return replace(await present(context), above=Text(f"unexpected/{kind_of(context.event)}"))


async def leave(context: Context) -> Screen:
    """The address stays as it is."""
    petition = context.in_hand(context.dialog.campaign_id)
    context.leave()
    return await petition_page(context, petition, fresh=True)


async def _new_address(context: Context, text: str) -> Screen:
    petition = context.in_hand(context.dialog.campaign_id)
    if not petition.is_open:
        return await leave(context)
    email = await typed_email.read(context, text, present)
    if isinstance(email, Screen):
        return email
    try:
        waiting = await email_code.of(context.db, context.supporter, petition.id)
        await want_work(context, petition)
        key, me = context.services.identity_key, context.supporter
        await email_code.change_address(context.db, me, waiting, email, key=key, now=context.now)
    except NothingPending:
        return await leave(context)
    except TooManyCodes as many:
        context.dialog = replace(context.dialog, flow="", step="")
        return not_yet(petition, "too_many", left=minutes(many.wait))
    context.leave()
    context.after_commit = context.services.codes_wanted.set
    return await _sent(context, petition)


async def _sent(context: Context, petition: Petition) -> Screen:
    signature = await signatures.of(context.db, petition.id, context.supporter.id)
    assert signature is not None  # noqa: S101 - it waits
    return await page(context, petition, signature, fresh=True)


def _way_back(petition: Petition) -> Rows:
    return [[Button("back", Page("home", petition.id))]]


ROUTES = Routes(actions={Code: decide})
