"""Promises to people who ask what is held about them, and to those who want it gone."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.conversations.form_steps import signs
from tests.e2e.people import Answer, Person
from tests.stage.bot import TOKEN
from tests.stage.stage import Stage


async def files(person: Person, answer: Answer) -> dict[str, str]:
    """The documents of an answer, by name, as Telegram hands them out."""
    found = {}
    for message in answer.messages:
        if document := message.get("document"):
            api = f"{person.address}/bot{TOKEN}/getFile"
            async with person.session.post(api, json={"file_id": document["file_id"]}) as told:
                path = (await told.json())["result"]["file_path"]
            async with person.session.get(f"{person.address}/file/bot{TOKEN}/{path}") as content:
                found[document["file_name"]] = (await content.read()).decode()
    return found


async def test_all_that_is_held_comes_as_a_page_and_as_json(stage: Stage, ada: Person) -> None:
    await signs(ada)
    sent = await ada.says("/mydata")
    assert "Everything we hold about you" in sent.text
    given = await files(ada, sent)
    held: dict[str, Any] = json.loads(given["my-data.json"])
    assert held["signatures"][0]["full_name"] == "Ada Lovelace"
    assert held["supporters"][0]["telegram_id"] == ada.id
    page = given["my-data.html"]
    assert page.lstrip().startswith("<!doctype html>")
    assert "Your signatures" in page
    assert "Ada Lovelace" in page
    await ada.says("/mydata")
    third = await ada.says("/mydata")
    assert "ask again tomorrow" in third.text
    assert await files(ada, third) == {}


async def test_what_a_person_wrote_is_no_html_in_their_page(stage: Stage, ada: Person) -> None:
    await ada.says("/sign")
    await ada.says("Ada <script>alert(1)</script>")
    given = await files(ada, await ada.says("/mydata"))
    assert "<script" not in given["my-data.html"]


async def test_forgetting_asks_says_what_it_means_and_leaves_nothing(
    stage: Stage, ada: Person, tmp_path: Path
) -> None:
    await signs(ada)
    assert (await stage.totals()).total == 1
    asked = await ada.says("/forget")
    assert "You no longer count as a signer: Keep London" in asked.text
    assert "The law asks us" in asked.text
    kept = await ada.taps("No, keep it")
    assert "signed" in kept.text
    assert (await stage.totals()).total == 1
    asked = await ada.says("/forget")
    done = await ada.taps("Yes, erase everything")
    assert "Done: I’ve erased" in done.text
    assert (await stage.totals()).total == 0
    again = await ada.taps("Yes, erase everything", on=asked)
    assert "Got that already" in again.toast, "a double tap"
    for _ in range(200):
        if not traces(tmp_path, ada):
            break
        await asyncio.sleep(0.05)
    assert traces(tmp_path, ada) == []
    assert "Nobody has signed yet" in (await ada.says("/start")).text, "a new person"
    await signs(ada)
    assert (await stage.totals()).total == 1


def traces(folder: Path, person: Person) -> list[str]:
    wanted = (b"Lovelace", b"SW1A 1AA", str(person.id).encode())
    return [
        path.name
        for path in folder.glob("clamour.db*")
        if any(word in path.read_bytes() for word in wanted)
    ]


async def test_an_old_yes_asks_again(stage: Stage, ada: Person) -> None:
    await signs(ada)
    old = await ada.says("/forget")
    await ada.taps("No, keep it")
    await ada.says("/forget")
    assert "Erase everything about you?" in (await ada.taps("Yes, erase everything", on=old)).text
    assert (await stage.totals()).total == 1


async def test_whoever_is_staff_is_told_the_way(stage: Stage, owner: Person) -> None:
    told = await owner.says("/forget")
    assert "remove you from the team first" in told.text
    forged = await owner.taps_data(told.messages[0]["message_id"], "forget:0:yes")
    assert "Nothing has been erased" in forged.text


async def test_someone_who_only_looked_in_is_forgotten_too(stage: Stage, ada: Person) -> None:
    await ada.says("/start")
    await ada.says("/forget")
    assert "Done: I’ve erased" in (await ada.taps("Yes, erase everything")).text


async def test_a_message_of_another_kind_leaves_the_question_open(
    stage: Stage, ada: Person
) -> None:
    await signs(ada)
    asked = await ada.says("/forget")
    await ada.sends(sticker=True)
    await ada.says("hm, well")
    assert "Done: I’ve erased" in (await ada.taps("Yes, erase everything", on=asked)).text
