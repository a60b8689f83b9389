"""A returning supporter's earlier answers, and where they come from."""

from dataclasses import dataclass
from datetime import date

from campaign.petition import Petition
from campaign.signing import previous_answers
from campaign.signing.form import Form
from campaign.signing.previous_answers import Earlier
from handlers.context import Context


@dataclass(frozen=True, slots=True)
class Told:
    """Where answers come from, and one of them where one alone is meant, for a template."""

    title: str
    on: date
    value: str | None = None


async def found(context: Context, petition: Petition) -> list[Earlier]:
    """What the person gave for other petitions that are to be seen, the newest first."""
    if len(context.petitions) < 2:  # nearly always, and asked at each question
        return []
    kinds = [asked.kind for asked in petition.definition.fields]
    given = await previous_answers.answers(context.db, context.supporter.id, petition.id, kinds)
    return [one for one in given if context.find_petition(one.campaign_id) is not None]


def whole(petition: Petition, given: list[Earlier]) -> Earlier | None:
    """The newest that answers everything that has to be answered."""
    required = {asked.kind for asked in petition.definition.fields if asked.required}
    return next((one for one in given if required <= one.answers.keys()), None)


def for_question(form: Form, given: list[Earlier]) -> Earlier | None:
    """The newest that answers the present question, unless something has been given here."""
    if not form.is_question or form.amending or form.current is not None:
        return None
    return next((one for one in given if form.step in one.answers), None)


def for_the_rest(form: Form, given: list[Earlier]) -> Earlier | None:
    """The newest that answers several of the questions that are still open."""
    if not form.is_question or form.amending:
        return None
    still = set(form.unanswered)
    return next((one for one in given if len(still & one.answers.keys()) > 1), None)


def of(given: list[Earlier], campaign_id: str) -> Earlier | None:
    """What was given for that petition, as a button names it; None if it stands no longer."""
    return next((one for one in given if str(one.campaign_id) == campaign_id), None)


def describe(context: Context, one: Earlier, kind: str = "") -> Told:
    """Where it comes from, said in the person's language and that petition's time zone.

    Raises:
        Gone: the petition is not to be seen.
    """
    petition = context.petition(one.campaign_id)
    on = one.given_at.astimezone(petition.zone).date()
    return Told(petition.texts(context.language).title, on, one.answers.get(kind))
