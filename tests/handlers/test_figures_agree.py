"""The promise that every place shows the same total and goal, whatever has happened before."""

import asyncio
import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from bot.jobs import milestones
from bot.web.embed import Embed
from bot.web.numbers import Numbers
from bot.web.picture_cache import PictureCache
from bot.web.public_campaigns import PublicCampaigns
from bot.web.share import Share
from campaign import catalogue
from campaign.broadcasts.content import Content, Version
from campaign.definition.campaign_file import load_definition
from campaign.errors import AlreadySigned, NotSigned
from campaign.goals import raised, usual
from campaign.paper import entries
from campaign.petition import Petition
from campaign.signing import sign
from channels.telegram.broadcast_messages import BroadcastComposer
from handlers.drafted_updates import milestone
from storage import broadcasts, campaigns
from storage.database import Database
from tests import migrated
from tests.amount import cases
from tests.campaign import petitions
from tests.campaign.petitions import EXAMPLE
from tests.handlers.routes_harness import NOW, RoutesHarness
from tests.handlers.test_closed_petition import AFTER, Chats, Talk

ADA, BOB = 1, 2
LINE = "So many: {{ count }} of {{ goal }}. {{ progress }}"

acts = st.one_of(
    st.tuples(st.just("paper"), st.sampled_from([1, 99, 5_000, 90, 1_799, 100_000, -1, -4_000])),
    st.tuples(st.just("signs"), st.just(0)),
    st.tuples(st.just("withdraws"), st.just(0)),
    st.tuples(st.just("goal"), st.sampled_from([1, 100, 2_000, 5_001, 10_000])),
    st.tuples(st.just("looks"), st.just(0)),
    st.tuples(st.just("closes"), st.just(0)),
)


@settings(max_examples=cases(short=12, full=200))
@given(st.lists(acts, max_size=8), st.booleans())
@example([("paper", 5_000), ("signs", 0)], True)
@example([("signs", 0)], True)
@example([("paper", 5_000), ("looks", 0), ("paper", -4_000)], True)
@example([("paper", 5_000), ("closes", 0)], False)
def test_every_place_shows_the_same_total_and_goal(
    history: list[tuple[str, int]], moves: bool
) -> None:
    asyncio.run(agree(history, moves))


async def agree(history: list[tuple[str, int]], moves: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(await migrated.copied_to(Path(folder) / "clamour.db"))
        try:
            petition = await publish(database, goal=2000, raises_goal=moves)
            async with RoutesHarness.to(database, petition) as doors:
                chats = Chats()
                doors.application.bot._request = (chats, chats)
                await _agree(Talk(doors, chats), history, moves)
        finally:
            await database.close()


async def publish(database: Database, **changes: Any) -> Petition:
    definition = load_definition(EXAMPLE).model_copy(
        update={"closes_at": "2009-11-30 18:00", "milestones": None, **changes}
    )
    return await catalogue.publish(database, definition, now=NOW)


async def _agree(talk: Talk, history: list[tuple[str, int]], moves: bool) -> None:
    services = talk.doors.services
    database, petition = services.database, talk.doors.petition
    goal = 2000
    async with database.transaction() as db:
        draft = await broadcasts.add(
            db,
            campaign_id=petition.id,
            kind="milestone",
            author_id=None,
            content=Content({"en": Version(LINE)}).to_dict(),
            audience={},
            options={},
            now=NOW,
        )
        drafted = await broadcasts.add(
            db,
            campaign_id=petition.id,
            kind="milestone",
            author_id=None,
            content=milestone(services, petition, 100).to_dict(),
            audience={},
            options={},
            now=NOW,
        )
    for act, number in history:
        if act == "closes":
            talk.now = AFTER
            continue
        if act == "goal":
            goal = number
            petition = await publish(database, goal=goal, raises_goal=moves)
            continue
        if act == "looks":
            await milestones.check(services)
            continue
        async with database.transaction() as db:
            ada = await petitions.person(db, ADA, NOW)
            with contextlib.suppress(ValueError, AlreadySigned, NotSigned):
                if act == "paper":
                    await entries.record(db, petition.id, number, "", recorded_by=None, now=NOW)
                elif act == "signs":
                    await petitions.signs(db, petition, ada, NOW)
                else:
                    await sign.withdraw(db, petition, ada, now=NOW)
    async with database.reading() as db:
        totals = await campaigns.totals(db, petition.id)
        milestone_at = (await campaigns.by_id(db, petition.id) or petition.campaign).milestone_at
    total, is_open = totals.total, talk.now < AFTER
    most = max(total, milestone_at)
    aim = raised(goal, most) if moves and is_open else goal
    if is_open and moves:
        assert total < aim
    step = aim if total >= aim else min(aim, next(one for one in usual() if one > total))
    await _look(talk, total, aim, step, is_open, [draft, drafted])


async def _look(
    talk: Talk, total: int, aim: int, step: int, is_open: bool, drafts: list[broadcasts.Broadcast]
) -> None:
    (petition,) = await talk.doors.services.catalogue.petitions()
    far, near = lines(total, aim, step, is_open)
    async with talk.doors.services.database.reading() as db:
        totals = await campaigns.totals(db, petition.id)
    composer = BroadcastComposer(talk.doors.services)
    letters = [
        composer.preview(one, petition, "en", "Ada", totals, reminds=False)[0].parameters["text"]
        for one in drafts
    ]
    assert f"So many: {total:,} of {aim:,}. {plain(near)}" in letters[0]
    assert plain(near) in letters[1], "a draft written earlier and sent now"
    for who in (ADA, BOB):
        start = await talk.says(who, "/start")
        assert (near if is_open or "You signed" in start else far) in start
    assert far in await talk.taps(BOB, f"page:more:{petition.id}")
    services = talk.doors.services
    public = PublicCampaigns(services)
    shown = await public.of(petition.campaign.slug)
    assert shown is not None
    pictures = PictureCache(services.renderer)
    share = Share(public, pictures, services.renderer, public_url="https://example.org")
    embed = Embed(pictures, services.renderer)
    asked = request(petition.campaign.slug)
    figures = json.loads((await Numbers().answer(asked, shown)).body)
    assert (figures["count"], figures["goal"]) == (total, aim)
    for page in (await share.page(asked), await embed.card(asked, shown)):
        body = bytes(page.body).decode()
        assert far in body
        assert f'max="{aim}" value="{min(total, aim)}"' in body
    drawn = bytes((await embed.drawing(asked, shown)).body).decode()
    assert f"{total:,} {'has' if total == 1 else 'have'} signed" in drawn
    assert (f"Goal: {aim:,}" in drawn) == is_open


def lines(total: int, aim: int, step: int, is_open: bool) -> tuple[str, str]:
    """How the total reads on a page about the petition, and in the conversation."""
    have = "has" if total == 1 else "have"
    if not is_open:
        people = "person" if total == 1 else "people"
        reached = f" The goal was {aim:,}." if total >= aim else ""
        far = f"<b>{total:,}</b> {people} signed it.{reached}" if total else "Nobody signed it."
        return far, far
    if not total:
        return f"Nobody has signed yet. The goal is {aim:,}.", (
            f"Nobody has signed yet. Help us reach {step:,}!"
        )
    if total >= aim:
        far = f"<b>{total:,}</b> {have} signed. The goal of {aim:,} is reached!"
        return far, far
    signatures = "signature" if total == 1 else "signatures"
    return (
        f"<b>{total:,}</b> of {aim:,} {have} signed",
        f"<b>{total:,}</b> {signatures}. Help us reach {step:,}!",
    )


def plain(line: str) -> str:
    return line.replace("<b>", "").replace("</b>", "")


def request(slug: str) -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "headers": [],
            "query_string": b"lang=en",
            "path_params": {"code": slug},
        }
    )
