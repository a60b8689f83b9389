"""/quarantine: signatures that are in doubt are found by a rule, held back, and let count again.
For owners. Nothing is held before the number and a sample have been seen and a second yes said."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from campaign.invalidation import apply, rules
from campaign.invalidation.apply import Moved
from campaign.invalidation.link_names import named_link
from campaign.invalidation.rules import Everybody, NotARule, RuleError
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Notice, Screen, Text
from handlers.staff.commands import command_as, to_other_owners
from handlers.staff.permissions import may_own
from handlers.supporter.home import front_door
from storage import invalidations
from storage.invalidation_search import MOST_COUNTED, Rule
from storage.invalidations import Invalidation

REASONS = ("double", "automatic", "made_up", "other")
LATEST = 8
_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@command_as("owner")
async def command(visit: Visit, petition: Petition, words: tuple[str, ...]) -> Screen:
    """/quarantine, alone or with a rule: what it would do, before anything is done."""
    if not words:
        return await home(visit, petition)
    try:
        rule = await apply.understand(visit.db, petition, rules.read(" ".join(words)), visit.now)
    except RuleError as refused:
        return Screen(Text("staff/quarantine_refused", _why(refused)))
    return await begin(visit, petition, rule)


async def tapped(visit: Visit) -> Screen:
    """A button of /quarantine; one that has reached somebody else opens the front door."""
    name, number, argument = visit.args[0], int(visit.args[1]), visit.args[2]
    if name in BEGINNINGS:
        petition = visit.petition(number)
        if petition is None or not await may_own(visit, petition):
            return await front_door(visit)
        return await BEGINNINGS[name](visit, petition, argument)
    made = await invalidations.of(visit.db, number)
    petition = visit.petition(made.campaign_id) if made else None
    if made is None or petition is None or name not in ACTS or not await may_own(visit, petition):
        return await front_door(visit)
    try:
        return await ACTS[name](visit, petition, made, argument)
    except Moved:
        now = await invalidations.of(visit.db, number)
        return replace(await _show(visit, petition, now or made, ""), toast="toast/done_already")


async def home(visit: Visit, petition: Petition, _: str = "") -> Screen:
    """How to find signatures, and what has been held back before."""
    acts = await invalidations.latest(visit.db, petition.id, LATEST)
    rows: list[list[Button]] = [
        [Button(f"quarantine_{span}", f"quar:last:{petition.id}:{span}") for span in _SPANS],
        [Button("quarantine_doubles", f"quar:doubles:{petition.id}")],
    ]
    rows += [[_of_act(one)] for one in acts]
    variables = {"campaign": petition.view(visit.language), "count": len(acts)}
    return Screen(Text("staff/quarantine", variables), rows)


async def begin(visit: Visit, petition: Petition, rule: Rule) -> Screen:
    """A dry run of a rule."""
    me = visit.supporter.telegram_id
    made = await apply.draft(visit.db, petition, rule, me, now=visit.now)
    return await _show(visit, petition, made, "")


async def ask(visit: Visit, petition: Petition, made: Invalidation, reason: str) -> Screen:
    """Really? With the number that it is about now."""
    if made.state != "draft":
        raise Moved
    if reason not in REASONS:
        return await _show(visit, petition, made, "")
    run = await apply.look(visit.db, made)
    variables = {"campaign": petition.view(visit.language), "reason": reason, **_counted(run)}
    return Screen(
        Text("staff/quarantine_ask", variables),
        [
            [Button("quarantine_yes", f"quar:yes:{made.id}:{reason}", variables=variables)],
            [Button("back", f"quar:show:{made.id}")],
        ],
    )


async def _last(visit: Visit, petition: Petition, span: str) -> Screen:
    if span not in _SPANS:
        return await home(visit, petition)
    return await begin(visit, petition, Rule(since=visit.now - _SPANS[span]))


async def _doubles(visit: Visit, petition: Petition, _: str) -> Screen:
    return await begin(visit, petition, Rule(lookalike=True))


async def _show(visit: Visit, petition: Petition, made: Invalidation, _: str) -> Screen:
    if made.state != "draft":
        return await _act(visit, petition, made)
    run = await apply.look(visit.db, made)
    variables = {
        "campaign": petition.view(visit.language),
        **_counted(run),
        "sample": run.sample,
        "rule": await _said(visit, run.rule),
        "zone": petition.definition.timezone,
    }
    reasons = [Button(f"because_{reason}", f"quar:ask:{made.id}:{reason}") for reason in REASONS]
    if not await may_own(visit, petition):  # an editor looks at a burst
        return Screen(Text("staff/quarantine_try", variables))
    rows: list[list[Button]] = [reasons[:2], reasons[2:]] if run.count else []
    if run.rule.number is not None:
        rows.append([Button("block", f"block:{petition.id}:{run.rule.number}:ask")])
    rows.append([Button("quarantine_not", f"quar:throw:{made.id}")])
    return Screen(Text("staff/quarantine_try", variables), rows)


async def _act(visit: Visit, petition: Petition, made: Invalidation) -> Screen:
    variables = {
        "campaign": petition.view(visit.language),
        "state": made.state,
        "reason": made.reason,
        "count": made.held,
        "at": made.undone_at or made.made_at,
        "rule": await _said(visit, rules.from_dict(made.rule)),
        "zone": petition.definition.timezone,
    }
    undo = made.state in ("applying", "applied")
    rows = [[Button("quarantine_undo", f"quar:undo:{made.id}")]] if undo else []
    return Screen(
        Text("staff/quarantine_act", variables),
        [*rows, [Button("back", f"quar:home:{petition.id}")]],
    )


async def _yes(visit: Visit, petition: Petition, made: Invalidation, reason: str) -> Screen:
    if reason not in REASONS:
        return await _show(visit, petition, made, "")
    me = visit.supporter
    count = (await apply.look(visit.db, made)).count
    await apply.apply(visit.db, made, reason, me.telegram_id, now=visit.now)
    visit.after_commit = visit.house.held_back.set
    begun = await invalidations.of(visit.db, made.id)
    return replace(
        await _act(visit, petition, begun or made),
        notices=await _news(visit, petition, made, "held", count),
    )


async def _undo(visit: Visit, petition: Petition, made: Invalidation, step: str) -> Screen:
    if step != "yes":
        variables = {"campaign": petition.view(visit.language), "count": made.held}
        return Screen(
            Text("staff/quarantine_undo", variables),
            [
                [Button("quarantine_undo_yes", f"quar:undo:{made.id}:yes")],
                [Button("back", f"quar:show:{made.id}")],
            ],
        )
    await apply.undo(visit.db, made, visit.supporter.telegram_id, now=visit.now)
    visit.after_commit = visit.house.held_back.set
    begun = await invalidations.of(visit.db, made.id)
    return replace(
        await _act(visit, petition, begun or made),
        notices=await _news(visit, petition, made, "restored", made.held),
    )


async def _throw(visit: Visit, petition: Petition, made: Invalidation, _: str) -> Screen:
    await apply.throw_away(visit.db, made, visit.supporter.telegram_id, visit.now)
    return replace(await home(visit, petition), toast="toast/nothing_held")


Beginning = Callable[[Visit, Petition, str], Awaitable[Screen]]
BEGINNINGS: dict[str, Beginning] = {"home": home, "last": _last, "doubles": _doubles}
ACTS: dict[str, Callable[[Visit, Petition, Invalidation, str], Awaitable[Screen]]] = {
    "show": _show,
    "ask": ask,
    "yes": _yes,
    "undo": _undo,
    "throw": _throw,
}


async def _news(
    visit: Visit, petition: Petition, made: Invalidation, what: str, count: int
) -> list[Notice]:
    """What the other owners are told at once."""
    me = visit.supporter
    said = {"what": what, "name": me.first_name or str(me.telegram_id), "count": count}
    look = [[Button("look_at_it", f"quar:show:{made.id}")]]
    return await to_other_owners(visit, petition, "staff/quarantine_news", said, look)


async def _said(visit: Visit, rule: Rule) -> dict[str, object]:
    """A rule as templates read it: links by what people call them."""
    moments: dict[str, datetime | None] = {
        name: getattr(rule, name) for name in ("since", "until", "seen_since", "seen_until")
    }
    return {
        **moments,
        "link": await named_link(visit.db, rule.by),
        "below": await named_link(visit.db, rule.below),
        "postcode": rule.postcode,
        "pattern": rule.name or rule.stem,
        "lookalike": rule.lookalike,
        "number": rule.number,
    }


def _counted(run: apply.DryRun) -> dict[str, object]:
    return {"count": min(run.count, MOST_COUNTED), "more": run.count > MOST_COUNTED}


def _of_act(made: Invalidation) -> Button:
    variables = {"state": made.state, "count": made.held, "on": made.made_at.date()}
    return Button("quarantine_act", f"quar:show:{made.id}", variables=variables)


def _why(refused: RuleError) -> dict[str, object]:
    if isinstance(refused, NotARule):
        return {"reason": "word", "word": refused.word}
    return {"reason": "everybody" if isinstance(refused, Everybody) else "link", "word": ""}
