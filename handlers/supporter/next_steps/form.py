"""Every tap and every text of a person who is in the middle of a step."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from campaign.errors import NotSigned
from campaign.fields import FieldProblem
from campaign.petition import Petition
from campaign.target_letter import NoLetter
from handlers.context import Context, NotEditable, Stale
from handlers.heard import Heard
from handlers.routes import Routes
from handlers.screens import Screen, Text
from handlers.supporter.home import home, stale
from handlers.supporter.next_steps import comment, letter, offers, state
from handlers.supporter.petition_page import petition_page

Handler = Callable[[Context, Petition], Awaitable[Screen]]
Taker = Callable[[Context, Petition, str], Awaitable[Screen]]


async def answer(context: Context, action: state.Answer) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    if action.serial == context.dialog.serial - 1:
        return Screen(toast="toast/done_already")
    if not state.is_open(context):
        return await stale(context)
    petition = context.petition(context.dialog.campaign_id)
    chosen = TAPS.get((context.dialog.step, action.name))
    if action.serial != context.dialog.serial or chosen is None:
        raise Stale
    return await _for_signers(context, petition, chosen)


async def typed(context: Context) -> Screen:
    """A text: the words that were asked for; or a word that a tap is."""
    message = context.event.message
    text = (message.text if message else None) or ""
    petition = context.petition(context.dialog.campaign_id)
    takes = TEXTS.get(context.dialog.step)
    if takes is None:
        return await again(context, Text("next_steps/tap"))
    act, kept = context.services.renderer.act(text), state.kept(context)
    if act is not None and kept.get("word") != text:
        state.go_to(context, petition, context.dialog.step, **{**kept, "word": text})
        return await again(context, Text("next_steps/word", {"command": act}))

    return await _taken(context, petition, takes, text)


async def edited(context: Context, known: Heard) -> Screen:
    """An edit of the words: they change, as long as they are looked at."""
    message, takes = context.event.edited_message, TEXTS.get(known.step)
    if not state.is_open(context) or message is None or takes is None:
        raise NotEditable
    petition, here = context.in_hand(context.dialog.campaign_id), context.dialog.step
    if known.about != petition.id or here == known.step:
        raise NotEditable
    if STEP_OF.get(here) != STEP_OF.get(known.step):
        raise NotEditable
    return await _taken(context, petition, takes, message.text or "")


async def _taken(context: Context, petition: Petition, takes: Taker, text: str) -> Screen:
    async def take(context: Context, petition: Petition) -> Screen:
        return replace(await takes(context, petition, text), fresh=True)

    try:
        return await _for_signers(context, petition, take)
    except FieldProblem as problem:
        variables = {} if problem.limit is None else {"limit": problem.limit}
        return await again(
            context, Text(f"sign/problem_{problem.field}_{problem.reason}", variables)
        )


async def again(context: Context, note: Text) -> Screen:
    """The same question once more, with a word of why."""
    return replace(await present(context), above=note, fresh=True)


async def present(context: Context) -> Screen:
    """The question that is open."""
    petition = state.current(context)
    shows = PRESENT.get(context.dialog.step)
    if petition and shows:
        return await _for_signers(context, petition, shows)
    context.leave()
    return await home(context)


async def in_new_language(context: Context) -> Screen:
    """The question once more, after a change of language; a permission in the new words."""
    petition = state.current(context)
    if petition and context.dialog.step == state.QUOTE:
        return await comment.ask_permission(context, petition, state.kept(context)["words"])
    return await present(context)


async def later(context: Context, petition: Petition) -> Screen:
    """Not now; what was given in the step is forgotten, and it is not offered again by itself."""
    step = STEP_OF[context.dialog.step]
    context.leave()
    return await offers.put_off(context, petition, step)


async def cancel(context: Context) -> Screen:
    """/cancel: out of the step; what was given in it is forgotten."""
    petition = state.current(context)
    context.leave()
    return await (petition_page(context, petition, fresh=True) if petition else home(context))


async def _for_signers(context: Context, petition: Petition, act: Handler) -> Screen:
    """Do it, if the person has (still) signed, and there is (still) such a step."""
    try:
        return await act(context, petition)
    except (NotSigned, NoLetter):
        context.leave()
        return await petition_page(context, petition, fresh=True)


PRESENT: dict[str, Handler] = {
    state.LETTER_WORDS: letter.ask,
    state.LETTER: letter.show,
    state.COMMENT_WORDS: comment.ask,
    state.QUOTE: comment.show_permission,
}
TEXTS: dict[str, Taker] = {
    state.LETTER_WORDS: letter.words,
    state.COMMENT_WORDS: comment.words,
}
STEP_OF = {
    state.LETTER_WORDS: "letter",
    state.LETTER: "letter",
    state.COMMENT_WORDS: "comment",
    state.QUOTE: "comment",
}
TAPS: dict[tuple[str, str], Handler] = {
    **{(place, "later"): later for place in PRESENT},
    (state.LETTER_WORDS, "without"): letter.without,
    (state.LETTER, "sent"): letter.sent,
    (state.LETTER, "again"): letter.begin,
    (state.QUOTE, "again"): comment.again,
    **{
        (state.QUOTE, permission): partial(comment.permitted, permission=permission)
        for permission in comment.PERMISSIONS
    },
}


ROUTES = Routes(actions={state.Answer: answer})
