"""Going on here with what was begun in another place, or there with what was begun here: both are
one person from then on."""

from dataclasses import replace

from campaign import joining, own_email
from handlers.context import SIGNING, Context, LockFirst
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import BeOne, Browse
from handlers.supporter.home import home
from handlers.supporter.own_email import next_question
from handlers.supporter.petition_page import petition_page
from handlers.supporter.signing import state
from handlers.supporter.to_browser import may_browse

PREFIX = "j_"
"""What a token follows in a deep link."""

WHY = {
    joining.NoSuchToken: "unknown",
    joining.TokenUsed: "used",
    joining.TokenExpired: "late",
    joining.SamePerson: "joined",
    joining.TwoAccounts: "two",
}


async def join(context: Context, token: str) -> Screen:
    """Ask first, as somebody else may have sent them the link: who has done nothing yet would sign
    before the eyes of whoever did."""
    try:
        await joining.check(context.db, token, context.supporter, context.now)
    except joining.JoiningError as error:
        return await _not_joined(context, error)
    return Screen(
        Text("joining/ask"),
        [[Button("be_one_yes", BeOne(token, "yes"))], [Button("be_one_no", BeOne(token, "no"))]],
        fresh=True,
    )


async def decide(context: Context, action: BeOne) -> Screen:
    """The answer to the question."""
    return await (_join(context, action.token) if action.do == "yes" else home(context))


async def browse(context: Context, action: Browse) -> Screen:
    """A link that goes on in the browser, once and soon."""
    if not may_browse(context):
        return await home(context)
    petition = context.find_petition(action.petition_id) or context.current_petition
    wish = petition.campaign.slug if petition else ""
    token = await joining.offer(context.db, context.supporter, wish, context.now)
    url = context.services.joining_page(token)
    return Screen(Text("joining/to_browser"), [[Button("open_browser", url=url)]], fresh=True)


async def _join(context: Context, token: str) -> Screen:
    """Be one, and show where the person is; or say why not."""
    several = await joining.must_lock(context.db, token, context.supporter)
    if several and not context.locked:
        raise LockFirst(several)
    try:
        key = context.services.identity_key
        done = await joining.join(context.db, token, context.supporter, context.now, key=key)
    except joining.JoiningError as error:
        return await _not_joined(context, error)
    context.supporter, context.dialog = done.person, done.dialog
    context.notified = True
    context.after_commit = context.services.erased.set
    context.language = context.services.renderer.match(
        done.person.language, done.person.telegram_language
    )
    note = Text("joining/done", {"twice": done.twice})
    if context.dialog.flow == SIGNING:
        return replace(await state.present(context), above=note, fresh=True)
    if done.wish == own_email.WISH:
        return replace(await next_question(context), above=note, fresh=True)
    petition = next((one for one in context.petitions if one.campaign.slug == done.wish), None)
    screen = await (petition_page(context, petition) if petition else home(context))
    return replace(screen, above=note, fresh=True)


async def _not_joined(context: Context, error: joining.JoiningError) -> Screen:
    note = Text("joining/not", {"why": WHY[type(error)]})
    return replace(await home(context), above=note, fresh=True)


ROUTES = Routes(actions={BeOne: decide, Browse: browse})
