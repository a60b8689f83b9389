"""Promises of the smaller subjects: campaigns, wordings, consents, staff, audit log."""

from datetime import timedelta

from storage import audit, campaigns, consents, staff, wordings
from storage.consents import NewConsent
from storage.database import Database
from tests.storage.world import NOW, campaign, person


async def test_a_changed_campaign_is_a_new_version_and_noticed(database: Database) -> None:
    async with database.transaction() as db:
        first = await campaign(db)
        token = await campaigns.changes_token(db)
        given = {"slug": first.slug, "goal": 2000, "now": NOW + timedelta(days=1)}
        same = await campaigns.upsert(db, status="open", definition=first.definition, **given)
        assert same.version == 1
        assert same.opened_at == NOW
        closed = await campaigns.upsert(db, status="closed", definition={"title": "New"}, **given)
        assert closed.version == 2
        assert closed.closed_at == NOW + timedelta(days=1)
        assert await campaigns.changes_token(db) > token
        assert await campaigns.by_slug(db, first.slug) == closed
        assert await campaigns.by_id(db, first.id) == closed
        assert await campaigns.all(db) == [closed]
        assert await campaigns.by_slug(db, "none") is None


async def test_a_text_is_kept_once_and_a_changed_one_is_the_next_version(
    database: Database,
) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
        kept = {"campaign_id": made.id, "kind": "consent:sign", "language": "cy", "now": NOW}
        first = await wordings.keep(db, text="Rwy'n cytuno.", **kept)
        assert await wordings.keep(db, text="Rwy'n cytuno.", **kept) == first
        second = await wordings.keep(db, text="Cytunaf.", **kept)
        assert (first.version, second.version) == (1, 2)
        assert first.sha256 != second.sha256
        assert (await wordings.latest(db, made.id))["consent:sign", "cy"] == second


async def test_the_latest_choice_of_each_purpose_is_the_current_one(database: Database) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
        supporter, _ = await person(db)

        def choice(purpose: str, granted: bool) -> NewConsent:
            return NewConsent(supporter.id, made.id, purpose, granted, None, "button", NOW)

        await consents.append(db, [choice("sign", True), choice("updates", True)])
        await consents.append(db, [choice("updates", False)])
        await consents.append(db, [])
        current = await consents.current(db, supporter.id, made.id)
        assert {purpose: c.granted for purpose, c in current.items()} == {
            "sign": True,
            "updates": False,
        }


async def test_a_role_in_a_campaign_goes_before_a_role_over_all(database: Database) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
        await staff.upsert(db, 7, "viewer", NOW)
        await staff.upsert(db, 7, "editor", NOW, made.id)
        await staff.upsert(db, 7, "owner", NOW, made.id)
        assert await staff.roles_of(db, 7) == {None: "viewer", made.id: "owner"}
        assert await staff.roles_of(db, 8) == {}
        assert len(await staff.all(db)) == 2


async def test_the_audit_log_gives_the_newest_first(database: Database) -> None:
    async with database.transaction() as db:
        for n in range(3):
            await audit.append(
                db, at=NOW, actor=n, action="a", subject=f"s:{n}", details={"count": n}
            )
        newest = await audit.latest(db, 2)
    assert [entry.subject for entry in newest] == ["s:2", "s:1"]
    assert newest[0].details == {"count": 2}
