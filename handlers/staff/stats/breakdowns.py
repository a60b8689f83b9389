"""How people came, where they live, which language they signed in, where they stop, and what
updates have brought."""

from datetime import timedelta

from campaign.petition import Petition
from campaign.referrals import ways
from campaign.signing import funnel
from campaign.stats import updates
from campaign.stats.by_channel import by_channel
from campaign.stats.sources import Source, sources
from handlers.context import Context
from handlers.staff.stats.view import View, Wording, caption, drawing, nothing, wording
from pictures import area_map, bars
from pictures.bars import Bar
from pictures.canvas import writable
from storage import areas, campaigns, signature_times

MOST_BARS = 9
IN_WORDS, UPDATES_IN_WORDS, WAYS_IN_WORDS = 5, 3, 3
FIELDS = ("name", "postcode", "email", "phone", "country", "comment")


async def by_sources(context: Context, petition: Petition) -> View:
    """By which links people came, or by none."""
    found = await sources(context.db, petition)
    passed_on = await ways.tapped(context.db, petition)
    if not found:
        return nothing(context, petition, "signatures")
    words = wording(context.services.renderer, context.language)
    total = sum(one.signatures for one in found)
    named = [(_named(one, words), one) for one in found]
    shown = [
        Bar(
            writable(name, words.say("chart_unnamed", place=place)),
            one.signatures,
            words.number(one.signatures),
            words.share(one.signatures, total),
            stands_out=one.kind == "friends",
        )
        for place, (name, one) in enumerate(named[:MOST_BARS], 1)
    ]
    body = caption(
        context,
        petition,
        "sources",
        total=total,
        sources=[(name, one.signatures) for name, one in named[:IN_WORDS]],
        more=len(found) - len(named[:IN_WORDS]),
        ways=passed_on[:WAYS_IN_WORDS],
        by_channel=await by_channel(context.db, petition),
    )
    heading, below = words.say("stats_sources"), words.say("chart_total", count=total)
    return View(
        body,
        drawing(bars.bars, heading, below, shown),
        ("source", "signatures", "opens"),
        [(name, one.signatures, "" if one.opens is None else one.opens) for name, one in named],
    )


async def by_areas(context: Context, petition: Petition) -> View:
    """The map of postcode areas."""
    counted = await areas.of_campaign(context.db, petition.id)
    if not counted:
        return nothing(context, petition, "areas")
    words = wording(context.services.renderer, context.language)
    by_size = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
    live = (await campaigns.totals(context.db, petition.id)).live
    known = sum(by_size.values())
    said = area_map.Labels(
        heading=words.say("stats_areas"),
        below=words.say("chart_areas", known=known, without=max(0, live - known)),
        fewest=words.number(1),
        most=words.number(max(by_size.values())),
    )
    body = caption(
        context,
        petition,
        "areas",
        known=known,
        without=max(0, live - known),
        areas=list(by_size.items())[:IN_WORDS],
        count=len(by_size),
    )
    return View(
        body,
        drawing(area_map.area_map, by_size, said, words.speech),
        ("area", "signatures"),
        list(by_size.items()),
    )


async def by_languages(context: Context, petition: Petition) -> View:
    """In which language people signed."""
    found = await signature_times.by_language(context.db, petition.id)
    if not found:
        return nothing(context, petition, "signatures")
    words = wording(context.services.renderer, context.language)
    total = sum(found.values())
    named = [(code, words.say("chart_language", code=code), count) for code, count in found.items()]
    shown = [
        Bar(writable(name, code), count, words.number(count), words.share(count, total))
        for code, name, count in named[:MOST_BARS]
    ]
    body = caption(
        context,
        petition,
        "languages",
        total=total,
        languages=[(name, count) for _, name, count in named[:IN_WORDS]],
    )
    heading, below = words.say("stats_languages"), words.say("chart_total", count=total)
    return View(
        body,
        drawing(bars.bars, heading, below, shown),
        ("language", "name", "signatures"),
        named,
    )


async def by_steps(context: Context, petition: Petition) -> View:
    """How far people come on the way to a signature."""
    found = await funnel.funnel(context.db, petition)
    if not found.began or found.since is None:
        return nothing(context, petition, "steps")
    words = wording(context.services.renderer, context.language)
    since = found.since.astimezone(petition.zone).date()
    hardest = found.hardest
    named = [(_step(step.name, words), step) for step in found.steps]
    shown = [
        Bar(
            name,
            step.people,
            words.number(step.people),
            _lost(step, words) if step.lost is not None else words.share(step.people, found.began),
            stands_out=step == hardest,
        )
        for name, step in named
    ]
    body = caption(
        context,
        petition,
        "steps",
        since=since,
        began=found.began,
        signed=found.signed,
        hardest=_step(hardest.name, words) if hardest else None,
        lost=hardest.lost if hardest else 0,
    )
    heading, below = words.say("stats_steps"), words.say("chart_since", day=since)
    return View(
        body,
        drawing(bars.bars, heading, below, shown),
        ("step", "people", "stopped"),
        [(name, step.people, "" if step.lost is None else step.lost) for name, step in named],
    )


async def by_updates(context: Context, petition: Petition) -> View:
    """What the newest updates have done, side by side."""
    found = await updates.compared(context.db, petition)
    if not found:
        return nothing(context, petition, "updates")
    words = wording(context.services.renderer, context.language)
    zone = petition.zone

    def name(one: updates.Update) -> str:
        day = words.day(one.started_at.astimezone(zone).date())
        return f"{day} · {words.say(f'kind_{one.kind}')}"

    shown = [
        Bar(
            name(one),
            one.signed,
            words.number(one.signed),
            words.say("chart_update", sent=one.sent, tapped=one.tapped, left=one.left),
        )
        for one in found[:MOST_BARS]
    ]
    best = max(found, key=lambda one: one.signed)
    body = caption(
        context,
        petition,
        "updates",
        updates=[
            (name(one), one.sent, one.tapped, one.left, one.signed)
            for one in found[:UPDATES_IN_WORDS]
        ],
        best=name(best),
        signed=best.signed,
        hours=int(updates.AFTER / timedelta(hours=1)),
    )
    return View(
        body,
        drawing(bars.bars, words.say("stats_updates"), words.say("chart_after"), shown),
        ("day", "kind", "sent", "tapped", "left", "signed_after"),
        [
            (
                one.started_at.astimezone(zone).date(),
                words.say(f"kind_{one.kind}"),
                *(one.sent, one.tapped, one.left, one.signed),
            )
            for one in found
        ],
    )


def _named(source: Source, words: Wording) -> str:
    return source.name if source.kind == "source" else words.say(f"source_{source.kind}")


def _step(name: str, words: Wording) -> str:
    return words.say(f"field_{name}" if name in FIELDS else f"chart_step_{name}")


def _lost(step: funnel.Step, words: Wording) -> str:
    lost = step.lost or 0
    share = lost / step.people if step.people else 0.0
    return words.say("chart_lost", count=lost, share=share)
