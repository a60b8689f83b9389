"""Promises of changing a campaign piece by piece: it stays right, and nobody's words are lost."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import catalogue, uploads
from campaign.definition import publish_edits
from campaign.definition.campaign_file import load_definition
from campaign.definition.edits import Edit, Gone, PageFull, TooMany, applied, next_question, rebased
from campaign.definition.export import to_toml
from campaign.definition.model import Definition
from campaign.definition.parts import (
    PARTS,
    InvalidEdit,
    InvalidText,
    entries,
    may_skip,
    rule_for,
    text_for,
)
from campaign.definition.problems import DefinitionError
from campaign.definition.texts import Texts
from storage import audit, campaigns
from storage.database import Database
from tests.amount import cases
from tests.campaign import FULL_PROFILE
from tests.campaign.definitions import definitions, one_line
from tests.campaign.petitions import EXAMPLE, published

NOW = datetime(2009, 11, 26, 9, tzinfo=UTC)
FULL = load_definition(FULL_PROFILE)


def filled(definition: Definition, edit: Edit, words: str, *, quotes: bool = True) -> Edit:
    """The edit with every question answered."""
    while wanted := next_question(definition, edit):
        skip = not quotes and may_skip(definition, PARTS[edit.part], *wanted)
        edit = edit.with_text(*wanted, None if skip else words)
    return edit


@settings(max_examples=cases(short=12, full=60))
@given(
    definitions(),
    st.lists(
        st.tuples(
            st.sampled_from(list(PARTS)),
            st.sampled_from(["add", "change", "remove", "move"]),
            st.integers(0, 4),
            st.integers(-1, 5),
            one_line(50),
            st.booleans(),
        ),
        max_size=8,
    ),
)
def test_whatever_is_changed_the_campaign_stays_one_that_its_file_could_say(
    definition: Definition, acts: list[tuple[str, str, int, int, str, bool]]
) -> None:
    for name, act, place, to, words, quotes in acts:
        part, there = PARTS[name], entries(definition, PARTS[name])
        before = there[place] if place < len(there) and act != "add" else None
        edit = Edit(1, 1, name, act, place, before, to=to)  # type: ignore[arg-type]
        if act in ("add", "change"):
            edit = filled(definition, edit, text_for(part, part.fields[0], words), quotes=quotes)
        try:
            changed = applied(definition, edit)
        except InvalidEdit:
            continue
        difference = {"add": 1, "remove": -1}.get(act, 0)
        assert len(entries(changed, part)) == len(there) + difference
        assert Definition.from_dict(changed.to_dict()) == changed
        definition = changed


def test_the_parts_have_the_rules_of_the_file() -> None:
    assert PARTS["questions"].fields == ("question", "answer")
    assert PARTS["endorsements"].optional == {"quote"}
    assert [PARTS[name].most for name in ("reasons", "endorsements", "organisations")] == [
        10,
        50,
        12,
    ]
    assert not PARTS["organisations"].translated
    assert {name for name, part in PARTS.items() if part.optional and not part.listed} == {
        "about",
        "outcome",
        "target_short",
    }
    assert (rule_for(PARTS["about"], "about").limit, rule_for(PARTS["ask"], "ask").one_line) == (
        2000,
        True,
    )
    untouched = {"consent", "privacy_notice", "letter"}
    assert set(Texts.model_fields) - untouched == set(PARTS) - {"organisations"}


@pytest.mark.parametrize(
    ("part", "field", "written", "reason"),
    [
        ("reasons", "reasons", "  \n ", "empty"),
        ("reasons", "reasons", "a\nb", "line_break"),
        ("reasons", "reasons", "a\x07b", "hidden"),
        ("questions", "question", "x" * 61, "long"),
        ("endorsements", "quote", "🌹" * 201, "long"),
        ("organisations", "organisations", "x" * 81, "long"),
        ("about", "about", "x" * 2001, "long"),
    ],
)
def test_a_text_that_cannot_stand_there_says_why(
    part: str, field: str, written: str, reason: str
) -> None:
    with pytest.raises(InvalidText) as bad:
        text_for(PARTS[part], field, written)
    assert bad.value.reason == reason
    assert (bad.value.over > 0) is (reason == "long")


def test_a_full_list_takes_no_more() -> None:
    stored = FULL.to_dict()
    for texts in stored["text"].values():
        texts["opponents"] = texts["opponents"] * 10
    full = Definition.from_dict(stored)
    with pytest.raises(TooMany):
        applied(full, filled(full, Edit(1, 1, "opponents", "add"), "x"))


def test_statement_and_reasons_that_do_not_fit_one_page_say_by_how_much() -> None:
    stored = FULL.to_dict()
    for texts in stored["text"].values():
        texts["statement"] = "x" * 3000
        texts["reasons"] = ["y" * 280, "z" * 280]
    full = Definition.from_dict(stored)
    with pytest.raises(PageFull) as found:
        applied(full, filled(full, Edit(1, 1, "reasons", "add"), "w" * 100))
    assert found.value.over == 3000 + 2 * 283 + 103 - 3596


def test_an_entry_that_is_not_there_any_more_is_not_touched() -> None:
    there = entries(FULL, PARTS["reasons"])
    for place, before in ((1, there[0]), (7, there[0]), (0, None)):
        with pytest.raises(Gone):
            applied(FULL, Edit(1, 1, "reasons", "remove", place, before))


def test_an_edit_finds_its_entry_again_after_it_has_moved() -> None:
    first, second = entries(FULL, PARTS["reasons"])
    edit = filled(FULL, Edit(1, 1, "reasons", "change", 0, first), "Better.")
    moved = applied(FULL, Edit(1, 1, "reasons", "move", 1, second, to=0))
    again = rebased(moved, edit, 2)
    assert again is not None
    assert (again.place, again.version) == (1, 2)
    assert [e["en"]["reasons"] for e in entries(applied(moved, again), PARTS["reasons"])] == [
        second["en"]["reasons"],
        "Better.",
    ]


def test_an_edit_of_what_has_gone_becomes_a_new_entry_and_a_removal_becomes_nothing() -> None:
    first, _ = entries(FULL, PARTS["reasons"])
    gone = applied(FULL, Edit(1, 1, "reasons", "remove", 0, first))
    edit = filled(FULL, Edit(1, 1, "reasons", "change", 0, first), "Better.")
    again = rebased(gone, edit, 2)
    assert again is not None
    assert (again.act, again.given) == ("add", edit.given)
    assert rebased(gone, Edit(1, 1, "reasons", "remove", 0, first), 2) is None


def test_two_who_write_the_same_single_text_both_keep_their_words() -> None:
    edit = filled(FULL, Edit(1, 1, "outcome", "change", 0, entries(FULL, PARTS["outcome"])[0]), "B")
    other = filled(FULL, Edit(1, 1, "outcome", "change", 0, edit.before), "A")
    again = rebased(applied(FULL, other), edit, 2)
    assert again is not None
    assert applied(applied(FULL, other), again).text["cy"].outcome == "B"


async def test_each_change_is_a_version_in_the_log_and_is_made_once(database: Database) -> None:
    petition = await published(database, "log", NOW)
    new = Edit(petition.id, petition.campaign.version, "reasons", "add", 4)
    edit = filled(petition.definition, new, "One more.")
    async with database.transaction() as db:
        live = await publish_edits.put_live(db, petition, edit, actor=7, now=NOW)
    assert live.campaign.version == petition.campaign.version + 1
    with pytest.raises(catalogue.ChangedMeanwhile):
        async with database.transaction() as db:
            await publish_edits.put_live(db, live, edit, actor=7, now=NOW)
    with pytest.raises(catalogue.ChangedMeanwhile):
        async with database.transaction() as db:
            await publish_edits.put_live(db, petition, edit, actor=7, now=NOW)
    async with database.reading() as db:
        (entry,) = await publish_edits.edits_since(db, petition.id, petition.campaign.version)
        assert (entry.actor, entry.details["part"]) == (7, "reasons")
        assert await publish_edits.edits_since(db, petition.id, live.campaign.version) == []
        assert len(await publish_edits.edits_since(db, petition.id, None)) == 1
    async with database.transaction() as db:
        await publish_edits.put_file_live(
            db, petition.definition, over=live.campaign.version, actor=None, now=NOW
        )
    async with database.reading() as db:
        assert await publish_edits.edits_since(db, petition.id, None) == []
        assert len(await publish_edits.edits_since(db, petition.id, 1)) == 1
        assert [entry.action for entry in await audit.latest(db, 2)] == [
            "campaign.loaded",
            "campaign.edited",
        ]


async def test_of_many_who_put_it_live_at_once_one_does_and_the_others_are_told(
    database: Database,
) -> None:
    petition = await published(database, "at-once", NOW)
    edit = filled(petition.definition, Edit(petition.id, 1, "reasons", "add", 4), "One more.")

    async def puts_it_live(actor: int) -> bool:
        try:
            async with database.transaction() as db:
                await publish_edits.put_live(db, petition, edit, actor=actor, now=NOW)
        except catalogue.ChangedMeanwhile:
            return False
        return True

    assert sum(await asyncio.gather(*(puts_it_live(actor) for actor in range(6)))) == 1
    async with database.reading() as db:
        now = await catalogue.current(db, petition.id)
        assert len(await publish_edits.edits_since(db, petition.id, 1)) == 1
    assert now is not None
    assert (now.campaign.version, len(now.texts("en").reasons)) == (2, 5)


async def test_a_goal_that_has_been_raised_meanwhile_stays_raised(database: Database) -> None:
    petition = await published(database, "raised", NOW)
    async with database.transaction() as db:
        await campaigns.upsert(
            db,
            slug="raised",
            status="open",
            goal=5000,
            definition=petition.definition.to_dict(),
            now=NOW,
        )
        raised = await catalogue.current(db, petition.id)
        assert raised is not None
        edit = filled(raised.definition, Edit(petition.id, 1, "reasons", "add", 4), "One more.")
        live = await publish_edits.put_live(db, raised, edit, actor=7, now=NOW)
    assert (live.campaign.goal, live.definition.goal) == (5000, 5000)


async def test_a_file_that_is_sent_keeps_the_picture_and_the_campaign(database: Database) -> None:
    example = load_definition(EXAMPLE).model_copy(update={"slug": "sent"})
    petition = await catalogue.publish(database, example, now=NOW)
    picture = petition.definition.picture

    def read(text: str, spoken: tuple[str, ...] = ("en", "cy")) -> Definition:
        return uploads.read_here(text.encode(), spoken).definition("sent", picture)

    text = to_toml(petition.definition)
    assert read(text) == petition.definition
    assert read(text.replace('picture = "picture.png"\n', "")).picture is None
    with pytest.raises(DefinitionError):
        read(text.replace('"sent"', '"other"'))
    with pytest.raises(DefinitionError):
        read(text, ("en",))
    with pytest.raises(DefinitionError):
        read("x" * (uploads.UPLOAD_LIMIT + 1))
    with pytest.raises(DefinitionError, match="picture"):
        uploads.read_here(text.encode(), ("en", "cy")).definition("sent", None)
