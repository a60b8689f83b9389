"""The sheet that somebody of the staff is filling in for the story: kept in their dialog."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from campaign import timeline
from campaign.petition import Petition
from campaign.questionnaire import Asked, Questionnaire, questions
from campaign.timeline import Entry
from handlers.context import Context, Left
from handlers.screens import Screen, Text
from handlers.staff.broadcasts.preview import language_name
from handlers.staff.permissions import in_hand
from handlers.staff.timeline.buttons import to
from handlers.staff.timeline.questions import Step, days_of, moment_of
from storage import decisions, events
from storage.decisions import Decision
from storage.events import Event
from storage.handins import Handin

FLOW = "story"


@dataclass(frozen=True, slots=True)
class FormState:
    """What is being written down.

    Attributes:
        kind: which list of steps; see flows.py.
        about: the event that is changed, or the decision of which something is told; None if new.
        version: of that event, as it was read.
    """

    kind: str
    petition: Petition
    steps: tuple[Step, ...]
    form: Questionnaire
    about: int | None = None
    version: int = 0

    @property
    def step(self) -> Step | None:
        """The open step; None at the look at it."""
        asked = self.form.current
        return next((one for one in self.steps if asked and one.name == asked.name), None)

    def answer(self, name: str) -> Any:
        """What was answered in the first language, or what is the same in all; None if nothing."""
        asked = next((one for one in self.form.questions if one.name == name), None)
        return self.form.answers.get(asked.key) if asked else None


def asked_of(petition: Petition, steps: tuple[Step, ...]) -> tuple[Asked, ...]:
    """The questions that steps lead to in a campaign's languages."""
    return questions(
        [(one.name, one.optional, one.words) for one in steps], petition.definition.languages
    )


def is_open(context: Context) -> bool:
    """Whether the person is filling in a sheet."""
    return context.dialog.flow == FLOW


async def current(context: Context, steps_of: dict[str, tuple[Step, ...]]) -> FormState:
    """The sheet in hand.

    Raises:
        Left: there is none, or it is theirs no longer.
    """
    if not is_open(context):
        raise Left
    return await begun(context, steps_of)


async def begun(context: Context, steps_of: dict[str, tuple[Step, ...]]) -> FormState:
    """The same, also of one that was left with something in it."""
    kept = context.dialog.answers.get(FLOW)
    if not kept or kept["kind"] not in steps_of:
        raise Left
    petition = await in_hand(context, kept["campaign"])
    steps = steps_of[kept["kind"]]
    form = Questionnaire.from_dict(asked_of(petition, steps), kept["form"])
    return FormState(kept["kind"], petition, steps, form, kept["about"], kept["version"])


def go_to(context: Context, sheet: FormState) -> None:
    """Be busy with this sheet, as it is now."""
    kept = {
        "kind": sheet.kind,
        "campaign": sheet.petition.id,
        "about": sheet.about,
        "version": sheet.version,
        "form": sheet.form.to_dict(),
    }
    context.go_to(sheet.petition.id, FLOW, sheet.form.step, kept)


def leave(context: Context, *, forget: bool = True) -> None:
    """Be busy with no sheet any more, and forget it or not."""
    context.leave(forget=FLOW if forget else "")


async def ask(context: Context, sheet: FormState) -> Screen:
    """The open question, or the look at all of it."""
    step, asked = sheet.step, sheet.form.current
    if step is None or asked is None:
        return await _look(context, sheet)
    several = len(sheet.petition.definition.languages) > 1
    variables = {
        "kind": sheet.kind,
        "language_name": language_name(context, asked.language)
        if several and asked.language
        else None,
        "again": bool(asked.language) and asked.language != sheet.petition.definition.languages[0],
        "optional": asked.optional,
    }
    rows = [[to(context, f"story_{one}", "pick", one)] for one in step.choices]
    if asked.optional:
        rows.append([to(context, "skip", "skip")])
    rows.append([to(context, "back", "back"), to(context, "cancel", "throw")])
    return Screen(Text(f"timeline/ask_{step.name}", variables), rows)


async def _look(context: Context, sheet: FormState) -> Screen:
    several = len(sheet.petition.definition.languages) > 1
    changes = [
        to(
            context,
            "story_change",
            "change",
            place,
            name=asked.name,
            language=language_name(context, asked.language) if several and asked.language else "",
        )
        for place, asked in enumerate(sheet.form.questions)
        if asked in sheet.form.wanted()
    ]
    others = [
        (language_name(context, code), await as_entry(context, sheet, code))
        for code in sheet.form.texts()
        if code != sheet.petition.language(context.language)
    ]
    variables = {
        "campaign": sheet.petition.view(context.language),
        "entry": await as_entry(context, sheet, context.language),
        "others": others,
        "zone": sheet.petition.definition.timezone,
        "closes": sheet.answer("closes") == "closes_yes",
    }
    return Screen(
        Text("timeline/review", variables),
        [
            [to(context, "story_save", "save")],
            *(changes[place : place + 2] for place in range(0, len(changes), 2)),
            [to(context, "story_throw", "throw")],
        ],
        fresh=True,
    )


async def as_entry(context: Context, sheet: FormState, language: str) -> Entry:
    """What supporters of a language would see in the story, if it were saved as it is."""
    today = context.now.astimezone(sheet.petition.zone).date()
    event: Event = _event(context, sheet)
    decision: Decision | None = _decision(sheet)
    if sheet.kind in ("outcome", "postponed"):
        event, decision = await _of_decision(context, sheet, today)
    return timeline.entry_of(
        sheet.petition, event, language, decision=decision, handin=_handin(sheet)
    )


def _event(context: Context, sheet: FormState) -> Event:
    return Event(
        id=sheet.about or 0,
        campaign_id=sheet.petition.id,
        kind=sheet.kind,
        texts=sheet.form.texts(),
        link=sheet.answer("link"),
        starts_at=moment_of(sheet.answer("when")),
        ends_at=None,
        broadcast_id=None,
        created_by=None,
        created_at=context.now,
        updated_at=context.now,
        removed_at=None,
        version=sheet.version,
    )


def _decision(sheet: FormState) -> Decision | None:
    if sheet.kind != "decision":
        return None
    days = days_of(sheet.answer("days"))
    return Decision(
        id=0,
        campaign_id=sheet.petition.id,
        event_id=0,
        expected_from=days.first,
        expected_to=days.last,
        state="expected",
        outcome=None,
        decided_on=None,
        texts={},
        remind_at=None,
        ask_at=None,
        asked_at=None,
    )


def _handin(sheet: FormState) -> Handin | None:
    at = moment_of(sheet.answer("when"))
    if sheet.kind != "handin" or at is None:
        return None
    return Handin(0, sheet.petition.id, 0, "planned", at, False, None, None, None, None, None)


async def _of_decision(context: Context, sheet: FormState, today: date) -> tuple[Event, Decision]:
    """A decision as it would be after what is told of it."""
    decision = await decisions.of(context.db, sheet.about or 0)
    event = await events.of(context.db, decision.event_id) if decision else None
    assert decision is not None  # noqa: S101 - rows of decisions and events are never deleted
    assert event is not None  # noqa: S101
    if sheet.kind == "outcome":
        outcome = str(sheet.answer("outcome")).removeprefix("outcome_")
        texts = sheet.form.texts()
        made = replace(decision, state="made", outcome=outcome, texts=texts, decided_on=today)
        return event, made
    if sheet.answer("days") is None:
        return event, replace(decision, state="expected", outcome="postponed")
    days = days_of(sheet.answer("days"))
    first, last = days.first, days.last
    moved = replace(decision, state="expected", expected_from=first, expected_to=last)
    return event, replace(moved, outcome=None)
