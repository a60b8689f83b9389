"""Which words bring friends: each share text beside the others, and what editors decide of it."""

from typing import Literal

from campaign.petition import Petition
from campaign.referrals import share_texts
from campaign.referrals.sampler import SETTLES_AFTER
from campaign.referrals.share_texts import Beside
from handlers.actions import Action
from handlers.context import Context
from handlers.screens import Button, Rows
from handlers.staff.permissions import may_edit
from handlers.staff.stats.view import View, Wording, caption, drawing, nothing, wording
from pictures import bars
from pictures.bars import Bar
from pictures.canvas import writable


class Decide(Action, prefix="words"):
    """Give people only this text, stop it, try it again; or try all of them."""

    petition_id: int
    do: Literal["only", "stop", "again", "all"]
    key: str = "-"


async def by_words(context: Context, petition: Petition) -> View:
    """How many of those who were given a text brought a friend."""
    found = await share_texts.side_by_side(context.db, petition, context.language)
    if len(found) < 2:
        return nothing(context, petition, "words")
    words = wording(context.services.renderer, context.language)
    body = caption(
        context,
        petition,
        "words",
        texts=[
            (one.place, one.words, one.tally.sharers, *_of_1000(one), state_of(one))
            for one in found
        ],
        hours=int(SETTLES_AFTER.total_seconds() // 3600),
        edits=await may_edit(context, petition) and petition.is_open,
    )
    has_settled = any(one.standing.rate for one in found)
    return View(
        body,
        drawing(
            bars.bars,
            words.say("stats_words"),
            words.say("chart_brought"),
            [_bar(one, words) for one in found],
        )
        if has_settled
        else None,
        ("text", "given", "settled", "brought"),
        [(one.words, one.tally.sharers, one.tally.settled, one.tally.brought) for one in found],
    )


async def buttons(context: Context, petition: Petition) -> Rows:
    """What an editor may decide of each text."""
    found = await share_texts.side_by_side(context.db, petition, context.language)
    if len(found) < 2 or not petition.is_open or not await may_edit(context, petition):
        return []
    going = [one for one in found if one.choice != "stopped"]
    rows = [_decisions(petition, one, may_stop=len(going) > 1) for one in found]
    if any(one.choice for one in found):
        rows.append([Button("words_all", Decide(petition.id, "all"))])
    return rows


def state_of(one: Beside) -> str:
    """In a word: "only", "stopped", "won", or "" while it is tried."""
    return one.choice or ("won" if one.standing.has_won else "")


def _decisions(petition: Petition, one: Beside, *, may_stop: bool) -> list[Button]:
    place = {"place": one.place}
    if one.choice == "stopped":
        return [Button("words_again", Decide(petition.id, "again", one.key), variables=place)]
    only = Button("words_only", Decide(petition.id, "only", one.key), variables=place)
    stop = Button("words_stop", Decide(petition.id, "stop", one.key), variables=place)
    return [*([only] if one.choice != "only" else []), *([stop] if may_stop else [])]


def _of_1000(one: Beside) -> tuple[int | None, int, int]:
    """Who brought a friend, and the band of it."""
    rate, low, high = one.standing.rate, one.standing.low, one.standing.high
    return None if rate is None else round(1000 * rate), round(1000 * low), round(1000 * high)


def _bar(one: Beside, words: Wording) -> Bar:
    rate, low, high = _of_1000(one)
    return Bar(
        writable(f"{one.place}. {one.words}", str(one.place)),
        rate or 0,
        words.number(rate or 0),
        words.say("chart_band", low=low, high=high),
        stands_out=state_of(one) in ("won", "only"),
    )
