"""Promises of the chat in a browser without scripts, over HTTP, with the real conversations."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign import staff as team
from channels.browser import conversations, kept
from storage import personal_data, staff, supporters, tables
from storage.errors import DatabaseUnavailable
from tests.bot.web_door import NOW, Door
from tests.browser.visitor import FRAGMENT, Page, Visitor

Arrives = Callable[..., Visitor]


async def rows(world: Door, table: Any) -> int:
    async with world.services.database.reading() as db:
        return int(await db.scalar(select(func.count()).select_from(table)) or 0)


async def test_the_share_page_lets_people_sign_here_first_and_sets_no_cookie(
    world: Door, ada: Visitor
) -> None:
    page = await ada.opens("/s/keep-the-unit")
    assert page.labels == ["Sign here"]
    assert page.links["Sign in Telegram"] == "https://t.me/clamour_bot?start=keep-the-unit"
    assert ada.answer is not None
    assert "Set-Cookie" not in ada.answer.headers
    assert not list(ada.session.cookie_jar)
    assert await rows(world, tables.supporters) == 0


async def test_without_a_mail_server_the_door_stays_as_it_was(tmp_path: Any) -> None:
    from tests import migrated
    from tests.bot.web_door import door

    async with door(await migrated.copied_to(tmp_path / "other.db")) as world:
        await world.publish()
        page = await world.get("/s/keep-the-unit")
        assert "Sign here" not in page.text
        assert "Sign in Telegram" in page.text
        assert (await world.get("/chat")).status == 404
        assert (await world.asks("POST", "/chat")).status == 405


async def test_signing_begins_with_the_petition_and_its_first_question(ada: Visitor) -> None:
    page = await ada.begins()
    assert [who for who, _ in page.bubbles] == ["bot", "me", "bot"]
    assert "Keep the" in page.bubbles[0][1]
    assert "Signing takes two minutes." in page.bubbles[0][1]
    assert page.bubbles[1][1].strip() == "✍️ Sign"
    assert "What is your name?" in page.newest
    assert page.field_["autocomplete"] == "name"
    (cookie,) = ada.session.cookie_jar
    assert cookie.key == "clamour"
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"


async def test_answers_lead_from_question_to_question_as_in_telegram(ada: Visitor) -> None:
    await ada.begins()
    page = await ada.says("Ada Lovelace")
    assert "postcode" in page.newest.lower()
    assert page.field_["autocomplete"] == "postal-code"
    page = await ada.taps("‹ Back")
    assert "What is your name?" in page.newest
    page = await ada.taps("Keep “Ada Lovelace”")
    assert "postcode" in page.newest.lower()
    page = await ada.says("not a postcode at all")
    who, words = page.bubbles[-2]
    assert (who, words.strip()) == ("me", "not a postcode at all")
    assert "postcode" in page.newest.lower()


async def test_a_page_opened_again_is_the_same_conversation(ada: Visitor) -> None:
    page = await ada.begins()
    again = await ada.opens("/chat")
    assert again.bubbles == page.bubbles


async def test_a_double_tap_is_answered_once(world: Door, ada: Visitor) -> None:
    page = await ada.begins()
    await ada.says("Ada Lovelace", on=page)
    once = ada.page.bubbles
    await ada.says("Ada Lovelace", on=page)
    assert ada.page.bubbles == once


async def test_two_different_taps_on_one_page_are_both_answered(ada: Visitor) -> None:
    page = await ada.begins()
    await ada.says("Ada Lovelace", on=page)
    await ada.taps("Read more", on=page)
    assert ada.page.bubbles[-2][1].strip() == "Read more"


async def test_an_old_page_is_answered_with_where_the_person_is(ada: Visitor) -> None:
    first = await ada.begins()
    await ada.says("Ada Lovelace")
    page = await ada.taps("Cancel", on=first)
    assert "postcode" in page.newest.lower(), "the open question, not the old one's cancel"
    assert any(who == "note" for who, _ in page.bubbles) or "old" in page.newest


async def test_two_browsers_are_two_people(world: Door, ada: Visitor, arrives: Arrives) -> None:
    await ada.begins()
    ben = arrives()
    await ben.begins()
    await ada.says("Ada Lovelace")
    page = await ben.opens("/chat")
    assert "Ada" not in " ".join(words for _, words in page.bubbles)
    assert await rows(world, tables.supporters) == 2


async def test_the_same_browser_that_signs_again_goes_on(world: Door, ada: Visitor) -> None:
    await ada.begins()
    await ada.says("Ada Lovelace")
    await ada.begins()
    assert await rows(world, tables.supporters) == 1
    assert "postcode" in ada.page.newest.lower()


async def test_a_friends_link_keeps_its_referral(world: Door, ada: Visitor) -> None:
    (petition,) = await world.services.catalogue.petitions()
    (friend,) = await world.sign(petition, ["SW1A 1AA"])
    link = await world.link_of(petition, friend)
    await ada.begins(link.code)
    assert "What is your name?" in ada.page.newest
    async with world.services.database.reading() as db:
        codes = (await db.scalars(select(tables.referrals.c.link_id))).all()
    assert codes == [link.id]


async def test_a_page_speaks_the_language_that_the_link_was_opened_in(ada: Visitor) -> None:
    page = await ada.begins(query="?lang=cy")
    assert '<html lang="cy">' in page.html
    assert "enw" in page.newest


async def test_an_answer_that_could_not_be_written_does_not_undo_what_was_done(
    world: Door, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.begins()

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("a template is broken")

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "answer", fails)
        await ada.says("Ada Lovelace")
        assert ada.answer is not None
        assert ada.answer.status == 500
        assert "Sorry, something went wrong" in ada.page.heading
    page = await ada.opens("/chat")
    assert "postcode" in page.newest.lower()
    assert "What is your name?" not in page.newest
    assert (await ada.opens("/chat")).bubbles == page.bubbles


async def test_files_of_an_erased_person_are_not_remembered(
    ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    remember = conversations.Conversations._remember

    def watched(self: Any, *given: Any) -> None:
        remember(self, *given)
        seen.append(self._screens)

    monkeypatch.setattr(conversations.Conversations, "_remember", watched)
    await ada.begins()
    await ada.says("/mydata")
    assert seen[-1]
    await ada.taps("Cancel")
    await ada.says("/forget")
    await ada.taps("Yes, erase everything")
    assert not seen[-1]


async def test_words_from_before_a_change_of_language_say_what_they_are_in(ada: Visitor) -> None:
    page = await ada.begins()
    assert page.html.count(' lang="') == 1
    await ada.taps("Cancel")
    await ada.says("/language")
    page = await ada.taps("Cymraeg")
    assert '<html lang="cy">' in page.html
    before, now = page.html.split('id="now"')
    assert '<div class="words" dir="auto" lang="en">' in before
    assert '<div class="row" lang="en">' in before
    assert 'lang="en"' not in now


async def test_an_erased_person_is_told_so_and_their_browser_is_nobodys(
    world: Door, ada: Visitor
) -> None:
    await ada.begins()
    await ada.taps("Cancel")
    await ada.says("/forget")
    page = await ada.taps(next(label for label in ada.page.labels if label.startswith("Yes")))
    assert page.bubbles
    assert "Send" not in page.labels
    assert not list(ada.session.cookie_jar)
    page = await ada.opens("/chat")
    assert "We don’t know this browser" in page.heading


async def test_an_invitation_to_the_staff_is_taken_in_telegram_alone(
    world: Door, ada: Visitor
) -> None:
    async with world.services.database.transaction() as db:
        await staff.upsert(db, 1, "owner", NOW)
        _, token = await team.invite(db, 1, "owner", None, now=NOW)
    await ada.begins()
    await ada.says(f"/start {team.payload_of(token)}")
    assert await rows(world, tables.staff) == 1
    assert "Join" not in ada.page.labels


# What can go wrong


async def test_who_is_erased_in_another_place_at_this_moment_is_told_so(
    world: Door, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.begins()
    given = {**ada.page.hidden["say"], "text": "Ada Lovelace"}
    find = kept.find

    async def erased_after_a_look(db: Any, value: str) -> Any:
        found = await find(db, value)
        if found is not None:
            async with world.services.database.transaction() as other:
                one = found.supporter
                await personal_data.erase(other, one.id, one.telegram_id, now=NOW)
        return found

    monkeypatch.setattr(kept, "find", erased_after_a_look)
    answer = await ada.sends(data=given)
    assert answer.status == 403
    assert "We don’t know this browser" in answer.text


async def test_a_lost_session_is_told_where_to_begin(ada: Visitor) -> None:
    for cookie in ({}, {"clamour": "x" * 43}, {"clamour": "nonsense"}):
        ada.session.cookie_jar.update_cookies(cookie)
        page = await ada.opens("/chat")
        assert ada.answer is not None
        assert ada.answer.status == 403
        assert page.heading == "We don’t know this browser"
        assert any("s/keep-the-unit" in address for address in page.links.values())
        answer = await ada.sends(data={"text": "Ada"})
        assert answer.status == 403


async def test_a_browser_that_keeps_no_cookies_is_told_so(world: Door, ada: Visitor) -> None:
    answer = await ada.sends("/chat/begin", data={"code": "keep-the-unit", "lang": "en"})
    assert answer.status == 303
    ada.session.cookie_jar.clear()
    page = await ada.opens("/chat?begun=1")
    assert page.heading == "Your browser keeps no cookies"


async def test_a_form_of_another_page_changes_nothing(world: Door, ada: Visitor) -> None:
    await ada.begins()
    good = ada.page.hidden["say"] | {"text": "Ada Lovelace"}
    bad: list[tuple[dict[str, str], dict[str, str]]] = [
        ({**good, "csrf": ""}, {}),
        ({**good, "csrf": "0" * 32}, {}),
        ({"n": good["n"], "text": "Ada"}, {}),
        (good, {"Origin": "https://evil.example"}),
        (good, {"Origin": "null"}),
        (good, {"Sec-Fetch-Site": "cross-site"}),
        (good, {"Sec-Fetch-Site": "same-site", "Origin": "https://petition.example.org"}),
    ]
    for fields, headers in bad:
        answer = await ada.sends(data=fields, headers=headers)
        assert answer.status == 403, (fields, headers)
        assert "That page is out of date" in answer.text
    begun = await ada.sends(
        "/chat/begin", data={"code": "keep-the-unit"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert begun.status == 403
    assert "What is your name?" in (await ada.opens("/chat")).newest


async def test_forms_are_bounded_and_of_one_kind(ada: Visitor) -> None:
    await ada.begins()
    good = ada.page.hidden["say"]
    assert (await ada.sends(data={**good, "text": "x" * 17_000})).status == 413
    assert (await ada.sends(json={**good, "text": "Ada"})).status == 415
    assert (await ada.sends(data=b"\xff\xfe%%%&&&==", headers={"Content-Type": "x"})).status == 415
    many = {f"f{n}": "1" for n in range(30)}
    assert (await ada.sends(data=many)).status == 400
    page = await ada.says("Ada Lovelace")
    assert "postcode" in page.newest.lower()
    answer = await ada.sends(data={**ada.page.hidden["say"], "text": "SW1A 1AA", "more": "x"})
    assert answer.status == 303, "unknown fields are passed over"


async def test_hostile_fields_are_read_as_words(ada: Visitor) -> None:
    await ada.begins()
    for text in ("\0", "<script>alert(1)</script>", "\u202eevil", "🏳️‍🌈" * 200, "/nothing", "%00"):
        page = await ada.says(text)
        assert ada.answer is not None
        assert ada.answer.status == 200, text
        assert "<script>alert" not in page.html
    for data in ("", "x" * 500, "form:1:cancel", "steer:1:pause", "\0", "sign:999999999999999999"):
        answer = await ada.sends(data={**ada.page.hidden["tap"], "data": data})
        assert answer.status == 303, data


async def test_the_field_that_nobody_sees_catches_programs(world: Door, ada: Visitor) -> None:
    await ada.begins()
    given = {**ada.page.hidden["say"], "text": "Ada Lovelace", "website": "https://spam.example"}
    assert (await ada.sends(data=given)).status == 303
    assert "What is your name?" in (await ada.opens("/chat")).newest


async def test_only_what_makes_sense_is_allowed(ada: Visitor) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = await ada.sends("/chat", method=method)
        assert answer.status == 405
        assert answer.headers["Allow"] == "GET, HEAD, POST"
    await ada.begins()
    head = await ada.sends("/chat", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert (await ada.sends("/chat/begin", method="GET")).status == 303


async def test_headers_let_nothing_run_and_nothing_be_kept(ada: Visitor) -> None:
    await ada.begins()
    assert ada.answer is not None
    headers = ada.answer.headers
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert headers["Referrer-Policy"] == "same-origin"
    html = ada.page.html
    assert "<style" not in html
    assert " style=" not in html
    assert " on" not in unescape(html).split("<main>")[0].replace(" on ", "")


async def test_who_goes_too_fast_is_asked_to_wait_and_loses_nothing(
    world: Door, ada: Visitor
) -> None:
    await ada.begins()
    statuses = []
    for n in range(40):
        data = {**ada.page.hidden["say"], "text": f"Ada {n}"}
        statuses.append((await ada.sends(data=data)).status)
    assert statuses[0] == 303
    assert statuses[-1] == 429


async def test_beginning_again_and_links_to_telegram_are_acts_like_any_other(
    world: Door, ada: Visitor
) -> None:
    await ada.begins()
    assert (await ada.sends("/chat/telegram", method="HEAD")).status == 303
    assert await rows(world, tables.join_tokens) == 0, "who only looks gets no token"
    links = [await ada.sends("/chat/telegram", method="GET") for _ in range(40)]
    assert {answer.status for answer in links} == {303}
    assert 0 < await rows(world, tables.join_tokens) < 40
    given = {"code": "keep-the-unit"}
    answers = [await ada.sends("/chat/begin", data=given) for _ in range(20)]
    assert answers[-1].status == 429
    assert (await ada.sends("/chat", method="GET")).status == 200


async def test_with_the_database_away_nothing_is_lost(
    world: Door, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await ada.begins()

    async def away(*_: Any) -> None:
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(kept, "find", away)
        answer = await ada.sends(data={**page.hidden["say"], "text": "Ada Lovelace"})
        assert answer.status == 503
    await ada.says("Ada Lovelace", on=page)
    assert "postcode" in ada.page.newest.lower()


async def test_what_is_said_of_ones_data_is_true_in_a_browser(ada: Visitor) -> None:
    await ada.begins()
    said = [(await ada.says("/privacy")).newest]
    await ada.taps("Cancel")
    said.append((await ada.says("/forget")).newest)
    said.append((await ada.taps("Yes, erase everything")).newest)
    assert "cookie" in said[0]
    assert "newest messages of this conversation" in said[0]
    assert not [words for words in said if "Telegram" in words or "phone" in words]


# With scripts


async def test_a_script_gets_what_is_new_and_the_next_forms(ada: Visitor) -> None:
    page = await ada.begins()
    data = {**page.hidden["say"], "text": "Ada Lovelace"}
    answer = await ada.sends(data=data, headers={"Accept": FRAGMENT})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith(FRAGMENT)
    assert answer.headers["Content-Language"] == "en"
    more = Page(answer.text)
    assert [who for who, _ in more.bubbles] == ["me", "bot"]
    assert more.field_["autocomplete"] == "postal-code"
    assert int(more.hidden["say"]["n"]) > int(page.hidden["say"]["n"])
    again = Page((await ada.sends(data=data, headers={"Accept": FRAGMENT})).text)
    assert [who for who, _ in again.bubbles] == ["me", "bot"], "the page has not seen it yet"


# Pictures and files


async def test_a_picture_says_what_it_shows(world: Door, ada: Visitor) -> None:
    await world.publish(picture=b"\x89PNG")
    page = await ada.begins()
    assert re.search(r'<img [^>]*alt="Picture of the petition “Keep [^"]*”"', page.html)


async def test_pictures_and_files_come_to_their_own_browser_only(
    world: Door, ada: Visitor, arrives: Arrives, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.begins()
    await ada.taps("Cancel")
    page = await ada.says("/mydata")
    files = {name: address for name, address in page.links.items() if "my-data" in name}
    assert len(files) == 2, page.links
    for address in files.values():
        answer = await ada.sends(f"/{address}", method="GET")
        assert answer.status == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert (await arrives().sends(f"/{address}", method="GET")).status == 404
    monkeypatch.setattr(conversations, "SCREENS_REMEMBERED", 0)
    before = await rows(world, tables.supporters)
    await ada.says("/mydata")
    for address in [*files.values(), *list(ada.page.links.values())[-2:]]:
        answer = await ada.sends(f"/{address}", method="GET")
        assert answer.status == 200, "made again, by another process or after a restart"
    assert await rows(world, tables.supporters) == before


async def test_the_page_of_ones_data_names_no_number_of_telegrams(ada: Visitor) -> None:
    await ada.begins()
    page = await ada.says("/mydata")
    address = next(address for name, address in page.links.items() if ".html" in name)
    text = (await ada.sends(f"/{address}", method="GET")).text
    assert "Telegram number" not in text
    assert "number that we call you by" in text


async def test_nothing_of_an_address_is_kept(world: Door, ada: Visitor) -> None:
    await ada.begins()
    await ada.says("Ada Lovelace")
    async with world.services.database.reading() as db:
        people = (await db.execute(select(tables.supporters))).all()
        chats = (await db.execute(select(tables.web_chats))).all()
        where = (await db.execute(select(tables.addresses))).all()
    (cookie,) = ada.session.cookie_jar
    assert "127.0.0" not in repr([people, chats, where])
    assert cookie.value not in repr([people, chats, where])
    assert supporters is not None
