"""Promises to owners who hand the petition in, and to signers who want to know they are in it."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaign.handin import build_pack, request_pack
from packs import merkle
from packs.verify import verify
from storage import audit, campaigns, handin_packs, staff, supporters
from storage.database import Database
from storage.migrate import upgrade
from tests.conversations.broadcast_steps import listens, shows
from tests.e2e.people import Arrives, Person
from tests.stage.bot import OWNER, settings
from tests.stage.stage import Stage, Telegram


async def fetch(person: Person, document: dict[str, Any]) -> bytes:
    """What stands in a file that the person has got."""
    address = f"{person.address}/people/{person.id}/files/{document['file_id']}"
    async with person.session.get(address) as answer:
        return await answer.read()


async def documents(person: Person, until: str) -> tuple[dict[str, dict[str, Any]], str]:
    """The files that come, by name, and the message after which they are all there."""
    await person.sees(until)
    await person.catches_up()
    chat = await person.chat()
    found = {one["document"]["file_name"]: one["document"] for one in chat if "document" in one}
    return found, next(one["text"] for one in reversed(chat) if until in one.get("text", ""))


async def test_an_owner_gets_the_pack_and_the_others_hear_of_it(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives, tmp_path: Path
) -> None:
    second = await arrives("Oscar")
    await second.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, second.id, "owner", datetime.now(UTC))
    await listens(ada)
    assert "n’t been prepared" in (await ada.says("/proof")).text
    asked = await owner.says("/handin")
    assert "What may" in asked.text
    sure = await owner.taps("Names and postcodes")
    assert "everyone’s name" in sure.text
    await owner.taps("Yes, make the pack", on=sure)
    assert "Olive has asked for the hand-in pack" in (await shows(second, "Olive")).text
    files, done = await documents(owner, "is complete")
    assert "1 signature" in done
    folder = tmp_path / "pack"
    folder.mkdir()
    for name, document in files.items():
        (folder / name).write_bytes(await fetch(owner, document))
    found = verify(folder)
    assert found.wrong == []
    assert found.seal in done
    assert "Ada Lovelace" in (folder / "keep-the-unit-signatures.csv").read_text("utf-8-sig")
    async with stage.database.reading() as db:
        made, asked_for = await audit.latest(db, 2)
        campaign = await campaigns.by_slug(db, "keep-the-unit")
        assert campaign is not None
        pack = await handin_packs.newest(db, campaign.id)
    assert (made.action, asked_for.action) == ("handin.made", "handin.asked")
    assert pack is not None
    assert pack.seal == made.details["seal"] == found.seal
    assert not build_pack.folder_of(pack).exists(), "nothing is left on the machine"
    proved = await ada.says("/proof")
    assert "no. 1" in proved.text
    (document,) = [m["document"] for m in proved.messages if "document" in m]
    says = json.loads(await fetch(ada, document))
    leaf = merkle.leaf_hash(says["leaf"].encode())
    path = [bytes.fromhex(hash_) for hash_ in says["path"]]
    top = merkle.leads_to(leaf, says["place"], says["signatures"], path)
    assert top is not None
    assert top.hex() == says["root"] == verify(folder).root
    bob = await arrives("Bob")
    await listens(bob)
    assert "made before you signed" in (await bob.says("/proof")).text
    await ada.says("/withdraw")
    await ada.taps("Yes, take my name off")
    assert "any pack made from now on" in (await ada.says("/proof")).text


async def test_a_second_tap_while_it_is_made_asks_for_nothing_more(
    stage: Stage, owner: Person
) -> None:
    await owner.says("/handin")
    sure = await owner.taps("Initials and districts")
    async with stage.database.transaction() as db:
        campaign = await campaigns.by_slug(db, "keep-the-unit")
        assert campaign is not None
        by = await supporters.by_telegram_id(db, owner.id)
        pack = await request_pack.ask(
            db, campaign.id, "redacted", asked_by=by, now=datetime.now(UTC)
        )
    await owner.taps("Yes, make the pack", on=sure)
    assert await comes_to(stage, pack.id, "done")
    again = await owner.taps_data(sure.messages[-1]["message_id"], "handin:1:nonsense")
    if "What may" not in again.text:
        await shows(owner, "What may")
    async with stage.database.reading() as db:
        assert await handin_packs.of(db, pack.id + 1) is None


async def test_nobody_but_an_owner_asks_for_names(
    stage: Stage, owner: Person, ada: Person, eddie: Person
) -> None:
    for person, answer in ((ada, "I don’t know"), (eddie, "Owners do that")):
        assert answer in (await person.says("/handin")).text
        welcome = await person.says("/start")
        forged = await person.taps_data(welcome.messages[0]["message_id"], "handin:1:full:yes")
        assert "pack" not in forged.text
    assert "nothing to prove" in (await ada.says("/proof")).text
    async with stage.database.reading() as db:
        assert await handin_packs.waiting(db) is None


@pytest.mark.parametrize("still_owner", [True, False])
async def test_what_a_killed_bot_had_begun_is_made_anew_for_one_who_still_may(
    tmp_path: Path, still_owner: bool
) -> None:
    async with Telegram.open() as telegram:
        owner = await telegram.arrives("Olive", id=OWNER)
        person = owner if still_owner else await telegram.arrives("Eve")
        given = settings(telegram.address, tmp_path)
        async with Stage.on(telegram, tmp_path):
            await person.says("/start")
        await upgrade(given.storage.url)
        database = await Database.open(given.storage.url)
        async with database.transaction() as db:
            campaign = await campaigns.by_slug(db, "keep-the-unit")
            asked_by = await supporters.by_telegram_id(db, person.id)
            assert campaign is not None
            pack = await request_pack.ask(
                db, campaign.id, "redacted", asked_by=asked_by, now=datetime.now(UTC)
            )
            await handin_packs.change(db, pack.id, status="making")
        await database.close()
        build_pack.folder_of(pack).mkdir()
        (build_pack.folder_of(pack) / "left-over").write_text("Ada Lovelace")
        async with Stage.on(telegram, tmp_path) as stage:
            if still_owner:
                files, _ = await documents(person, "is complete")
                assert "keep-the-unit-petition.pdf" in files
            wanted = "done" if still_owner else "failed"
            assert await comes_to(stage, pack.id, wanted)
        assert not build_pack.folder_of(pack).exists()


async def comes_to(stage: Stage, pack_id: int, status: str) -> bool:
    for _ in range(400):
        async with stage.database.reading() as db:
            pack = await handin_packs.of(db, pack_id)
        if pack is not None and pack.status == status:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_an_owner_who_has_blocked_the_bot_costs_nobody_else_a_pack(
    stage: Stage, owner: Person
) -> None:
    await owner.says("/handin")
    sure = await owner.taps("Initials and districts")
    await owner.blocks()
    async with stage.database.transaction() as db:
        campaign = await campaigns.by_slug(db, "keep-the-unit")
        asked_by = await supporters.by_telegram_id(db, owner.id)
        assert campaign is not None
        pack = await request_pack.ask(
            db, campaign.id, "redacted", asked_by=asked_by, now=datetime.now(UTC)
        )
    assert await comes_to(stage, pack.id, "failed")
    await owner.unblocks()
    await owner.taps("Yes, make the pack", on=sure)
    await documents(owner, "is complete")
