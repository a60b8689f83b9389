"""Promises of a database that is sealed, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from storage import (
    bursts,
    comments,
    dialogs,
    invalidation_search,
    invalidations,
    lookalikes,
    paper_entries,
    paper_imports,
    personal_data,
    retention,
    signatures,
)
from storage.database import Database
from storage.encryption.columns import or_empty
from storage.encryption.keyring import Keyring
from storage.errors import (
    DecryptionFailed,
)
from storage.invalidation_search import Rule
from storage.tables import supporters
from tests.storage.encrypted import NAMES, OLD, ada_signs, look_into
from tests.storage.world import NOW, campaign, person, sign


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invalidation_search, "NAMES_AT_ONCE", 7)


async def test_nothing_of_a_person_lies_open_and_all_of_it_is_there(sealed: Database) -> None:
    made = await ada_signs(sealed)
    seen = (await look_into(sealed)).casefold()
    assert not [name for name in (*NAMES, "mother", "'ada'") if name.casefold() in seen]
    async with sealed.transaction() as db:
        supporter, dialog = await person(db)
        assert supporter.first_name == "Ada"
        assert dialog.answers[str(made)]["answers"]["name"] == NAMES[0]
        signed = await signatures.of(db, made, supporter.id)
        assert signed is not None
        assert (signed.full_name, signed.email) == (NAMES[0], NAMES[3])
        assert signed.name_key == NAMES[0].casefold()
        given = await personal_data.export(db, supporter.id, supporter.telegram_id)
        assert given["signatures"][0]["full_name"] == NAMES[0]
        assert given["comments"][0]["words"] == "My mother walked there"
        (said,) = await comments.page(db, made, before=10**9, limit=5)
        assert (said.words, said.full_name) == ("My mother walked there", NAMES[0])
    seen = (await look_into(sealed)).casefold()
    assert not [name for name in NAMES if name.casefold() in seen]


async def test_doubles_are_found_without_opening_anything(sealed: Database) -> None:
    async with sealed.transaction() as db:
        made = await campaign(db)
        ada = await sign(db, made.id, 1, name="Ada", postcode="CF10 1AA", email="ada@example.org")
        twin = await sign(db, made.id, 2, name="Ada", postcode="CF10 1AA")
        mail = await sign(db, made.id, 3, name="Eve", email="Ada@Example.org")
        other = await sign(db, made.id, 4, name="Ada", postcode="CF10 2BB")
        assert ada is not None
        assert twin is not None
        assert mail is not None
        assert other is not None
        assert [one.signature_id for one in await lookalikes.find(db, ada)] == [
            twin.id,
            mail.id,
        ]
        assert await lookalikes.find(db, other) == []
        assert sorted(await paper_imports.signers_named(db, made.id, ["ada", "bob"]), key=str) == [
            ("ada", "CF10 1AA", "ada@example.org"),
            ("ada", "CF10 1AA", None),
            ("ada", "CF10 2BB", None),
        ]
        for note in ("stall", "stall", "church"):
            await paper_entries.add(
                db, campaign_id=made.id, count=2, note=note, recorded_by=None, now=NOW
            )
        assert await paper_entries.by_source(db, made.id) == [("stall", 4), ("church", 2)]


RULES = (
    Rule(name="ada*"),
    Rule(name="*9"),
    Rule(name="ad? 1?"),
    Rule(name="a%a_1"),
    Rule(name="ada 17"),
    Rule(stem="ada "),
    Rule(stem="eve ", name="*[1*"),
    Rule(name="*a*", postcode="CF10"),
    Rule(name="*", up_to=20),
)


@pytest.mark.parametrize("keyring", [None, OLD], ids=["plain", "sealed"])
async def test_a_rule_finds_the_same_whether_names_are_sealed_or_not(
    url: str, keyring: Keyring | None
) -> None:
    database = await Database.open(url, keyring=keyring)
    async with database.transaction() as db:
        made = await campaign(db)
        signed: dict[int, tuple[str | None, str | None]] = {}
        for n in range(1, 41):
            name = (f"Ada {n}", f"Eve [{n}", None, f"a%a_{n}")[n % 4]
            where = ("CF10 1AA", "CF11 1AA")[n % 2]
            one = await sign(db, made.id, n, name=name, postcode=where)
            assert one is not None
            signed[one.id] = (one.name_key, where)
        for rule in RULES:
            expected = [
                number
                for number, (name, where) in signed.items()
                if name is not None and _applies(rule, number, name, where or "")
            ]
            assert await invalidation_search.count(db, made.id, rule) == len(expected), rule
            newest = await invalidation_search.sample(db, made.id, rule, 5)
            assert [one.id for one in newest] == expected[::-1][:5], rule
            paged, after = [], 0
            while page := await invalidation_search.page(db, made.id, rule, after=after, limit=3):
                paged += page
                after = page[-1]
            assert paged == expected, rule
    await database.close()


def _applies(rule: Rule, number: int, name: str, where: str) -> bool:
    def fits(pattern: str, word: str) -> bool:
        if not pattern:
            return not word
        if pattern[0] == "*":
            return any(fits(pattern[1:], word[n:]) for n in range(len(word) + 1))
        return bool(word) and pattern[0] in ("?", word[0]) and fits(pattern[1:], word[1:])

    return (
        (rule.name is None or fits(rule.name, name))
        and (rule.stem is None or name.rstrip("0123456789") == rule.stem)
        and (rule.postcode is None or where.startswith(f"{rule.postcode} "))
        and (rule.up_to is None or number <= rule.up_to)
    )


async def test_bursts_under_a_name_are_noticed_and_forgotten_with_the_person(
    sealed: Database,
) -> None:
    async with sealed.transaction() as db:
        made = await campaign(db)
        for n in range(1, 10):
            await sign(db, made.id, n, name=f"Bot {n}" if n < 6 else f"Ada{'x' * n}")
        until = NOW + timedelta(minutes=1)
        assert await bursts.most(db, made.id, "name", NOW, until) == ("bot ", 5)
        values = {"campaign_id": made.id, "since": NOW, "until": until, "count": 5, "usual": 1}
        await bursts.add(db, kind="name", key="bot ", **values)
        assert await bursts.going_on(db, made.id, "name", "bot ", NOW) is not None
        bot, _ = await person(db, 1)
        await personal_data.erase(db, bot.id, 1, now=NOW)
        assert await bursts.going_on(db, made.id, "name", "bot ", NOW) is None


async def test_what_somebody_has_changed_is_refused_by_name(sealed: Database) -> None:
    made = await ada_signs(sealed)
    for change in ("full_name = email", "full_name = 'Eve'", "full_name = full_name || 'A'"):
        async with sealed.transaction() as db:
            kept = (await db.execute(text("SELECT full_name FROM signatures"))).scalar_one()
            await db.execute(text(f"UPDATE signatures SET {change}"))  # noqa: S608 - ours
        with pytest.raises(DecryptionFailed, match=r"signatures\.full_name"):
            async with sealed.reading() as db:
                await signatures.by_number(db, made, 1)
        async with sealed.transaction() as db:
            await db.execute(text("UPDATE signatures SET full_name = :kept"), {"kept": kept})
    async with sealed.reading() as db:
        assert await signatures.by_number(db, made, 1)


async def test_forms_begun_for_a_campaign_that_is_over_are_found_and_forgotten(
    sealed: Database,
) -> None:
    made = await ada_signs(sealed)
    async with sealed.transaction() as db:
        _, dialog = await person(db)
        await dialogs.save(db, replace(dialog, answers={**dialog.answers, "99": {"name": "Eve"}}))
        assert await retention.drop_the_rest(db, made)
        assert not await retention.drop_the_rest(db, made)
        assert (await person(db))[1].answers == {"99": {"name": "Eve"}}


async def test_one_broken_name_does_not_hold_up_what_goes_to_many(sealed: Database) -> None:
    async with sealed.transaction() as db:
        for number in (1, 2):
            await person(db, number)
        await db.execute(text("UPDATE supporters SET first_name = 'Eve' WHERE telegram_id = 1"))
        name = or_empty(supporters.c.first_name)
        found = await db.scalars(select(name).order_by(supporters.c.telegram_id))
        assert found.all() == ["", "Ada"]


async def test_rules_of_staff_are_sealed_too(sealed: Database) -> None:
    async with sealed.transaction() as db:
        made = await campaign(db)
        rule = {"name": "augusta*", "up_to": 5}
        kept = await invalidations.add(db, campaign_id=made.id, rule=rule, made_by=None, now=NOW)
        assert kept.rule == rule
    assert "augusta" not in await look_into(sealed)
