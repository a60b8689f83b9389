"""Many people who hear updates by email, put where their consent would have put them."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import insert, select

from campaign.petition import CONSENT_EMAIL, Petition
from storage import accounts, consents
from storage.addresses import EMAIL
from storage.consents import NewConsent
from storage.database import Connection
from storage.email_subscriptions import PURPOSE
from storage.tables import addresses, supporters
from tests.campaign.delivery_world import NOW
from tests.e2e.mailbox import Mailbox


def address_of(account: int) -> str:
    return f"reader{account}@example.org"


async def come_by_email(
    db: Connection, petition: Petition, people: int, *, first: int = 1
) -> list[int]:
    """People who have no chat at all; gives their account numbers, from this one of ours on."""
    numbers = await come_by_browser(db, people, first=first)
    await agree_to_emails(db, petition, numbers)
    return numbers


async def come_by_browser(db: Connection, people: int, *, first: int = 1) -> list[int]:
    """People who have no chat that can be written to, and have agreed to nothing."""
    numbers = [accounts.FIRST_OWN + number for number in range(first, first + people)]
    traits = {"first_name": "Dora", "telegram_language": "en", "reachable": False}
    await db.execute(
        insert(supporters),
        [{"telegram_id": number, "created_at": NOW, **traits} for number in numbers],
    )
    return numbers


async def agree_to_emails(db: Connection, petition: Petition, numbers: Sequence[int]) -> None:
    """Let people who are known by their account numbers hear by email, at a proved address."""
    found = await db.execute(
        select(supporters.c.id, supporters.c.telegram_id).where(
            supporters.c.telegram_id.in_(numbers)
        )
    )
    known = [(row[0], row[1]) for row in found]
    proved = {"channel": EMAIL, "verified_at": NOW, "reachable": True, "created_at": NOW}
    await db.execute(
        insert(addresses),
        [
            {"supporter_id": who, "value": address_of(number), "last_heard_at": NOW, **proved}
            for who, number in known
        ],
    )
    wording = petition.wording(CONSENT_EMAIL, "en")
    await consents.append(
        db,
        [
            NewConsent(
                who, petition.id, PURPOSE, True, wording.id if wording else None, "button", NOW
            )
            for who, _ in known
        ],
    )


def got(mailbox: Mailbox, numbers: Sequence[int]) -> Counter[int]:
    """How many letters each of these people has."""
    by_address = Counter(str(letter["To"]) for letter in mailbox.letters)
    return Counter({number: by_address[address_of(number)] for number in numbers})
