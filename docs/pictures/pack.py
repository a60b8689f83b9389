"""A hand-in pack of signers with names in many scripts, and two of its pages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.handin import build_pack, request_pack
from campaign.paper import entries
from campaign.petition import Petition
from campaign.signing import sign
from campaign.signing.choices import Choices
from docs.pictures.stage import no_chance
from handlers.pack_words import printed_by
from messages import bot_texts
from storage.database import Database
from storage.migrate import upgrade
from tests.campaign.petitions import EXAMPLE, person

LAUNCHED = datetime(2009, 10, 20, 9, tzinfo=UTC)
HANDED_IN = datetime(2009, 11, 26, 9, tzinfo=UTC)
NAMES = (
    *("Ada Lovelace", "Carys Morgan", "Łukasz Żółkiewski", "Ελένη Παπαδοπούλου", "محمد الأحمد"),
    *("Наталья Волкова", "王小明", "प्रिया शर्मा", "רחל כהן", "Ngũgĩ Mwangi", "Seán Ó Súilleabháin"),
    *("Zofia Nowak", "José Ñíguez", "Dafydd ap Gwilym", "Amara Okafor", "Nguyễn Thị Hoa"),
)
POSTCODES = ("SW1A 1AA", "E1 6AN", "N1 9GU", "SE1 7PB", "CF10 3NQ", "W1A 1AA", "CR0 1EA", "EH1 1YZ")
SIGNERS, ON_PAPER = 240, 1564
WIDTH = 620


async def made(folder: Path) -> Path:
    """The printed petition; gives the PDF."""
    url = f"sqlite+aiosqlite:///{folder / 'clamour.db'}"
    await upgrade(url)
    database = await Database.open(url)
    try:
        petition = await publish(database, load_definition(EXAMPLE), now=LAUNCHED)
        await _signed(database, petition)
        with no_chance(folder):
            async with database.transaction() as db:
                pack = await request_pack.ask(db, petition.id, "full", asked_by=None, now=HANDED_IN)
            out = await build_pack.make(
                database,
                petition,
                pack,
                printed_by(bot_texts()),
                _quietly,
                clock=lambda: HANDED_IN,
                handed_in_on="26 November 2009",
                handed_in_at="City Hall, London",
            )
        kept = folder / "petition.pdf"
        (found,) = out.glob("*petition*.pdf")
        kept.write_bytes(found.read_bytes())
        build_pack.clear(pack)
        return kept
    finally:
        await database.close()


async def _signed(database: Database, petition: Petition) -> None:
    async with database.transaction() as db:
        for number in range(SIGNERS):
            at = LAUNCHED + timedelta(hours=3.5 * number)
            await sign.sign(
                db,
                petition,
                await person(db, number + 1, at),
                {
                    "name": NAMES[number % len(NAMES)],
                    "postcode": POSTCODES[number * 7 % len(POSTCODES)],
                },
                choices=Choices(),
                shown=petition.shown("en"),
                language="en",
                now=at,
            )
        await entries.record(
            db, petition.id, ON_PAPER, "Stalls and branches", recorded_by=None, now=HANDED_IN
        )


async def _quietly(*_: object) -> None:
    """Nobody is told how far it is."""


def pages(pdf: Path) -> tuple[list[Image.Image], list[str]]:
    """The cover and the first page of signatures, and the words on them."""
    with pdfium.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
        sheet = next(place for place, text in enumerate(texts) if "Carys Morgan" in text)
        chosen = [document[0], document[sheet]]
        images = [
            page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB") for page in chosen
        ]
        return images, [
            line.strip()
            for text in (texts[0], texts[sheet])
            for line in text.splitlines()
            if line.strip()
        ]
