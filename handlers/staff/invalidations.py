"""/invalidate: signatures that are in doubt are found by a rule, held back, and let count again.
For owners. Nothing is held before the number and a sample have been seen and a second yes said."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from campaign.invalidation import apply, rules
from campaign.invalidation.apply import Moved
from campaign.invalidation.link_names import named_link
from campaign.invalidation.rules import Everybody, NotARule, RuleError
from campaign.petition import Petition
from handlers.context import Context
from handlers.notifications import Reader
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import command_as, notify_other_owners
from handlers.staff.permissions import may_own
from handlers.supporter.home import home
from storage import invalidations
from storage.invalidation_search import MOST_COUNTED, Rule
from storage.invalidations import Invalidation

REASONS = ("double", "automatic", "made_up", "other")
LATEST = 8
_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@command_as("owner")
async def command(context: Context, petition: Petition, words: tuple[str, ...]) -> Screen:
    """/invalidate, alone or with a rule: what it would do, before anything is done."""
    if not words:
        return await menu(context, petition)
    try:
        rule = await apply.understand(
            context.db, petition, rules.read(" ".join(words)), context.now
        )
    except RuleError as refused:
        return Screen(Text("staff/quarantine_refused", _why(refused)))
    return await begin(context, petition, rule)


async def tapped(context: Context) -> Screen:
    """A button of /invalidate; one that has reached somebody else opens the front door."""
    name, number, argument = context.args[0], int(context.args[1]), context.args[2]
    if name in BEGINNINGS:
        petition = context.find_petition(number)
        if petition is None or not await may_own(context, petition):
            return await home(context)
        return await BEGINNINGS[name](context, petition, argument)
    made = await invalidations.of(context.db, number)
    petition = context.find_petition(made.campaign_id) if made else None
    if made is None or petition is None or name not in ACTS or not await may_own(context, petition):
        return await home(context)
    try:
        return await ACTS[name](context, petition, made, argument)
    except Moved:
        now = await invalidations.of(context.db, number)
        return replace(await _show(context, petition, now or made, ""), toast="toast/done_already")


async def menu(context: Context, petition: Petition, _: str = "") -> Screen:
    """How to find signatures, and what has been held back before."""
    acts = await invalidations.latest(context.db, petition.id, LATEST)
    rows: list[list[Button]] = [
        [Button(f"quarantine_{span}", f"quar:last:{petition.id}:{span}") for span in _SPANS],
        [Button("quarantine_doubles", f"quar:doubles:{petition.id}")],
    ]
    rows += [[_of_act(one)] for one in acts]
    variables = {"campaign": petition.view(context.language), "count": len(acts)}
    return Screen(Text("staff/quarantine", variables), rows)


async def begin(context: Context, petition: Petition, rule: Rule) -> Screen:
    """A dry run of a rule."""
    me = context.supporter.telegram_id
    made = await apply.draft(context.db, petition, rule, me, now=context.now)
    return await _show(context, petition, made, "")


async def ask(context: Context, petition: Petition, made: Invalidation, reason: str) -> Screen:
    """Really? With the number that it is about now."""
    if made.state != "draft":
        raise Moved
    if reason not in REASONS:
        return await _show(context, petition, made, "")
    run = await apply.dry_run(context.db, made)
    variables = {"campaign": petition.view(context.language), "reason": reason, **_counted(run)}
    return Screen(
        Text("staff/quarantine_ask", variables),
        [
            [Button("quarantine_yes", f"quar:yes:{made.id}:{reason}", variables=variables)],
            [Button("back", f"quar:show:{made.id}")],
        ],
    )


async def _last(context: Context, petition: Petition, span: str) -> Screen:
    if span not in _SPANS:
        return await menu(context, petition)
    return await begin(context, petition, Rule(since=context.now - _SPANS[span]))


async def _doubles(context: Context, petition: Petition, _: str) -> Screen:
    return await begin(context, petition, Rule(lookalike=True))


async def _show(context: Context, petition: Petition, made: Invalidation, _: str) -> Screen:
    if made.state != "draft":
        return await _act(context, petition, made)
    run = await apply.dry_run(context.db, made)
    variables = {
        "campaign": petition.view(context.language),
        **_counted(run),
        "sample": run.sample,
        "rule": await _said(context, run.rule),
        "zone": petition.definition.timezone,
    }
    reasons = [Button(f"because_{reason}", f"quar:ask:{made.id}:{reason}") for reason in REASONS]
    if not await may_own(context, petition):  # an editor looks at a burst
        return Screen(Text("staff/quarantine_try", variables))
    rows: list[list[Button]] = [reasons[:2], reasons[2:]] if run.count else []
    if run.rule.number is not None:
        rows.append([Button("block", f"block:{petition.id}:{run.rule.number}:ask")])
    rows.append([Button("quarantine_not", f"quar:throw:{made.id}")])
    return Screen(Text("staff/quarantine_try", variables), rows)


async def _act(context: Context, petition: Petition, made: Invalidation) -> Screen:
    variables = {
        "campaign": petition.view(context.language),
        "state": made.state,
        "reason": made.reason,
        "count": made.held,
        "at": made.undone_at or made.made_at,
        "rule": await _said(context, rules.from_dict(made.rule)),
        "zone": petition.definition.timezone,
    }
    undo = made.state in ("applying", "applied")
    rows = [[Button("quarantine_undo", f"quar:undo:{made.id}")]] if undo else []
    return Screen(
        Text("staff/quarantine_act", variables),
        [*rows, [Button("back", f"quar:home:{petition.id}")]],
    )


async def _yes(context: Context, petition: Petition, made: Invalidation, reason: str) -> Screen:
    if reason not in REASONS:
        return await _show(context, petition, made, "")
    me = context.supporter
    count = (await apply.dry_run(context.db, made)).count
    await apply.apply(context.db, made, reason, me.telegram_id, now=context.now)
    context.after_commit = context.services.held_back.set
    begun = await invalidations.of(context.db, made.id)
    await _notify_others(context, petition, made, "held", count)
    return await _act(context, petition, begun or made)


async def _undo(context: Context, petition: Petition, made: Invalidation, step: str) -> Screen:
    if step != "yes":
        variables = {"campaign": petition.view(context.language), "count": made.held}
        return Screen(
            Text("staff/quarantine_undo", variables),
            [
                [Button("quarantine_undo_yes", f"quar:undo:{made.id}:yes")],
                [Button("back", f"quar:show:{made.id}")],
            ],
        )
    await apply.undo(context.db, made, context.supporter.telegram_id, now=context.now)
    context.after_commit = context.services.held_back.set
    begun = await invalidations.of(context.db, made.id)
    await _notify_others(context, petition, made, "restored", made.held)
    return await _act(context, petition, begun or made)


async def _throw(context: Context, petition: Petition, made: Invalidation, _: str) -> Screen:
    await apply.throw_away(context.db, made, context.supporter.telegram_id, context.now)
    return replace(await menu(context, petition), toast="toast/nothing_held")


Beginning = Callable[[Context, Petition, str], Awaitable[Screen]]
BEGINNINGS: dict[str, Beginning] = {"home": menu, "last": _last, "doubles": _doubles}
ACTS: dict[str, Callable[[Context, Petition, Invalidation, str], Awaitable[Screen]]] = {
    "show": _show,
    "ask": ask,
    "yes": _yes,
    "undo": _undo,
    "throw": _throw,
}


async def _notify_others(
    context: Context, petition: Petition, made: Invalidation, what: str, count: int
) -> None:
    me = context.supporter
    said = {"what": what, "name": me.first_name or str(me.telegram_id), "count": count}
    look = [[Button("look_at_it", f"quar:show:{made.id}")]]
    await notify_other_owners(context, petition, "staff/quarantine_news", said, look)


async def notification(reader: Reader) -> Screen | None:
    """What has been decided is done; nothing if it has been decided otherwise since."""
    made = await invalidations.of(reader.db, reader.subject_id)
    if made is None or reader.petition is None or made.state != reader.variables["state"]:
        return None
    variables = {
        "campaign": reader.petition.view(reader.language),
        "state": made.state,
        "count": made.held,
    }
    rows = [[Button("look_at_it", f"quar:show:{made.id}")]]
    return Screen(Text("staff/quarantine_done", variables), rows)


async def _said(context: Context, rule: Rule) -> dict[str, object]:
    """A rule as templates read it: links by what people call them."""
    moments: dict[str, datetime | None] = {
        name: getattr(rule, name) for name in ("since", "until", "seen_since", "seen_until")
    }
    return {
        **moments,
        "link": await named_link(context.db, rule.by),
        "below": await named_link(context.db, rule.below),
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
