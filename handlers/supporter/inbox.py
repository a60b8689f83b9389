"""Write to the campaign: by a button, by a reply to an answer, or after one question."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from campaign import inbox
from campaign.definition.text_rules import telegram_length
from campaign.errors import Blocked
from campaign.fields.problem import FieldProblem
from campaign.inbox import WRITING as FLOW
from campaign.petition import Petition
from handlers import inbox_problems, replies
from handlers.context import Context, Gone, NotEditable, Stale
from handlers.heard import Heard
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import acts
from handlers.supporter.buttons import Page, Sign, WriteToCampaign
from handlers.supporter.home import home
from storage import blocks, signatures
from storage import inbox as kept_inbox
from storage.dialogs import Dialog

ASKED, OFFERED = "asked", "offered"
"""Whether the person is asked for a message, or whether to pass on what they have written."""

SAID_TO_PEOPLE = frozenset({"start"})
"""Acts whose words people say to people as well: hello, my name is wrong."""

STILL_MEANT = timedelta(minutes=15)
"""How long after the question a text is taken for the message without asking again."""


def is_idle(dialog: Dialog) -> bool:
    """Whether nothing is asked of the person, but perhaps whether to pass on what they wrote."""
    return not dialog.flow or (dialog.flow, dialog.step) == (FLOW, OFFERED)


async def work(context: Context, action: WriteToCampaign) -> Screen:
    """The button: ask for the message; or the answer to whether to pass it on."""
    petition = context.petition(action.petition_id)
    if action.do in ("ask", "back"):
        return await _ask(context, petition)
    if context.dialog.flow != FLOW or action.serial != context.dialog.serial:
        raise Stale
    if action.do == "no":
        context.leave(forget=FLOW)
        return Screen(Text("inbox/kept_back"), [[_home(petition)]])
    words = _joined(_kept(context).get("parts", {}))
    return await _send(context, petition, words) if words else await _ask(context, petition)


async def typed(context: Context, written: str) -> Screen | None:
    """A text that is certainly for the campaign; None for any other."""
    message = context.event.new_message
    back = replies.action_under(message, WriteToCampaign)
    if back is not None and back.do == "back":
        petition = context.find_petition(back.petition_id)
        if petition is not None:
            context.taken_by = FLOW  # so that an edit of it changes no answer of a form
            asked = (context.dialog.flow, context.dialog.step) == (FLOW, ASKED)
            return await _send(context, petition, written, aside=not asked)
    if context.dialog.flow != FLOW or context.dialog.step != ASKED:
        return None
    kept, petition = _kept(context), context.in_hand(context.dialog.campaign_id)
    act = context.services.renderer.act(written)
    if act and act not in SAID_TO_PEOPLE:
        context.leave(forget=FLOW)
        return await acts.do(context, act)
    asked_at = datetime.fromisoformat(kept["put_at"]) if "put_at" in kept else None
    if asked_at is None or abs(context.now - asked_at) > STILL_MEANT:
        return None
    return await _send(context, petition, written)


async def offer(
    context: Context,
    petition: Petition,
    written: str,
    text: Text,
    more: Rows = (),
    *,
    above: Text | None = None,
) -> Screen:
    """Ask once whether to pass on what the person has written, and whatever else they have written
    since they were asked.

    Args:
        text: says what else it might be about.
        more: buttons that lead there.
        above: said before it.
    """
    if context.dialog.flow not in ("", FLOW):  # nothing else may be lost for that
        write = [[Button("write_to_us", WriteToCampaign(petition.id, "ask"))]]
        return Screen(_counted(text, 0), [*write, *more], above=above)
    kept = _kept(context) if context.dialog.campaign_id == petition.id else {}
    mine = {_message_id(context): written.strip()}
    parts = {**kept.get("parts", {}), **mine}
    if telegram_length(_joined(parts)) > inbox.LONGEST:
        parts = mine
    return _offered(context, petition, parts, text, more, above=above)


def _offered(
    context: Context,
    petition: Petition,
    parts: Mapping[str, str],
    text: Text,
    more: Rows = (),
    *,
    above: Text | None = None,
) -> Screen:
    context.dialog = replace(  # of the same serial: it makes no button old
        context.dialog,
        campaign_id=petition.id,
        flow=FLOW,
        step=OFFERED,
        answers={**context.dialog.answers, FLOW: {"parts": parts}},
    )
    serial = context.dialog.serial
    return Screen(
        _counted(text, len(parts)),
        [
            [
                Button("pass_on", WriteToCampaign(petition.id, "send", serial)),
                Button("pass_on_no", WriteToCampaign(petition.id, "no", serial)),
            ],
            *more,
        ],
        above=above,
        fresh=True,
    )


async def present(context: Context) -> Screen:
    """Where the person is."""
    petition = context.in_hand(context.dialog.campaign_id)
    if context.dialog.step == ASKED:
        return await _ask(context, petition)
    kept = _kept(context)
    if not kept.get("parts"):
        return await _ask(context, petition)
    text = Text("unexpected/idle_text", {"campaign": await context.view(petition)})
    return _offered(context, petition, kept["parts"], text, await onward(context, petition))


async def other_kind(context: Context, note: Text) -> Screen | None:
    """A picture, a sticker and so on, with what is said under it; None if there is nothing."""
    message = context.event.message
    caption = message.caption if message else ""
    if caption.strip():
        petition = context.in_hand(context.dialog.campaign_id)
        if context.dialog.step == ASKED and telegram_length(caption) <= inbox.LONGEST:
            return replace(await _send(context, petition, caption), above=Text("inbox/words_only"))
    if context.dialog.step == ASKED:
        return replace(await present(context), above=note, fresh=True)
    return None


async def edited(context: Context, _: Heard) -> Screen:
    """An edit of what is not passed on yet: it changes, too."""
    message = context.event.edited_message
    kept = _kept(context)
    mine = _message_id(context)
    written = (message.text or message.caption).strip() if message else ""
    if mine not in kept.get("parts", {}) or not written:
        raise NotEditable
    parts = {**kept["parts"], mine: written}
    if telegram_length(_joined(parts)) > inbox.LONGEST:
        raise NotEditable
    petition = context.in_hand(context.dialog.campaign_id)
    text = Text("unexpected/idle_text", {"campaign": await context.view(petition)})
    return _offered(context, petition, parts, text, await onward(context, petition))


async def put_aside(context: Context) -> Screen:
    """/cancel: nothing is passed on."""
    context.leave(forget=FLOW)
    return await home(context)


async def onward(context: Context, petition: Petition) -> Rows:
    """Sign, or see one's signature; and all questions."""
    signed = await signatures.of(context.db, petition.id, context.supporter.id)
    can_sign = petition.is_open and (signed is None or signed.status == "withdrawn")
    sign = [[Button("sign", Sign(petition.id))]] if can_sign else []
    return [*sign, [Button("questions", Page("questions", petition.id)), _home(petition)]]


async def answered(reader: Reader) -> Screen:
    """The campaign's answer, for the person who has written."""
    petition = reader.petition
    message = await kept_inbox.message(reader.db, reader.subject_id)
    if message is None or message.supporter_id != reader.supporter_id:
        raise Gone
    variables = {"campaign": petition.view(reader.language), "answer": message.words}
    back = Button("write_back", WriteToCampaign(petition.id, "back"))
    return Screen(Text("inbox/answer", variables), [[back]])


async def _ask(context: Context, petition: Petition) -> Screen:
    if await blocks.is_blocked(context.db, context.supporter.id, petition.id):
        return await _blocked(context, petition)
    context.go_to(petition.id, FLOW, ASKED, {"put_at": context.now.isoformat()})
    serial = context.dialog.serial
    variables = {
        "campaign": await context.view(petition),
        "days": context.services.inbox_days,
        "name": inbox.first_of(context.supporter.first_name),
    }
    return Screen(
        Text("inbox/ask", variables),
        [[Button("cancel", WriteToCampaign(petition.id, "no", serial))]],
        fresh=True,
    )


async def _send(
    context: Context, petition: Petition, written: str, *, aside: bool = False
) -> Screen:
    """Pass on what was written.

    Args:
        aside: whether the person may be in the middle of something else, which stays as it is.
    """
    aside = aside and context.dialog.flow != ""
    view = await context.view(petition)
    try:
        words = inbox.words_of(written)
        key = context.services.identity_key
        await inbox.write(context.db, petition, context.supporter, words, key=key, now=context.now)
    except FieldProblem as problem:
        return Screen(inbox_problems.text_of(problem), fresh=True)
    except Blocked:
        return await _blocked(context, petition)
    except inbox.TooManyMessages as many:
        minutes = max(1, -(-int(many.wait.total_seconds()) // 60))
        variables = {"campaign": view, "minutes": minutes, "kept": not aside}
        text = Text("inbox/too_many", variables)
        if aside:
            return Screen(text, fresh=True)
        parts = _kept(context).get("parts") or {_message_id(context): words}
        return _offered(context, petition, parts, text)
    context.notified = True
    if context.dialog.flow == FLOW and not aside:
        context.leave(forget=FLOW)
    variables = {"campaign": view, "days": context.services.inbox_days}
    more = Button("write_more", WriteToCampaign(petition.id, "ask"))
    return Screen(Text("inbox/sent", variables), [[more, _home(petition)]])


async def _blocked(context: Context, petition: Petition) -> Screen:
    if context.dialog.flow == FLOW:
        context.leave(forget=FLOW)
    view = await context.view(petition)
    return Screen(Text("inbox/blocked", {"campaign": view}), [[_home(petition)]], fresh=True)


def _counted(text: Text, messages: int) -> Text:
    return Text(text.template, {**text.variables, "messages": messages})


def _kept(context: Context) -> Mapping[str, Any]:
    found = context.dialog.answers.get(FLOW)
    return found if isinstance(found, dict) and context.dialog.flow == FLOW else {}


def _joined(parts: Mapping[str, str]) -> str:
    return "\n\n".join(parts.values())


def _message_id(context: Context) -> str:
    message = context.event.message
    return str(message.id) if message else ""


def _home(petition: Petition) -> Button:
    return Button("home", Page("home", petition.id))


ROUTES = Routes(actions={WriteToCampaign: work})
