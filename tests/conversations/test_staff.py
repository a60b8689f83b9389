"""Promises to owners who choose their staff, and to those whom they invite."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from campaign import staff as crew
from storage import audit, invitations, staff
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.bot import OWNER
from tests.stage.stage import Stage


@pytest.fixture
async def owner(arrives: Arrives) -> Person:
    person = await arrives("Olive", id=OWNER)
    await person.says("/start")
    return person


async def invites(owner: Person, role: str = "Editor") -> str:
    """The link of a new invitation."""
    await owner.says("/staff")
    await owner.taps("Invite somebody")
    made = await owner.taps(role)
    found = re.search(r"https://t\.me/\S+", made.text)
    assert found, made.text
    return found[0]


async def menu(person: Person) -> list[str]:
    async with person.session.get(f"{person.address}/people/{person.id}/commands") as answer:
        return [one["command"] for one in await answer.json()]


async def menu_with(person: Person, command: str, *, there: bool) -> bool:
    """Whether the menu comes to have the command, or to have it no longer."""
    for _ in range(100):
        if (command in await menu(person)) is there:
            return True
        await asyncio.sleep(0.05)
    return False


async def roles(stage: Stage, person: Person) -> dict[int | None, str]:
    async with stage.database.reading() as db:
        return dict(await staff.roles_of(db, person.id))


async def actions(stage: Stage) -> list[str]:
    async with stage.database.reading() as db:
        return [entry.action for entry in reversed(await audit.latest(db, 20))]


async def test_an_invitation_makes_one_person_an_editor_and_the_owner_hears_of_it(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    link = await invites(owner)
    asked = await ada.opens(link)
    assert "Olive invites you" in asked.text
    assert await roles(stage, ada) == {}, "opening it is not agreeing"
    joined = await ada.taps("Join")
    assert "You are now: Editor" in joined.text
    assert await roles(stage, ada) == {None: "editor"}
    assert "Ada has joined: Editor" in (await owner.reads()).text
    assert "What would you like to tell" in (await ada.says("/update")).text
    assert "Owners do that" in (await ada.says("/staff")).text
    assert await menu_with(ada, "update", there=True)
    assert "staff" not in await menu(ada)
    bob = await arrives("Bob")
    assert "has been used" in (await bob.opens(link)).text
    assert await roles(stage, bob) == {}
    assert await actions(stage) == ["staff.invited", "staff.joined"]


async def test_of_many_who_tap_at_once_one_joins(
    stage: Stage, owner: Person, arrives: Arrives
) -> None:
    link = await invites(owner)
    crowd = [await arrives(f"P{place}") for place in range(6)]
    for person in crowd:
        await person.opens(link)
    answers = await asyncio.gather(*(person.taps("Join") for person in crowd))
    assert sum("You are now" in answer.text for answer in answers) == 1
    assert sum("has been used" in answer.text for answer in answers) == 5
    async with stage.database.reading() as db:
        assert len(await staff.all(db)) == 2


async def test_a_recalled_or_old_or_invented_invitation_is_of_no_use(
    stage: Stage, owner: Person, ada: Person
) -> None:
    recalled = await invites(owner)
    await owner.taps("Revoke: Editor")
    assert "has been used or revoked" in (await ada.opens(recalled)).text
    old = await invites(owner)
    await ada.opens(old)
    async with stage.database.transaction() as db:
        past = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=1)
        await db.execute(
            text("UPDATE staff_invitations SET expires_at = :past"), {"past": past.isoformat(" ")}
        )
    assert "too old" in (await ada.taps("Join")).text
    invented = old[:-22] + "A" * 22
    assert "has been used" in (await ada.opens(invented)).text
    assert await roles(stage, ada) == {}
    async with stage.database.reading() as db:
        assert await invitations.open_ones(db, datetime.now(UTC)) == []


async def test_no_thank_you_leaves_everything_as_it_was(
    stage: Stage, owner: Person, ada: Person
) -> None:
    link = await invites(owner, "Viewer")
    await ada.opens(link)
    assert "Keep London" in (await ada.taps("No, thank you")).text
    assert await roles(stage, ada) == {}
    await ada.opens(link)
    assert "Viewer" in (await ada.taps("Join")).text


async def test_a_token_is_nowhere_in_the_database(stage: Stage, owner: Person) -> None:
    token = (await invites(owner))[-22:]
    async with stage.database.reading() as db:
        rows = (await db.execute(text("SELECT * FROM staff_invitations"))).all()
    assert rows
    assert token not in repr(rows)


async def test_a_role_is_changed_and_taken_away_and_the_person_is_told(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await ada.opens(await invites(owner))
    await ada.taps("Join")
    await owner.reads()
    await owner.says("/staff")
    await owner.taps("Ada: Editor")
    asked = await owner.taps("Make viewer")
    assert "Now: Editor. Then: Viewer." in asked.text
    assert await roles(stage, ada) == {None: "editor"}, "asking is not doing"
    changed = await owner.taps("Yes, make viewer")
    assert "Viewer" in changed.text
    assert "you are now Viewer" in (await ada.reads()).text
    assert "Owners and editors do that" in (await ada.says("/update")).text
    assert "From link to signature" in (await ada.says("/funnel")).text
    await owner.taps("Remove from team")
    assert "from the team" in owner.last.text
    asked = owner.last
    assert "it is only you" in (await owner.taps("Yes, remove")).text
    assert "no longer on the team" in (await ada.reads()).text
    assert "I don’t know" in (await ada.says("/funnel")).text
    assert await menu_with(ada, "funnel", there=False)
    again = await owner.taps("Yes, remove", on=asked)
    assert "somebody else has done it already" in again.text, "a double tap"


async def test_a_draft_in_hand_is_of_no_use_to_one_who_has_left(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await ada.opens(await invites(owner))
    await ada.taps("Join")
    await ada.says("/update")
    await ada.taps("News")
    looked = await ada.says("Words of one who leaves")
    await owner.reads()
    await owner.says("/staff")
    await owner.taps("Ada: Editor")
    await owner.taps("Remove from team")
    await owner.taps("Yes, remove")
    await ada.reads()
    assert "Send it to" not in (await ada.taps("Send it now", on=looked)).text
    assert "as it will arrive" not in (await ada.says("More words")).text


async def test_the_owner_of_the_configuration_and_the_last_one_stay(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await ada.opens(await invites(owner, "Owner"))
    await ada.taps("Join")
    await ada.says("/staff")
    await ada.taps("Olive: Owner")
    assert "configuration file" in ada.last.text
    await ada.taps("Remove from team")
    assert "take them out there first" in (await ada.taps("Yes, remove")).text
    assert await roles(stage, owner) == {None: "owner"}


async def test_rights_for_one_campaign_end_at_it(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    await stage.publish(slug="another-unit")
    await owner.says("/staff")
    await owner.taps("Invite somebody")
    where = await owner.taps("Owner")
    assert "of which campaign" in where.text
    made = await owner.taps("Keep London", on=Answer(where.messages, []))
    found = re.search(r"https://t\.me/\S+", made.text)
    assert found
    await ada.opens(found[0])
    await ada.taps("Join")
    ((campaign_id, role),) = (await roles(stage, ada)).items()
    assert (campaign_id is not None, role) == (True, "owner")
    listed = await ada.says("/staff")
    assert any("Ada: Owner" in label for label in listed.buttons)
    assert not any("Olive" in label for label in listed.buttons), "she owns more than Ada does"
    assert "Owners of all campaigns do that" in (await ada.says("/stopall")).text, (
        "that is for all campaigns"
    )
    forged = await ada.taps_data(listed.messages[0]["message_id"], "crew:make:0:owner")
    assert "Nothing has changed" in forged.text
    other = 1 if campaign_id == 2 else 2
    forged = await ada.taps_data(listed.messages[0]["message_id"], f"upd:new:{other}:news")
    assert "Send me the message" not in forged.text


async def test_nobody_else_sees_or_touches_the_staff(
    stage: Stage, owner: Person, ada: Person
) -> None:
    assert "I don’t know" in (await ada.says("/staff")).text
    welcome = await ada.says("/start")
    for data in ("crew:home", "crew:make:0:owner", "crew:remove:1:yes", "crew:role:1:viewer"):
        forged = await ada.taps_data(welcome.messages[0]["message_id"], data)
        assert "Who works" not in forged.text
    assert await roles(stage, owner) == {None: "owner"}
    assert await actions(stage) == []


async def test_a_blocked_owner_costs_nobody_their_answer(
    stage: Stage, owner: Person, ada: Person
) -> None:
    link = await invites(owner)
    await owner.blocks()
    await ada.opens(link)
    assert "You are now: Editor" in (await ada.taps("Join")).text


async def test_looking_at_an_invitation_does_not_use_it_up(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    link = await invites(owner)
    eve = await arrives("Eve")
    await eve.opens(link)
    await eve.opens(link)
    await ada.opens(link)
    assert "You are now: Editor" in (await ada.taps("Join")).text


async def test_the_other_owners_hear_of_an_invitation_before_anybody_uses_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await ada.opens(await invites(owner, "Owner"))
    await ada.taps("Join")
    await owner.reads()
    await invites(owner, "Owner")
    told = await ada.reads()
    assert "Olive has made an invitation: Owner" in told.text
    assert "start=" not in told.text, "not the link itself"


async def test_who_loses_the_role_between_the_question_and_the_yes_does_nothing(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    """Each sensitive act of an owner: asked for, then the role is taken away, then yes is said."""
    bob = await arrives("Bob")
    await bob.opens(await invites(owner))
    await bob.taps("Join")
    await owner.reads()
    await ada.opens(await invites(owner, "Owner"))
    await ada.taps("Join")
    await owner.reads()
    await ada.says("/staff")
    await ada.taps("Bob: Editor")
    questions = [await ada.taps("Make viewer")]
    await ada.says("/staff")
    await ada.taps("Bob: Editor")
    questions.append(await ada.taps("Remove from team"))
    await ada.says("/handin")
    questions.append(await ada.taps("Names and postcodes"))
    invitation = await ada.taps_data(questions[0].messages[0]["message_id"], "crew:as:0:owner")
    assert "start=" in invitation.text
    async with stage.database.transaction() as db:
        (member,) = [one for one in await staff.all(db) if one.telegram_id == ada.id]
        await staff.remove(db, member.id)
    for asked, yes in zip(questions, ("Yes, make viewer", "Yes, remove", "Yes, make"), strict=True):
        assert "Keep London" in (await ada.taps(yes, on=asked)).text, "the front door"
    link = re.search(r"https://t\.me/\S+", invitation.text)
    assert link
    eve = await arrives("Eve")
    assert "used" in (await eve.opens(link[0])).text, "her invitations went with her"
    assert await roles(stage, bob) == {None: "editor"}
    async with stage.database.reading() as db:
        assert "handin.asked" not in [entry.action for entry in await audit.latest(db, 20)]


async def test_news_that_telegram_does_not_take_comes_later(
    stage: Stage, owner: Person, ada: Person
) -> None:
    link = await invites(owner)
    await ada.opens(link)
    await stage.control("faults", method="sendMessage", kind="429", times=1, retry_after=1)
    await ada.taps("Join")
    assert "Ada has joined: Editor" in (await owner.reads()).text
    assert await owner.hears_nothing(0.5)


async def claim(stage: Stage, *, force: bool = False) -> str:
    """What `clamour staff claim` does; gives the start parameter of the link."""
    async with stage.database.transaction() as db:
        _, token = await crew.claim(db, force=force, now=datetime.now(UTC))
    return f"https://t.me/clamour_bot?start={crew.payload_of(token)}"


async def nobody_owns(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await db.execute(text("DELETE FROM staff"))


async def test_the_first_owner_comes_by_a_link_and_it_works_once(
    stage: Stage, arrives: Arrives
) -> None:
    await nobody_owns(stage)
    lost, link = await claim(stage), await claim(stage)
    ada, bob = await arrives("Ada"), await arrives("Bob")
    assert "been used or revoked" in (await ada.opens(lost)).text, "the newer one counts"
    asked = await ada.opens(link)
    assert "makes you the owner" in asked.text
    assert "makes you the owner" in (await bob.opens(link)).text, "looking does not use it up"
    assert "You are now: Owner" in (await ada.taps("oin", on=asked)).text
    assert await roles(stage, ada) == {None: "owner"}
    late = await bob.opens(link)
    assert "been used or revoked" in late.text
    assert await roles(stage, bob) == {}
    assert (await actions(stage))[-1] == "staff.joined"


async def test_a_claim_is_over_when_there_is_an_owner_unless_it_is_forced(
    stage: Stage, owner: Person, arrives: Arrives
) -> None:
    async with stage.database.transaction() as db:
        with pytest.raises(crew.AlreadyOwned):
            await crew.claim(db, now=datetime.now(UTC))
    link = await claim(stage, force=True)
    ada = await arrives("Ada")
    await ada.opens(link)
    assert "You are now: Owner" in (await ada.taps("oin")).text
    assert set(await roles(stage, owner)) == {None}
    assert "staff.claim" in await actions(stage)


async def test_who_becomes_owner_otherwise_ends_an_open_claim(
    stage: Stage, arrives: Arrives
) -> None:
    await nobody_owns(stage)
    link = await claim(stage)
    ada = await arrives("Ada")
    asked = await ada.opens(link)
    async with stage.database.transaction() as db:
        await crew.add(db, OWNER, "owner", None, now=datetime.now(UTC))
    assert "been used or revoked" in (await ada.taps("oin", on=asked)).text
    assert await roles(stage, ada) == {}
