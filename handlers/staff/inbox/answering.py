"""Answer a person who has written: by the button, or by a reply to what they wrote."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from campaign import inbox
from campaign.fields.problem import FieldProblem
from handlers import inbox_problems, replies
from handlers.actions import Action
from handlers.context import Context, Left, NotAllowed, Stale
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.inbox import conversations
from handlers.staff.inbox.buttons import OpenConversation, Work
from handlers.staff.inbox.seen_mail import NO_MAIL, SeenMail
from handlers.staff.permissions import petition_as
from handlers.supporter.fallback import kind_of
from handlers.supporter.home import home
from storage import inbox as kept_inbox
from storage import staff

FLOW = "inbox"
ASKED, HELD = "asked", "held"
"""Whether an answer is to be written, or one that is written has not been sent."""


async def work(context: Context, action: Work) -> Screen:
    """A button under a conversation."""
    try:
        conversation, petition = await conversations.theirs(context, action.conversation_id)
        match action.do:
            case "answer":
                return await _ask(context, action.conversation_id, action.seen)
            case "add":
                return await _add(context, action)
            case "drop":
                _forget(context)
                if not is_private(context):
                    return Screen(Text("inbox/dropped"))
                return await conversations.screen(context, petition, conversation)
            case "close":
                return await _close(context, action)
        await petition_as(context, petition.id, "owner")
        if action.do == "block_ask":
            return await _ask_to_block(context, action)
        await inbox.set_blocked(
            context.db,
            action.conversation_id,
            blocked=action.do == "block",
            by=context.supporter.telegram_id,
            now=context.now,
        )
        return await _shown(context, action.conversation_id)
    except inbox.ConversationGone:
        return gone(context)


async def replied(context: Context, written: str) -> Screen | None:
    """A text that replies to what somebody wrote, as an answer; None for any other."""
    about = replied_to(context)
    if about is None:
        return None
    context.taken_by = FLOW  # so that an edit of it changes nothing else
    try:
        await conversations.theirs(context, about.conversation_id)
        return await answer(context, about.conversation_id, about.seen, written)
    except inbox.ConversationGone:
        return gone(context)
    except NotAllowed:
        return None


async def replied_otherwise(context: Context) -> Screen | None:
    """A picture and so on in reply to what somebody wrote; None for any other."""
    message = context.event.message
    if replied_to(context) is None:
        return None
    caption = message.caption if message else ""
    if not caption.strip():
        return Screen(Text(f"unexpected/{kind_of(context.event)}"), fresh=True)
    screen = await replied(context, caption)
    return screen and replace(screen, above=Text("inbox/words_only"))


def replied_to(context: Context) -> Work | None:
    """The conversation that a message is a reply about, and how much of it is seen."""
    return replies.action_under(context.event.new_message, Work)


async def written(context: Context) -> Screen:
    """A text after the button: the answer."""
    message = context.event.message
    kept = _kept(context)
    if context.dialog.step != ASKED:
        return replace(await present(context), above=Text("inbox/tap"), fresh=True)
    return await _written(context, kept, (message.text if message else None) or "")


async def other_kind(context: Context) -> Screen:
    """A picture and so on where an answer was asked for; what is said under it is taken."""
    message = context.event.message
    caption = message.caption.strip() if message else ""
    if caption and context.dialog.step == ASKED:
        screen = await _written(context, _kept(context), caption)
        return replace(screen, above=Text("inbox/words_only"))
    note = Text(f"unexpected/{kind_of(context.event)}")
    return replace(await present(context), above=note, fresh=True)


async def present(context: Context) -> Screen:
    """Where the member of the staff is.

    Raises:
        Left: nowhere, or they may answer no longer.
    """
    kept = _kept(context)
    try:
        if context.dialog.step == ASKED:
            return await _ask(context, kept["conversation"], kept["seen"])
        conversation, _ = await conversations.theirs(context, kept["conversation"])
        last = await kept_inbox.newest(context.db, conversation.id, by_staff=True)
        if last is None:
            return await _ask(context, kept["conversation"], kept["seen"])
        already = inbox.AnsweredMeanwhile(conversation, last)
        return await _already(context, already, kept["words"])
    except inbox.ConversationGone:
        return gone(context)
    except NotAllowed:
        raise Left from None


async def put_aside(context: Context) -> Screen:
    """/cancel: nothing is sent."""
    _forget(context)
    return await home(context)


async def answer(context: Context, conversation_id: int, seen: int, text: str) -> Screen:
    """Send an answer, or say who has answered already, with the way to send it all the same.

    Raises:
        inbox.ConversationGone: there is nobody to answer.
    """
    if _is_forwarded(context):
        return Screen(Text("inbox/forwarded"), fresh=True)
    try:
        words = inbox.words_of(text, inbox.LONGEST_ANSWER)
        await inbox.answer(
            context.db,
            conversation_id,
            words,
            by=context.supporter.telegram_id,
            seen=seen,
            now=context.now,
        )
    except FieldProblem as problem:
        return Screen(inbox_problems.text_of(problem), fresh=True)
    except inbox.AnsweredMeanwhile as already:
        return await _already(context, already, words)
    context.notified = True
    _forget(context)
    return await _shown(context, conversation_id, above="inbox/answered")


async def _already(context: Context, already: inbox.AnsweredMeanwhile, words: str) -> Screen:
    conversation, theirs = already.conversation, already.answer
    kept = {"conversation": conversation.id, "seen": theirs.id, "words": words}
    if is_private(context):
        context.go_to(conversation.campaign_id, FLOW, HELD, kept)
    else:
        answers = {**context.dialog.answers, FLOW: kept}
        context.dialog = replace(context.dialog, answers=answers)
    colleagues = {one.telegram_id: one.first_name for one in await staff.all(context.db)}
    variables = {
        "name": inbox.first_of(conversation.first_name),
        "who": colleagues.get(theirs.answered_by or 0),
        "mine": theirs.answered_by == context.supporter.telegram_id,
        "theirs": theirs.words,
        "words": words,
    }
    return Screen(
        Text("inbox/already", variables),
        [
            [Button("inbox_add", Work(conversation.id, theirs.id, "add"))],
            [Button("inbox_drop", Work(conversation.id, theirs.id, "drop"))],
        ],
        fresh=True,
    )


async def _add(context: Context, action: Work) -> Screen:
    """Send what has been held back, if it is still there."""
    kept = context.dialog.answers.get(FLOW)
    if not isinstance(kept, dict) or kept.get("conversation") != action.conversation_id:
        raise Stale
    if not kept.get("words"):
        raise Stale
    return await answer(context, action.conversation_id, action.seen, kept["words"])


async def _written(context: Context, kept: Mapping[str, Any], text: str) -> Screen:
    try:
        await conversations.theirs(context, kept["conversation"])
        return await answer(context, kept["conversation"], kept["seen"], text)
    except inbox.ConversationGone:
        return gone(context)
    except NotAllowed:
        raise Left from None


async def _ask(context: Context, conversation_id: int, seen: int) -> Screen:
    conversation, petition = await conversations.theirs(context, conversation_id)
    kept = {"conversation": conversation.id, "seen": seen}
    context.go_to(petition.id, FLOW, ASKED, kept)
    asked = await kept_inbox.newest(context.db, conversation.id, by_staff=False)
    variables = {
        "name": inbox.first_of(conversation.first_name),
        "words": asked.words if asked else "",
        "mail": SeenMail.of(asked) if asked else NO_MAIL,
        "limit": inbox.LONGEST_ANSWER,
    }
    cancel = Button("cancel", Work(conversation.id, seen, "drop"))
    return Screen(Text("inbox/ask_answer", variables), [[cancel]])


async def _close(context: Context, action: Work) -> Screen:
    me = context.supporter.telegram_id
    done = await inbox.close(
        context.db, action.conversation_id, by=me, seen=action.seen, now=context.now
    )
    screen = await _shown(context, action.conversation_id)
    return replace(screen, toast="toast/inbox_closed" if done else "toast/stale")


async def _ask_to_block(context: Context, action: Work) -> Screen:
    conversation, _ = await conversations.theirs(context, action.conversation_id)
    variables = {"name": inbox.first_of(conversation.first_name)}
    block = Work(conversation.id, action.seen, "block")
    back: Action = OpenConversation(conversation.id)
    return Screen(
        Text("inbox/block", variables),
        [[Button("inbox_block_yes", block)], [Button("back", back)]],
    )


async def _shown(context: Context, conversation_id: int, *, above: str = "") -> Screen:
    conversation, petition = await conversations.theirs(context, conversation_id)
    name = inbox.first_of(conversation.first_name)
    note = Text(above, {"name": name}) if above else None
    if not is_private(context):
        return Screen(note) if note else Screen()
    return await conversations.screen(context, petition, conversation, above=note)


def gone(context: Context) -> Screen:
    """The conversation is not there any more; what was written to nobody is not kept."""
    _forget(context)
    days = context.services.inbox_days
    return Screen(Text("inbox/gone", {"days": days}), fresh=True)


def is_private(context: Context) -> bool:
    """Whether it happens in the chat with the bot, not in a group."""
    return context.event.group is None


def _is_forwarded(context: Context) -> bool:
    message = context.event.new_message
    return message is not None and message.is_forwarded


def _forget(context: Context) -> None:
    if context.dialog.flow == FLOW:
        context.leave(forget=FLOW)
    answers = {key: kept for key, kept in context.dialog.answers.items() if key != FLOW}
    context.dialog = replace(context.dialog, answers=answers)


def _kept(context: Context) -> Mapping[str, Any]:
    """What is kept of the answer.

    Raises:
        Left: nothing is.
    """
    kept = context.dialog.answers.get(FLOW)
    if not isinstance(kept, dict) or "conversation" not in kept:
        raise Left
    return kept


ROUTES = Routes(actions={Work: work})
