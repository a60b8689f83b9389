"""Holding signatures back and letting them count again.

A dry run keeps a rule as a draft, with the newest signature of that moment: what comes later is not
meant. Applying and undoing are noted at once and worked off signature by signature, each in a
transaction of its own that is no longer than a withdrawal's: nobody who signs waits for it, and it
goes on after a kill where it was.

QuarantineError
└── Moved             somebody has been faster: it is not in that state now
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from campaign.errors import CampaignError
from campaign.invalidation import rules
from campaign.invalidation.rules import NoSuchLink, Typed
from campaign.isolation import isolated
from campaign.notifications import notify_staff
from campaign.petition import Petition
from campaign.referrals import credit, links
from storage import audit, invalidation_search, invalidations, referral_links, set_aside, signatures
from storage.database import Connection, Database
from storage.invalidation_search import Match, Rule
from storage.invalidations import Invalidation

SHOWN = 10
TOGETHER = 200


class QuarantineError(CampaignError):
    """Nothing has been changed."""


class Moved(QuarantineError):
    """The invalidation is not in the state that the act needs."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a rule would do now.

    Attributes:
        count: live signatures it is about.
        sample: the newest of them.
    """

    made: Invalidation
    rule: Rule
    count: int
    sample: Sequence[Match]


async def understand(db: Connection, petition: Petition, typed: Typed, now: datetime) -> Rule:
    """The rule that somebody means; links by their names, a friend's by their receipt number.

    Raises:
        campaign.invalidation.rules.RuleError: it cannot be used.
    """
    rule = rules.rule_of(typed, now=now, zone=petition.zone)
    if "link" in typed:
        named = await referral_links.named(
            db, petition.id, links.tidy_name(typed["link"]).casefold()
        )
        if named is None:
            raise NoSuchLink
        rule = replace(rule, by=named.id)
    if "below" in typed:
        rule = replace(rule, below=await _link_of(db, petition, rules.number(typed["below"])))
    return rules.must_say_something(rule)


async def draft(
    db: Connection, petition: Petition, rule: Rule, made_by: int | None, *, now: datetime
) -> Invalidation:
    """Keep a rule for a dry run; signatures recorded later are not meant.

    Raises:
        campaign.invalidation.rules.Everybody: it is about all signatures.
    """
    rules.must_say_something(rule)
    fixed = replace(rule, up_to=await invalidation_search.newest_id(db, petition.id))
    kept = rules.to_dict(fixed)
    return await invalidations.add(db, campaign_id=petition.id, rule=kept, made_by=made_by, now=now)


async def dry_run(db: Connection, made: Invalidation) -> DryRun:
    """How many signatures it is about, and some of them."""
    rule = rules.from_dict(made.rule)
    return DryRun(
        made,
        rule,
        await invalidation_search.count(db, made.campaign_id, rule),
        await invalidation_search.sample(db, made.campaign_id, rule, SHOWN),
    )


async def apply(
    db: Connection, made: Invalidation, reason: str, actor: int | None, *, now: datetime
) -> None:
    """Note that the signatures of a dry run do not count; `work_off` sees to it.

    Raises:
        Moved: it is no dry run any more.
    """
    moved = await invalidations.move(
        db, made.id, ["draft"], "applying", reason=reason, made_by=actor, made_at=now
    )
    if not moved:
        raise Moved
    await _note(db, made, "signatures.invalidate", actor, now, {"rule": made.rule, "why": reason})


async def undo(db: Connection, made: Invalidation, actor: int | None, *, now: datetime) -> None:
    """Note that they count again; `work_off` sees to it.

    Raises:
        Moved: it has not been applied, or is undone already.
    """
    before = ["applying", "applied"]
    values = {"undone_by": actor, "undone_at": now}
    if not await invalidations.move(db, made.id, before, "undoing", **values):
        raise Moved
    await _note(db, made, "signatures.restore", actor, now, {"held": made.held})


async def throw_away(db: Connection, made: Invalidation, actor: int | None, now: datetime) -> None:
    """End a dry run: it cannot be applied any more.

    Raises:
        Moved: it is no dry run any more.
    """
    values = {"undone_by": actor, "undone_at": now}
    if not await invalidations.move(db, made.id, ["draft"], "undone", **values):
        raise Moved


async def work_off(
    database: Database,
    petition: Petition,
    made: Invalidation,
    progress: Callable[[int], None] = lambda done: None,
    *,
    now: datetime,
) -> int:
    """Do what has been noted, to its end. Several processes may; each signature is done once.

    A signature that cannot be dealt with is put aside, and the act stays in hand: it is tried again
    with the next call.

    Args:
        progress: told after each page how many have been done.
        now: when the count is said to have changed, UTC.

    Returns:
        How many signatures this call has changed.
    """
    work = _apply if made.state == "applying" else _undo
    return await work(database, petition, made, progress, now)


async def _apply(
    database: Database,
    petition: Petition,
    made: Invalidation,
    progress: Callable[[int], None],
    now: datetime,
) -> int:
    rule = rules.from_dict(made.rule)

    async def page_after(db: Connection, after: int) -> Sequence[int]:
        return await invalidation_search.page(db, petition.id, rule, after=after, limit=TOGETHER)

    done = await _each(database, petition, made, page_after, hold, progress, now)
    await _end(database, made, "applying", "applied", now)
    return done


async def _undo(
    database: Database,
    petition: Petition,
    made: Invalidation,
    progress: Callable[[int], None],
    now: datetime,
) -> int:
    async def page_after(db: Connection, after: int) -> Sequence[int]:
        return await invalidations.page_of_held(db, made.id, TOGETHER, after=after)

    done = await _each(database, petition, made, page_after, release, progress, now)
    await _end(database, made, "undoing", "undone", now)
    return done


async def _each(
    database: Database,
    petition: Petition,
    made: Invalidation,
    page_after: Callable[[Connection, int], Awaitable[Sequence[int]]],
    act: Callable[[Connection, Petition, int, int, datetime], Awaitable[bool]],
    progress: Callable[[int], None],
    now: datetime,
) -> int:
    """Do it with each signature, in a transaction of its own; gives how many it has changed."""
    work, after, done = set_aside.invalidation(made.id), 0, 0
    async with database.reading() as db:
        aside = set(await set_aside.of(db, work))
    while True:
        async with database.reading() as db:
            page = await page_after(db, after)
        for signature_id in page:
            mine = isolated(database, work, signature_id, now=now)
            async with mine, database.transaction() as db:
                done += await act(db, petition, made.id, signature_id, now)
                await set_aside.clear(db, work, aside & {signature_id})
            aside.discard(signature_id)
        if not page:
            break
        after = page[-1]
        progress(done)
    if aside:  # these have been withdrawn, or the act is being undone before it held them
        async with database.transaction() as db:
            await set_aside.clear(db, work, aside)
    return done


async def _end(
    database: Database, made: Invalidation, before: str, after: str, now: datetime
) -> None:
    async with database.transaction() as db:
        if await set_aside.of(db, set_aside.invalidation(made.id)):
            return
        if await invalidations.move(db, made.id, [before], after):
            await _notify_owners(db, made, after, now)


async def hold(
    db: Connection, petition: Petition, invalidation_id: int, signature_id: int, now: datetime
) -> bool:
    """Let one live signature not count; False if there is nothing to do."""
    held = await invalidations.hold(db, invalidation_id, petition.id, signature_id, now)
    if held is None:
        return False
    await credit.held(db, petition, held)
    return True


async def release(
    db: Connection, petition: Petition, invalidation_id: int, signature_id: int, now: datetime
) -> bool:
    """Let one held signature count again; False if it was withdrawn meanwhile."""
    released = await invalidations.release(db, invalidation_id, petition.id, signature_id, now)
    if released is None:
        return False
    await credit.restored(db, petition, released)
    return True


async def _notify_owners(db: Connection, made: Invalidation, state: str, now: datetime) -> None:
    await notify_staff(
        db,
        made.campaign_id,
        "owner",
        "staff/quarantine_done",
        subject_id=made.id,
        variables={"state": state},
        dedupe_key=f"invalidation:{made.id}:{state}",
        now=now,
    )


async def _link_of(db: Connection, petition: Petition, number: int) -> int:
    signature = await signatures.by_number(db, petition.id, number)
    own = await referral_links.of(db, petition.id, signature.supporter_id) if signature else None
    if own is None:
        raise NoSuchLink
    return own.id


async def _note(
    db: Connection,
    made: Invalidation,
    action: str,
    actor: int | None,
    now: datetime,
    details: dict[str, object],
) -> None:
    subject = f"invalidation:{made.id}"
    details = {"campaign_id": made.campaign_id, **details}
    await audit.append(db, at=now, actor=actor, action=action, subject=subject, details=details)
