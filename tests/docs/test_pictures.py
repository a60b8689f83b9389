"""The pictures in the guides show what the program shows today; `make pictures` makes them anew."""

import re
from pathlib import Path

import pytest
from PIL import Image

from docs.pictures import pack, seen, website, without_telegram
from docs.pictures.scenes import SCENES, Scene
from docs.pictures.stage import playing
from tests.docs.guides import GUIDES, ROOT

ANEW = "the guides' pictures are out of date: make pictures, look at them, and commit them"
ALL_BYTES = 3 * 1024 * 1024
PICTURES = sorted((ROOT / "docs").glob("*.png"))
OF_FIGURES = {
    "stats"
}  # by docs/pictures/stats.py: pictures that the bot draws, of an invented history


@pytest.mark.full("the bot's words have their own tests; only the guides' pictures age")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_phones_show_what_stands_in_their_picture(scene: Scene, tmp_path: Path) -> None:
    async with playing(tmp_path) as (_, cast):
        await scene.happens(cast)
        assert await seen.on_phones(scene, cast) == seen.kept()[scene.name], ANEW


async def test_the_shared_page_says_what_stands_in_its_picture(tmp_path: Path) -> None:
    async with website.served(tmp_path) as world:
        assert await website.words(world) == seen.kept()["website"], ANEW


async def test_who_signs_without_telegram_reads_what_stands_in_the_picture(
    tmp_path: Path,
) -> None:
    async with without_telegram.met(tmp_path) as friends:
        await without_telegram.dora_signs(friends)
        assert without_telegram.words(friends) == seen.kept()["without-telegram"], ANEW


async def test_the_hand_in_pack_prints_what_stands_in_its_picture(tmp_path: Path) -> None:
    _, words = pack.pages(await pack.made(tmp_path))
    assert words == seen.kept()["pack"], ANEW


def test_every_picture_is_made_by_the_script_and_stands_in_a_guide() -> None:
    names = {file.stem for file in PICTURES}
    assert names == seen.kept().keys() | OF_FIGURES
    shown = {
        Path(link).stem
        for guide in GUIDES
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", guide.read_text(encoding="utf-8"))
    }
    assert names == shown


def test_the_pictures_can_be_read_on_a_phone_and_are_small_together() -> None:
    assert sum(file.stat().st_size for file in PICTURES) < ALL_BYTES
    for file in PICTURES:
        with Image.open(file) as picture:
            assert picture.height < 1200, file.name
