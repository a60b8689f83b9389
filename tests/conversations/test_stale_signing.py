"""Promises of the buttons that sign: tapped long after they were shown, or looked for."""

import json
from typing import Any

from sqlalchemy import text

from storage import wordings
from tests.conversations.form_steps import to_review
from tests.conversations.steered_clock import Clock, clock, stage
from tests.e2e.people import Person
from tests.stage.stage import Stage

__all__ = ["clock", "stage"]


async def leave_as_the_version_before(stage: Stage) -> int:
    """The form, as it stood before the last tap when there were two screens; gives its serial."""
    async with stage.database.transaction() as db:
        words = await wordings.latest(db, 1)
        kinds = ("petition", "consent:sign", "consent:updates", "consent:other_campaigns")
        row = (await db.execute(text("SELECT answers, serial FROM dialogs"))).one()
        answers: dict[str, Any] = json.loads(row.answers)
        shown = [words[kind, "en"].id for kind in kinds]
        answers["1"] |= {"agreed": True, "updates": True, "other": True, "shown": shown}
        await db.execute(text("UPDATE dialogs SET answers = :kept"), {"kept": json.dumps(answers)})
    return int(row.serial)


async def test_the_ledger_says_nothing_of_words_that_only_the_version_before_had_shown(
    stage: Stage, ada: Person
) -> None:
    await to_review(ada)
    serial = await leave_as_the_version_before(stage)
    shown = await ada.taps_data(ada.last.messages[0]["message_id"], f"form:{serial}:sign")
    assert "Nearly there" in shown.text, "its button signs nothing"
    assert "You have signed" in (await ada.taps("Just sign")).text
    assert set(await stage.consents(ada.id)) == {"sign", "updates"}
    await ada.says("/start")
    assert "Hear of other campaigns?" in ada.last.buttons, "it is asked after that"


async def test_buttons_from_before_an_erasure_sign_nothing_after_it(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await to_review(ada)
    before = ada.last
    await ada.taps("Just sign")
    await ada.says("/forget")
    await ada.taps("Yes")
    clock.pass_(seconds=20)
    await to_review(ada)
    stale = await ada.taps("Sign and keep me posted", on=before)
    assert "earlier question" in stale.toast
    assert "Nearly there" in stale.text
    assert await stage.consents(ada.id) == {}


async def test_a_tap_that_has_not_signed_is_never_said_to_be_done(
    stage: Stage, ada: Person
) -> None:
    await to_review(ada)
    shown = ada.last
    await ada.says("/language cy")
    for button in ("Just sign", "Sign and keep me posted", "Just sign"):
        stale = await ada.taps(button, on=shown)
        assert "gwestiwn cynharach" in stale.toast
        assert "Bron â gorffen" in stale.text, "the screen that signs is shown again"
    assert await stage.consents(ada.id) == {}
    assert "Rydych wedi llofnodi" in (await ada.taps("Dim ond llofnodi")).text


async def test_help_with_the_last_screen_comes_with_its_buttons(stage: Stage, ada: Person) -> None:
    await to_review(ada)
    assert "Would you like to stop signing?" in (await ada.says("stop")).text
    told = await ada.says("No, I’d like to sign")
    assert "one of the two buttons" in told.text
    assert "You have signed" in (await ada.taps("Just sign")).text
