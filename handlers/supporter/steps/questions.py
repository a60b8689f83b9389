"""Every tap and every text of a person who is in the middle of a step."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from campaign.errors import NotSigned
from campaign.fields import FieldProblem
from campaign.letters import NoLetter
from campaign.petition import Petition
from handlers.screen import Screen, Text
from handlers.supporter.start import campaign_page, front_door
from handlers.supporter.steps import comment, dialog, letter, offers
from handlers.visit import Visit

Act = Callable[[Visit, Petition], Awaitable[Screen]]


async def tapped(visit: Visit) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    serial, act = int(visit.args[0]), visit.args[1]
    petition = dialog.current(visit)
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
    petition, takes = dialog.current(visit), TEXTS.get(visit.dialog.step)
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
    petition = dialog.current(visit)
    shows = PRESENT.get(visit.dialog.step)
    if petition is None or shows is None:
        visit.leave()
        return await front_door(visit)
    return await _for_signers(visit, petition, shows)


async def in_new_language(visit: Visit) -> Screen:
    """The question once more, after a change of language; a permission in the new words."""
    petition = dialog.current(visit)
    if petition is None or visit.dialog.step != dialog.QUOTE:
        return await present(visit)
    return await comment.ask_permission(visit, petition, dialog.kept(visit)["words"])


async def later(visit: Visit, petition: Petition) -> Screen:
    """Not now; what was given in the step is forgotten, and it is not offered again by itself."""
    visit.args = (str(petition.id), STEP_OF[visit.dialog.step], "skip")
    visit.leave()
    return await offers.answered(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: out of the step; what was given in it is forgotten."""
    petition = dialog.current(visit)
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
    dialog.LETTER_WORDS: letter.ask,
    dialog.LETTER: letter.show,
    dialog.COMMENT_WORDS: comment.ask,
    dialog.QUOTE: comment.show_permission,
}
TEXTS: dict[str, Callable[[Visit, Petition, str], Awaitable[Screen]]] = {
    dialog.LETTER_WORDS: letter.words,
    dialog.COMMENT_WORDS: comment.words,
}
STEP_OF = {
    dialog.LETTER_WORDS: "letter",
    dialog.LETTER: "letter",
    dialog.COMMENT_WORDS: "comment",
    dialog.QUOTE: "comment",
}
TAPS: dict[tuple[str, str], Act] = {
    **{(place, "later"): later for place in PRESENT},
    (dialog.LETTER_WORDS, "without"): letter.without,
    (dialog.LETTER, "sent"): letter.sent,
    (dialog.LETTER, "again"): letter.begin,
    (dialog.QUOTE, "again"): comment.again,
    **{
        (dialog.QUOTE, permission): partial(comment.permitted, permission=permission)
        for permission in comment.PERMISSIONS
    },
}
