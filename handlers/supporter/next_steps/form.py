"""Every tap and every text of a person who is in the middle of a step."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from campaign.errors import NotSigned
from campaign.fields import FieldProblem
from campaign.petition import Petition
from campaign.target_letter import NoLetter
from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.supporter.home import campaign_page, front_door
from handlers.supporter.next_steps import comment, letter, offers, state

Act = Callable[[Visit, Petition], Awaitable[Screen]]


async def tapped(visit: Visit) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    serial, act = int(visit.args[0]), visit.args[1]
    petition = state.current(visit)
    if serial == visit.dialog.serial - 1:
        return Screen(toast="toast/done_already")
    if petition is None:
        return replace(await front_door(visit), toast="toast/stale", fresh=True)
    chosen = TAPS.get((visit.dialog.step, act))
    if serial != visit.dialog.serial or chosen is None:
        return replace(await present(visit), toast="toast/stale", fresh=True)
    return await _for_signers(visit, petition, chosen)


async def typed(visit: Visit) -> Screen:
    """A text: the words that were asked for; or a word that a tap is."""
    message = visit.update.effective_message
    text = (message.text if message else None) or ""
    petition, takes = state.current(visit), TEXTS.get(visit.dialog.step)
    if petition is None:
        return await front_door(visit)
    if takes is None:
        return await again(visit, Text("steps/tap"))

    async def taken(visit: Visit, petition: Petition) -> Screen:
        return replace(await takes(visit, petition, text), fresh=True)

    try:
        return await _for_signers(visit, petition, taken)
    except FieldProblem as problem:
        variables = {} if problem.limit is None else {"limit": problem.limit}
        return await again(visit, Text(f"sign/problem_{problem.field}_{problem.reason}", variables))


async def again(visit: Visit, note: Text) -> Screen:
    """The same question once more, with a word of why."""
    return replace(await present(visit), above=note, fresh=True)


async def present(visit: Visit) -> Screen:
    """The question that is open."""
    petition = state.current(visit)
    shows = PRESENT.get(visit.dialog.step)
    if petition is None or shows is None:
        visit.leave()
        return await front_door(visit)
    return await _for_signers(visit, petition, shows)


async def in_new_language(visit: Visit) -> Screen:
    """The question once more, after a change of language; a permission in the new words."""
    petition = state.current(visit)
    if petition is None or visit.dialog.step != state.QUOTE:
        return await present(visit)
    return await comment.ask_permission(visit, petition, state.kept(visit)["words"])


async def later(visit: Visit, petition: Petition) -> Screen:
    """Not now; what was given in the step is forgotten, and it is not offered again by itself."""
    visit.args = (str(petition.id), STEP_OF[visit.dialog.step], "skip")
    visit.leave()
    return await offers.answered(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: out of the step; what was given in it is forgotten."""
    petition = state.current(visit)
    visit.leave()
    if petition is None:
        return await front_door(visit)
    return await campaign_page(visit, petition, fresh=True)


async def _for_signers(visit: Visit, petition: Petition, act: Act) -> Screen:
    """Do it, if the person has (still) signed, and there is (still) such a step."""
    try:
        return await act(visit, petition)
    except (NotSigned, NoLetter):
        visit.leave()
        return await campaign_page(visit, petition, fresh=True)


PRESENT: dict[str, Act] = {
    state.LETTER_WORDS: letter.ask,
    state.LETTER: letter.show,
    state.COMMENT_WORDS: comment.ask,
    state.QUOTE: comment.show_permission,
}
TEXTS: dict[str, Callable[[Visit, Petition, str], Awaitable[Screen]]] = {
    state.LETTER_WORDS: letter.words,
    state.COMMENT_WORDS: comment.words,
}
STEP_OF = {
    state.LETTER_WORDS: "letter",
    state.LETTER: "letter",
    state.COMMENT_WORDS: "comment",
    state.QUOTE: "comment",
}
TAPS: dict[tuple[str, str], Act] = {
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
