"""/invalidate: signatures that are in doubt are found by a rule, held back, and let count again.
For owners. Nothing is held before the number and a sample have been seen and a second yes said."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, get_args

from campaign.invalidation import apply, rules
from campaign.invalidation.apply import Moved
from campaign.invalidation.link_names import named_link
from campaign.invalidation.rules import Everybody, NotARule, RuleError
from campaign.petition import Petition
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import ActionHandler, Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.blocks import Block
from handlers.staff.commands import command_as, notify_other_owners
from handlers.staff.invalidation_buttons import (
    Apply,
    Ask,
    Discard,
    Reason,
    Show,
    ShowAll,
    Span,
    TryLast,
    TryLookalikes,
    Undo,
)
from handlers.staff.permissions import may_own, petition_as
from storage import invalidations
from storage.invalidation_search import MOST_COUNTED, Rule
from storage.invalidations import Invalidation

LATEST = 8
_SPANS: dict[Span, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@command_as("owner")
async def command(context: Context, petition: Petition, words: tuple[str, ...]) -> Screen:
    """/invalidate, alone or with a rule: what it would do, before anything is done."""
    if not words:
        return await _menu(context, petition)
    try:
        rule = await apply.understand(
            context.db, petition, rules.read(" ".join(words)), context.now
        )
    except RuleError as refused:
        return Screen(Text("staff/quarantine_refused", _why(refused)))
    return await begin(context, petition, rule)


def _about_one(
    change: Callable[[Context, Petition, Invalidation, Any], Awaitable[Screen]],
) -> ActionHandler:
    """A button about one invalidation, for owners; one that has moved on is shown as it is now."""

    @wraps(change)
    async def handler(context: Context, action: Any) -> Screen:
        made = await invalidations.of(context.db, action.invalidation_id)
        if made is None:
            raise Gone
        petition = await petition_as(context, made.campaign_id, "owner")
        try:
            return await change(context, petition, made, action)
        except Moved:
            now = await invalidations.of(context.db, made.id)
            screen = await _present(context, petition, now or made)
            return replace(screen, toast="toast/done_already")

    return handler


async def show_all(context: Context, action: ShowAll) -> Screen:
    """How to find signatures, and what has been held back before."""
    return await _menu(context, await petition_as(context, action.petition_id, "owner"))


async def try_last(context: Context, action: TryLast) -> Screen:
    """A dry run on the signatures of the last hour or day."""
    petition = await petition_as(context, action.petition_id, "owner")
    return await begin(context, petition, Rule(since=context.now - _SPANS[action.span]))


async def try_lookalikes(context: Context, action: TryLookalikes) -> Screen:
    """A dry run on the signatures that look like another."""
    petition = await petition_as(context, action.petition_id, "owner")
    return await begin(context, petition, Rule(lookalike=True))


@_about_one
async def show(context: Context, petition: Petition, made: Invalidation, _: Show) -> Screen:
    """What a draft would hold back, or what became of it."""
    return await _present(context, petition, made)


@_about_one
async def ask_again(context: Context, petition: Petition, made: Invalidation, to: Ask) -> Screen:
    """Really, for this reason?"""
    return await ask(context, petition, made, to.reason)


@_about_one
async def apply_draft(
    context: Context, petition: Petition, made: Invalidation, action: Apply
) -> Screen:
    """Begin to hold back what a draft finds, and tell the other owners."""
    me = context.supporter
    count = (await apply.dry_run(context.db, made)).count
    await apply.apply(context.db, made, action.reason, me.telegram_id, now=context.now)
    context.after_commit = context.services.held_back.set
    begun = await invalidations.of(context.db, made.id)
    await _notify_others(context, petition, made, "held", count)
    return await _act(context, petition, begun or made)


@_about_one
async def undo(context: Context, petition: Petition, made: Invalidation, action: Undo) -> Screen:
    """Ask whether to let signatures count again; after "yes", begin to."""
    if not action.sure:
        variables = {"campaign": petition.view(context.language), "count": made.held}
        return Screen(
            Text("staff/quarantine_undo", variables),
            [
                [Button("quarantine_undo_yes", Undo(made.id, "yes"))],
                [Button("back", Show(made.id))],
            ],
        )
    await apply.undo(context.db, made, context.supporter.telegram_id, now=context.now)
    context.after_commit = context.services.held_back.set
    begun = await invalidations.of(context.db, made.id)
    await _notify_others(context, petition, made, "restored", made.held)
    return await _act(context, petition, begun or made)


@_about_one
async def discard(context: Context, petition: Petition, made: Invalidation, _: Discard) -> Screen:
    """Throw a draft away."""
    await apply.throw_away(context.db, made, context.supporter.telegram_id, context.now)
    return replace(await _menu(context, petition), toast="toast/nothing_held")


async def begin(context: Context, petition: Petition, rule: Rule) -> Screen:
    """A dry run of a rule."""
    me = context.supporter.telegram_id
    made = await apply.draft(context.db, petition, rule, me, now=context.now)
    return await _present(context, petition, made)


async def ask(context: Context, petition: Petition, made: Invalidation, reason: Reason) -> Screen:
    """Really? With the number that it is about now.

    Raises:
        Moved: it is no draft any more.
    """
    if made.state != "draft":
        raise Moved
    run = await apply.dry_run(context.db, made)
    variables = {"campaign": petition.view(context.language), "reason": reason, **_counted(run)}
    return Screen(
        Text("staff/quarantine_ask", variables),
        [
            [Button("quarantine_yes", Apply(made.id, reason), variables=variables)],
            [Button("back", Show(made.id))],
        ],
    )


async def _menu(context: Context, petition: Petition) -> Screen:
    acts = await invalidations.latest(context.db, petition.id, LATEST)
    rows: list[list[Button]] = [
        [Button(f"quarantine_{span}", TryLast(petition.id, span)) for span in _SPANS],
        [Button("quarantine_doubles", TryLookalikes(petition.id))],
    ]
    rows += [[_of_act(one)] for one in acts]
    variables = {"campaign": petition.view(context.language), "count": len(acts)}
    return Screen(Text("staff/quarantine", variables), rows)


async def _present(context: Context, petition: Petition, made: Invalidation) -> Screen:
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
    reasons = [Button(f"because_{reason}", Ask(made.id, reason)) for reason in get_args(Reason)]
    if not await may_own(context, petition):  # an editor looks at a burst
        return Screen(Text("staff/quarantine_try", variables))
    rows: list[list[Button]] = [reasons[:2], reasons[2:]] if run.count else []
    if run.rule.number is not None:
        rows.append([Button("block", Block(petition.id, run.rule.number, "ask"))])
    rows.append([Button("quarantine_not", Discard(made.id))])
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
    rows = [[Button("quarantine_undo", Undo(made.id))]] if undo else []
    return Screen(
        Text("staff/quarantine_act", variables),
        [*rows, [Button("back", ShowAll(petition.id))]],
    )


async def _notify_others(
    context: Context, petition: Petition, made: Invalidation, what: str, count: int
) -> None:
    me = context.supporter
    said = {"what": what, "name": me.first_name or str(me.telegram_id), "count": count}
    look = [[Button("look_at_it", Show(made.id))]]
    await notify_other_owners(context, petition, "staff/quarantine_news", said, look)


async def notification(reader: Reader) -> Screen:
    """What has been decided is done; nothing if it has been decided otherwise since."""
    made = await invalidations.of(reader.db, reader.subject_id)
    if made is None or made.state != reader.variables["state"]:
        raise Gone
    variables = {
        "campaign": reader.petition.view(reader.language),
        "state": made.state,
        "count": made.held,
    }
    rows = [[Button("look_at_it", Show(made.id))]]
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
    return Button("quarantine_act", Show(made.id), variables=variables)


def _why(refused: RuleError) -> dict[str, object]:
    if isinstance(refused, NotARule):
        return {"reason": "word", "word": refused.word}
    return {"reason": "everybody" if isinstance(refused, Everybody) else "link", "word": ""}


ROUTES = Routes(
    commands={"invalidate": Command(command, least="owner", aliases=("quarantine",))},
    actions={
        ShowAll: show_all,
        TryLast: try_last,
        TryLookalikes: try_lookalikes,
        Show: show,
        Ask: ask_again,
        Apply: apply_draft,
        Undo: undo,
        Discard: discard,
    },
)
