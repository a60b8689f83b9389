"""Promises about comments and steps on both engines."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaign import comments, next_steps
from campaign.errors import NotSigned
from campaign.petition import Petition
from campaign.signing import sign, standing
from storage import comments as kept
from storage import consents, dialogs, signatures
from storage import next_steps as kept_steps
from storage.database import Connection, Database
from storage.signatures import Signature
from tests.campaign.petitions import person, published, signs

NOW = datetime(2009, 11, 3, 12, tzinfo=UTC)
BEFORE_ALL = 10**17


async def signed(
    db: Connection, petition: Petition, who: int, *, comment: str | None = None
) -> Signature:
    supporter = await person(db, who, NOW)
    await signs(db, petition, supporter, NOW)
    if comment:
        answers = {"name": f"Ada {who}", "postcode": "SW1A 1AA", "comment": comment}
        await sign.change(db, petition, supporter, answers, now=NOW)
    return await standing.signature_of(db, petition, supporter)


async def with_steps(database: Database, *names: str) -> Petition:
    petition = await published(database, "unit", NOW)
    return replace(petition, definition=petition.definition.model_copy(update={"steps": names}))


async def test_pages_hold_comments_of_both_origins_newest_first(database: Database) -> None:
    petition = await with_steps(database, "comment")
    async with database.transaction() as db:
        for who in range(1, 8):
            one = await signed(db, petition, who, comment=f"form {who}" if who % 2 else None)
            if who in (2, 3, 6):
                await comments.give(db, petition, one, f"step {who}", "unnamed", None, now=NOW)
        withdrawn = await signed(db, petition, 8, comment="withdrawn")
        supporter = await person(db, 8, NOW)
        await sign.withdraw(db, petition, supporter, now=NOW)
        first = await kept.page(db, petition.id, before=BEFORE_ALL, limit=4)
        second = await kept.page(db, petition.id, before=first[-1].signature_id, limit=4)
    assert [one.words for one in first] == ["form 7", "step 6", "form 5", "step 3"]
    assert [one.words for one in second] == ["step 2", "form 1"]
    assert [one.permission for one in first] == [None, "unnamed", None, "unnamed"]
    assert withdrawn.id not in [one.signature_id for one in (*first, *second)]


async def test_choosing_and_taking_back_at_once_never_leave_a_quote_without_permission(
    database: Database,
) -> None:
    petition = await with_steps(database, "comment")
    async with database.transaction() as db:
        one = await signed(db, petition, 1)
        await comments.give(db, petition, one, "Why", "named", None, now=NOW)

    async def chooses() -> None:
        async with database.transaction() as db:
            try:
                await comments.choose(db, petition, 4242, one.id, chosen=True, now=NOW)
            except comments.NotPermitted:
                return

    async def takes_back() -> None:
        async with database.transaction() as db:
            await comments.give(db, petition, one, "Why", "none", None, now=NOW)

    await asyncio.gather(*(chooses() for _ in range(5)), takes_back(), chooses())
    async with database.reading() as db:
        assert await comments.quotes(db, petition.id) == []
        assert await kept.chosen(db, petition.id) == []
        ledger = await consents.current(db, one.supporter_id, petition.id)
    assert not ledger["quote"].granted


async def test_other_words_are_chosen_no_longer_and_a_milder_permission_is(
    database: Database,
) -> None:
    petition = await with_steps(database, "comment")
    async with database.transaction() as db:
        one = await signed(db, petition, 1)
        await comments.give(db, petition, one, "Why", "named", None, now=NOW)
        await comments.choose(db, petition, 4242, one.id, chosen=True, now=NOW)
        await comments.give(db, petition, one, "Why", "unnamed", None, now=NOW)
        [quote] = await comments.quotes(db, petition.id)
        assert (quote.words, quote.first_name, quote.area) == ("Why", None, None)
        await comments.give(db, petition, one, "Why not", "unnamed", None, now=NOW)
        assert await comments.quotes(db, petition.id) == []


async def test_withdrawing_deletes_the_comment_and_the_step_comes_anew(database: Database) -> None:
    petition = await with_steps(database, "comment")
    async with database.transaction() as db:
        one = await signed(db, petition, 1)
        ada = await person(db, 1, NOW)
        await comments.give(db, petition, one, "Why", "named", None, now=NOW)
        assert await kept_steps.figures(db, petition.id) == {"comment": 1}
        await sign.withdraw(db, petition, ada, now=NOW)
        assert await kept.of(db, one.id) is None
        assert (await kept_steps.figures(db, petition.id))["comment"] == 0
        assert not (await consents.current(db, ada.id, petition.id))["quote"].granted
        with pytest.raises(NotSigned):
            await next_steps.still_open(db, petition, ada, language="en", now=NOW)
        await signs(db, petition, ada, NOW)
        assert await next_steps.next_one(db, petition, ada, language="en", now=NOW) == "comment"


async def test_a_step_done_at_once_from_several_places_counts_once(database: Database) -> None:
    petition = await with_steps(database, "letter")
    async with database.transaction() as db:
        await signed(db, petition, 1)
        ada = await person(db, 1, NOW)
        await next_steps.put_off(db, petition, ada, "letter", now=NOW)

    async def done() -> bool:
        async with database.transaction() as db:
            return await next_steps.finish(db, petition, ada, "letter", now=NOW)

    assert sum(await asyncio.gather(*(done() for _ in range(6)))) == 1
    async with database.transaction() as db:
        await next_steps.put_off(db, petition, ada, "letter", now=NOW + timedelta(days=1))
        assert await kept_steps.taken(db, petition.id, ada.id) == {"letter": "done"}
        assert await kept_steps.figures(db, petition.id) == {"letter": 1}


async def test_what_is_written_again_while_signing_does_not_touch_a_comment_of_the_step(
    database: Database,
) -> None:
    petition = await with_steps(database, "comment")
    async with database.transaction() as db:
        one = await signed(db, petition, 1, comment="for the target")
        await comments.give(db, petition, one, "for you", "named", None, now=NOW)
        ada, _ = await dialogs.open(
            db, telegram_id=1, first_name="Ada", telegram_language="en", now=NOW
        )
        answers = {"name": "Ada 1", "postcode": "SW1A 1AA", "comment": "other"}
        await sign.change(db, petition, ada, answers, now=NOW)
        found = await kept.of(db, one.id)
        assert found is not None
        assert found.words == "for you"
        again = await signatures.of(db, petition.id, ada.id)
        assert again is not None
        assert again.comment == "other"


async def test_words_written_while_staff_let_others_through_are_not_shown(
    database: Database,
) -> None:
    petition = await with_steps(database, "comment")
    async with database.transaction() as db:
        one = await signed(db, petition, 1)

    async def writes(words: str) -> None:
        async with database.transaction() as db:
            await comments.give(db, petition, one, words, "unnamed", None, now=NOW)

    async def lets_through(looked_at: str) -> None:
        later = NOW + timedelta(hours=1)
        async with database.transaction() as db:
            with contextlib.suppress(comments.NotPermitted):
                await comments.show(
                    db, petition, 1, one.id, shown=True, looked_at=looked_at, now=later
                )

    for _ in range(8):
        await writes("It works.")
        async with database.reading() as db:
            read = await kept.of(db, one.id)
        assert read is not None
        await asyncio.gather(writes("Something rude."), lets_through(comments.seen(read)))
        async with database.reading() as db:
            assert await comments.to_visitors(db, petition.id, limit=5) == []
