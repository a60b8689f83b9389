"""Promises of the page that ends somebody's emails."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import email_updates, subscriptions
from campaign.petition import Petition
from channels.email import unsubscribe
from channels.email.unsubscribe import Unsubscribe
from handlers.supporter.subscriptions_page import KINDS_TO_HEAR
from storage import addresses, consents, email_subscriptions, letters_key
from storage import subscriptions as subscriptions_kept
from storage.addresses import EMAIL
from storage.consents import NewConsent
from storage.supporters import Supporter
from tests import migrated
from tests.bot.web_door import NOW, PUBLIC_URL, Door, door

KEY = b"a key of this installation's own"
ONE_CLICK = b"List-Unsubscribe=One-Click"
"""What mail programs post (RFC 8058, 3.2)."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    async with door(await migrated.copied_to(tmp_path / "clamour.db"), chat=True) as opened:
        opened.services.letters_key = KEY
        yield opened


async def hears(world: Door, petition: Petition, supporter: Supporter) -> str:
    """Let a person hear by email; gives the path of their page."""
    async with world.services.database.transaction() as db:
        await addresses.keep(db, supporter.id, EMAIL, "ada@x.example", reachable=True, now=NOW)
        given_to = [
            NewConsent(supporter.id, petition.id, purpose, True, None, "button", NOW)
            for purpose in ("updates", email_subscriptions.PURPOSE)
        ]
        await consents.append(db, given_to)
        found = await addresses.find(db, EMAIL, "ada@x.example")
    assert found is not None
    token = unsubscribe.token(Unsubscribe(found[1].id, petition.id), world.services.letters_key)
    return f"/email/stop/{token}"


async def chosen(world: Door, petition: Petition, supporter: Supporter) -> tuple[bool, bool]:
    """Whether a person hears by email, and in the chat."""
    async with world.services.database.reading() as db:
        return (
            await email_updates.hears(db, petition, supporter),
            await subscriptions.hears_updates(db, petition, supporter),
        )


async def posts(world: Door, path: str, body: bytes) -> tuple[int, str]:
    async with world.session.post(world.address + path, data=body) as answer:
        return answer.status, await answer.text()


async def test_one_click_ends_the_emails_of_one_petition_and_nothing_else(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    path = await hears(world, petition, ada)
    for _ in range(2):
        status, page = await posts(world, path, ONE_CLICK)
        assert status == 200
        assert "no more emails" in page
    assert await chosen(world, petition, ada) == (False, True)
    async with world.services.database.reading() as db:
        ledger = await consents.current(db, ada.id, petition.id)
    assert (ledger["updates_email"].granted, ledger["updates_email"].method) == (False, "email")


async def test_to_open_the_page_ends_nothing(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    path = await hears(world, petition, ada)
    for method in ("GET", "HEAD"):
        answer = await world.asks(method, path)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
    assert await chosen(world, petition, ada) == (True, True)


async def test_the_second_button_ends_everything(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    _, page = await posts(world, await hears(world, petition, ada), b"all=1")
    assert "any more messages" in page
    assert await chosen(world, petition, ada) == (False, False)


async def test_the_form_leaves_kinds_out_and_chooses_when_it_is_quiet(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    path = await hears(world, petition, ada)
    kinds = [kind for kind in KINDS_TO_HEAR if kind not in ("news", "event")]
    body = urlencode([("choose", "1"), ("quiet", "20:00-09:00"), *(("kind", k) for k in kinds)])
    for _ in range(2):
        status, page = await posts(world, path, body.encode())
        assert status == 200
        assert "Saved." in page
        assert 'value="news">' in page
        assert 'value="decision" checked>' in page
    assert await chosen(world, petition, ada) == (True, True)
    async with world.services.database.reading() as db:
        assert await subscriptions_kept.muted(db, petition.id, ada.id) == {"news", "event"}
        assert await subscriptions_kept.quiet_hours(db, ada.id) == "20:00-09:00"
        ledger = await consents.current(db, ada.id, petition.id)
    assert ledger[f"{consents.ONE_KIND}news"].granted is False
    assert "Stop our emails?" in (await world.get(path)).text

    await posts(world, path, body.encode() + b"&kind=news&quiet=now")
    async with world.services.database.reading() as db:
        assert await subscriptions_kept.muted(db, petition.id, ada.id) == {"event"}


async def test_a_choice_that_nobody_offered_is_passed_over(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    path = await hears(world, petition, ada)
    every = "&".join(f"kind={kind}" for kind in KINDS_TO_HEAR)
    body = f"choose=1&quiet=00:00-23:59&kind=<b>&kind=updates_email&{every}"
    assert "Saved." in (await posts(world, path, body.encode()))[1]
    async with world.services.database.reading() as db:
        assert await subscriptions_kept.muted(db, petition.id, ada.id) == set()
        assert await subscriptions_kept.quiet_hours(db, ada.id) == ""
    assert await chosen(world, petition, ada) == (True, True)


async def test_a_page_of_an_address_that_is_gone_says_so_and_ends_nobody_elses_emails(
    world: Door,
) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    path = await hears(world, petition, ada)
    async with world.services.database.transaction() as db:
        for address in await addresses.of_supporter(db, ada.id):
            await addresses.remove(db, address.id)
    _, bob = await world.sign(petition, ["SW1A 1AA", "SW1A 1AA"])
    theirs = await hears(world, petition, bob)
    assert theirs != path, "no number of an address is given twice"
    for body in (ONE_CLICK, b"all=1"):
        status, page = await posts(world, path, body)
        assert status == 200
        assert "don’t send emails to this address any more" in page
    assert (await world.asks("GET", path)).status == 200
    assert await chosen(world, petition, bob) == (True, True)


async def test_links_in_old_letters_work_after_the_bot_has_a_new_token(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    database = world.services.database
    async with database.transaction() as db:
        world.services.letters_key = await letters_key.of(db)
    path = await hears(world, petition, ada)
    world.services.identity_key = b"derived from another token"
    async with database.transaction() as db:
        world.services.letters_key = await letters_key.of(db)
    assert (await posts(world, path, ONE_CLICK))[0] == 200
    assert await chosen(world, petition, ada) == (False, True)


async def test_whatever_is_posted_ends_no_more_than_it_says(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    path = await hears(world, petition, ada)
    for body in (b"", b"all=1&all=1", b"x" * 20_000, b"\xff\x00"):
        status, _ = await posts(world, path, body)
        assert status == 200
    assert await chosen(world, petition, ada) == (False, True)


@given(
    st.integers(0, 42),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
)
def test_a_changed_token_is_nobodys(place: int, other: str) -> None:
    token = unsubscribe.token(Unsubscribe(7, 1), KEY)
    changed = token[:place] + other + token[place + 1 :]
    assert changed == token or unsubscribe.read_token(changed, KEY) is None


async def test_there_is_no_such_page_where_nobody_is_emailed(tmp_path: Path) -> None:
    async with door(await migrated.copied_to(tmp_path / "clamour.db"), PUBLIC_URL) as opened:
        status, _ = await posts(opened, "/email/stop/x", ONE_CLICK)
        assert status == 405
