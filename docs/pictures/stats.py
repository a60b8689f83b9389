"""Makes stats.png: pictures of /stats, with an invented history of the example campaign.

`python -m docs.pictures.stats`.
"""

import asyncio
import io
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import Image

from campaign import timeline
from campaign.catalogue import Catalogue, publish
from campaign.definition.campaign_file import load_definition
from campaign.petition import Petition
from campaign.referrals import arrivals, links
from campaign.signing import funnel, sign
from campaign.signing.choices import Choices
from handlers.services import Services
from handlers.staff.stats.board import VIEWS
from messages import bot_texts
from storage import dialogs
from storage.database import Connection, Database
from storage.migrate import upgrade
from storage.together import change_together

EXAMPLE = Path(__file__).parents[2] / "examples" / "keep-the-unit" / "campaign.toml"
FIRST, DAYS, PEOPLE = datetime(2009, 10, 20, 8, tzinfo=UTC), 37, 900
NOW = FIRST + timedelta(days=DAYS, hours=9)
AREAS = {"SE": 9, "SW": 8, "E": 8, "N": 6, "NW": 5, "W": 5, "CR": 2, "BR": 1, "EC": 1, "TW": 1}
STORY = (
    (4, "endorsement", {"who": "Anti-Slavery International"}),
    (14, "media", {"what": "An evening paper tells of the house in Ealing"}),
    (27, "event", {"what": "A vigil outside New Scotland Yard"}),
)
SHOWN, GROUNDS, GAP = ("growth", "areas", "steps"), ("#ffffff", "#0e1621"), 40


async def history(database: Database) -> Petition:
    """People who sign over weeks, more of them by day and after news; some stop on the way."""
    petition = await publish(database, load_definition(EXAMPLE), now=FIRST)
    chance = random.Random(2009)  # noqa: S311 - the same picture each time
    days = [1.0 + 2.5 * (day in (4, 5, 14, 15, 16, 27)) for day in range(DAYS + 1)]
    async with database.transaction() as db:
        leaflet, _ = await links.source(db, petition, "leaflet", created_by=None, now=FIRST)
        for day, kind, words in STORY:
            writer, _ = await _person(db, 1, FIRST)
            await timeline.add(
                db,
                petition,
                kind,
                {"en": words},
                by=writer.id,
                actor=1,
                now=FIRST + timedelta(days=day),
            )
        moments = sorted(
            FIRST + timedelta(days=day, hours=chance.triangular(-1, 15, 10))
            for day in chance.choices(range(DAYS + 1), days, k=PEOPLE)
        )
        for number, when in enumerate(moments, 2):
            await _comes(db, petition, number, min(when, NOW), chance, leaflet.code)
    return petition


async def _person(db: Connection, number: int, now: datetime) -> Any:
    return await dialogs.open(
        db, telegram_id=number, first_name="Ada", telegram_language="en", now=now
    )


async def _comes(
    db: Connection,
    petition: Petition,
    number: int,
    when: datetime,
    chance: random.Random,
    code: str,
) -> None:
    supporter, _ = await _person(db, number, when)
    if chance.random() < 0.3 and (link := await links.find(db, code)):
        await arrivals.arrive(db, petition, link, supporter, now=when)
    steps = funnel.steps_of(petition.definition)
    weights = (4, 9, 15, 72)
    step = chance.choices(steps, weights)[0]
    _, counted = funnel.record_step(db, petition, step, (), now=when)
    await change_together(db, *counted)
    if step == funnel.SIGNED:
        area = chance.choices(list(AREAS), list(AREAS.values()))[0]
        await sign.sign(
            db,
            petition,
            supporter,
            {"name": f"Ada {number}", "postcode": f"{area}1 1AA"},
            choices=Choices(),
            shown=petition.shown("en"),
            language="en",
            now=when,
        )


async def pictures() -> dict[str, Image.Image]:
    """Every view that can be drawn."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/clamour.db"
        await upgrade(url)
        database = await Database.open(url)
        try:
            petition = await history(database)
            services = Services(database, bot_texts(), Catalogue(database))
            found = {}
            for name, view in VIEWS.items():
                async with database.reading() as db:
                    context: Any = SimpleNamespace(services=services, db=db, now=NOW, language="en")
                    drawn = (await view(context, petition)).draw
                if drawn is not None:
                    found[name] = Image.open(io.BytesIO(drawn()))
            return found
        finally:
            await database.close()


def beside_each_other(shown: list[Image.Image]) -> Image.Image:
    """The pictures in a row, on a light ground and on a dark one."""
    width = sum(one.width for one in shown) + GAP * (len(shown) + 1)
    height = max(one.height for one in shown) + 2 * GAP
    together = Image.new("RGB", (width, height * len(GROUNDS)))
    for row, ground in enumerate(GROUNDS):
        together.paste(Image.new("RGB", (width, height), ground), (0, height * row))
        x = GAP
        for one in shown:
            together.paste(one, (x, height * row + GAP))
            x += one.width + GAP
    return together


async def main() -> None:
    drawn = await pictures()
    together = beside_each_other([drawn[name] for name in SHOWN])
    half = (together.width // 2, together.height // 2)
    together.resize(half, Image.Resampling.LANCZOS).save(
        Path(__file__).parents[1] / "stats.png", optimize=True
    )


if __name__ == "__main__":
    asyncio.run(main())
