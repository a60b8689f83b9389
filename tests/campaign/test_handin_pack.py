"""Promises about what goes into a hand-in pack: who stands, each once, and the sum is right."""

import asyncio
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from campaign.catalogue import publish
from campaign.errors import AlreadySigned, NotSigned
from campaign.handin import build_pack, proof, request_pack, snapshot
from campaign.handin.proof import ChangedSince, NoPack, NotInPack
from campaign.handin.request_pack import PackUnderWay
from campaign.paper import entries as paper_entries
from campaign.petition import Petition
from campaign.signing import sign as signing_sign
from campaign.signing import standing
from handlers.pack_words import printed_by
from messages import bot_texts
from packs import merkle
from packs.facts import Facts, rows
from packs.verify import verify
from storage import audit, campaigns, handin_packs, signatures
from storage.database import Database
from storage.handin_packs import Pack
from tests import engines
from tests.campaign import petitions
from tests.histories import run_histories

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


async def sign(database: Database, petition: Petition, who: int, **more: str) -> None:
    async with database.transaction() as db:
        supporter = await petitions.person(db, who, NOW)
        await signing_sign.sign(
            db,
            petition,
            supporter,
            {"name": f"Ada {who}", "postcode": "SW1A 1AA"},
            choices=signing_sign.Choices(),
            shown=petition.shown(more.get("language", "en")),
            language=more.get("language", "en"),
            now=NOW,
        )


async def withdraw(database: Database, petition: Petition, who: int) -> None:
    async with database.transaction() as db:
        supporter = await petitions.person(db, who, NOW)
        await signing_sign.withdraw(db, petition, supporter, now=NOW)


async def asked(database: Database, petition: Petition, profile: str = "full") -> Pack:
    async with database.transaction() as db:
        return await request_pack.ask(db, petition.id, profile, asked_by=None, now=NOW)


async def snapped(database: Database, petition: Petition, folder: Path) -> Facts:
    pack = await asked(database, petition)
    os.mkdir(folder)
    async with database.reading() as db:
        await snapshot.take(db, petition, pack, folder, printed_by(bot_texts()), now=NOW)
    return Facts.read(folder)


async def nothing(*_: object) -> None:
    """Nobody is told how far it is."""


async def test_only_those_who_stand_are_in_it_grouped_by_the_text_they_signed(
    database: Database, tmp_path: Path
) -> None:
    petition = await petitions.published(database, "unit", NOW)
    await sign(database, petition, 1)
    await sign(database, petition, 2, language="cy")
    texts = petition.definition.text
    changed = texts["en"].model_copy(update={"statement": "Keep it open for good."})
    newer = await publish(
        database,
        petition.definition.model_copy(update={"text": {**texts, "en": changed}}),
        now=NOW,
    )
    await sign(database, newer, 3)
    await sign(database, newer, 4)
    await withdraw(database, newer, 4)
    async with database.transaction() as db:
        await paper_entries.record(db, petition.id, 24, "Market", recorded_by=None, now=NOW)
    facts = await snapped(database, newer, tmp_path / "job")
    assert [(row.wording, row.name) for row in rows(tmp_path / "job", facts)] == [
        ("en-1", "Ada 1"),
        ("en-2", "Ada 3"),
        ("cy-1", "Ada 2"),
    ]
    assert (facts.given, facts.withdrawn, facts.online, facts.paper) == (4, 1, 3, 24)
    assert facts.paper_by_source == [("Market", 24)]
    assert facts.total == 27
    assert "less 1 taken back" in facts.words["reconciled"]


async def test_a_pack_is_made_verified_and_proves_who_is_in_it(
    database: Database, tmp_path: Path
) -> None:
    petition = await petitions.published(database, "unit", NOW)
    for who in (1, 2, 3):
        await sign(database, petition, who)
    async with database.transaction() as db:
        with pytest.raises(NoPack):
            await proof.prove(db, petition, await of(db, petition, 1))
    pack = await asked(database, petition)
    words = printed_by(bot_texts())
    try:
        folder = await build_pack.make(database, petition, pack, words, nothing, clock=lambda: NOW)
        assert verify(folder).wrong == []
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    finally:
        build_pack.clear(pack)
    assert not build_pack.folder_of(pack).exists()
    async with database.transaction() as db:
        await build_pack.done(db, pack, now=NOW)
        found = await proof.prove(db, petition, await of(db, petition, 2))
        entries = await audit.latest(db, 2)
    assert [entry.action for entry in entries] == ["handin.made", "handin.asked"]
    leaf = merkle.leaf_hash(found.file["leaf"].encode())
    path = [bytes.fromhex(hash_) for hash_ in found.file["path"]]
    top = merkle.leads_to(leaf, found.file["place"], 3, path)
    assert top is not None
    assert top.hex() == found.root == manifest["merkle_root"]
    assert json.loads(found.file["leaf"])["name"] == "Ada 2"
    await sign(database, petition, 4)
    async with database.transaction() as db:
        with pytest.raises(NotInPack):
            await proof.prove(db, petition, await of(db, petition, 4))
        supporter = await petitions.person(db, 2, NOW)
        answers = {"name": "Ada King", "postcode": "SW1A 1AA"}
        await signing_sign.change(db, petition, supporter, answers, now=NOW)
        with pytest.raises(ChangedSince):
            await proof.prove(db, petition, await of(db, petition, 2))


async def of(db: Any, petition: Petition, who: int) -> signatures.Signature:
    return await standing.signature_of(db, petition, await petitions.person(db, who, NOW))


async def test_one_pack_of_a_campaign_at_a_time(database: Database) -> None:
    petition = await petitions.published(database, "unit", NOW)
    async with database.transaction() as db:
        owner = await petitions.person(db, 1, NOW)
        first = await request_pack.ask(db, petition.id, "full", asked_by=owner, now=NOW)
        with pytest.raises(PackUnderWay):
            await request_pack.ask(db, petition.id, "redacted", asked_by=owner, now=NOW)
        assert await handin_packs.waiting(db) == first
        await handin_packs.change(db, first.id, status="making")
        waiting = await handin_packs.waiting(db)
        assert waiting is not None
        assert waiting.id == first.id, "one that a killed bot had begun is made anew"
        await build_pack.failed(db, first, now=NOW)
        assert await handin_packs.waiting(db) is None
        await request_pack.ask(db, petition.id, "redacted", asked_by=owner, now=NOW)


class Campaign(RuleBasedStateMachine):
    """One campaign: who stands, and what is on paper."""

    histories = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database = runner.run, database
        Campaign.histories += 1
        self.petition = self.run(petitions.published(database, f"h-{Campaign.histories}", NOW))
        self.live: set[int] = set()
        self.paper = 0

    @rule(who=st.integers(1, 4), language=st.sampled_from(["en", "cy"]))
    def signs(self, who: int, language: str) -> None:
        with suppress(AlreadySigned):
            self.run(sign(self.database, self.petition, who, language=language))
        self.live.add(who)

    @rule(who=st.integers(1, 4))
    def withdraws(self, who: int) -> None:
        with suppress(NotSigned):
            self.run(withdraw(self.database, self.petition, who))
        self.live.discard(who)

    @rule(count=st.integers(-5, 9).filter(bool))
    def paper_is_counted(self, count: int) -> None:
        async def act() -> None:
            async with self.database.transaction() as db:
                await paper_entries.record(
                    db, self.petition.id, count, "", recorded_by=None, now=NOW
                )

        with suppress(ValueError):
            self.run(act())
            self.paper += count

    @invariant()
    def the_pack_is_the_live_count(self) -> None:
        async def act() -> None:
            async with self.database.reading() as db:
                totals = await campaigns.totals(db, self.petition.id)
                counts = await handin_packs.counts(db, self.petition.id)
                found = [
                    one
                    async for page in handin_packs.standing(db, self.petition.id)
                    for one in page
                ]
            assert len(found) == len(self.live) == totals.live
            assert counts.given - counts.withdrawn - counts.without_consent == len(found)
            assert totals.offline == self.paper

        self.run(act())


@pytest.mark.parametrize("engine", engines.params())
def test_a_pack_reconciles_after_any_history(engine: str, tmp_path: Path) -> None:
    run_histories(Campaign, engine, tmp_path, histories=8, steps=15)
