"""Promises to staff who change the words by which people hear updates."""

from datetime import UTC, datetime

from campaign import subscriptions
from campaign.catalogue import publish
from campaign.signing import sign
from campaign.signing.choices import Choices
from campaign.subscriptions import asked_now
from storage import consents
from storage.database import Database
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


async def test_those_who_hear_by_other_words_are_counted(database: Database) -> None:
    petition = await petitions.published(database, "unit", NOW)
    async with database.transaction() as db:
        people = [await petitions.person(db, place, NOW) for place in (1, 2, 3)]
        for one in people:
            await sign.sign(
                db,
                petition,
                one,
                {"name": "Ada", "postcode": "SW1A 1AA"},
                choices=Choices(updates=True),
                shown=petition.shown("en"),
                language="en",
                now=NOW,
            )
        assert await consents.by_other_words(db, petition.id, asked_now(petition)) == 0
    english = petition.definition.text["en"]
    changed = english.consent.model_copy(update={"updates": "Everybody may write to me."})
    text = {**petition.definition.text, "en": english.model_copy(update={"consent": changed})}
    newer = petition.definition.model_copy(update={"text": text})
    petition = await publish(database, newer, now=NOW)
    async with database.transaction() as db:
        assert await consents.by_other_words(db, petition.id, asked_now(petition)) == 3
        await subscriptions.choose(db, petition, people[0], hears=False, language="en", now=NOW)
        assert await consents.by_other_words(db, petition.id, asked_now(petition)) == 2
