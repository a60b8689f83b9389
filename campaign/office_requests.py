"""What somebody asks the office for by email or letter: no more messages, their name off, erasure.

Found by what they can know of themselves: the receipt number of their signature, the email address
under it, or one that they have proved to be theirs, each exactly.
GDPR Art. 12(2), 17 and 21: a right is not bound to one way in.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from campaign import erasure, fields, subscriptions
from campaign.errors import CampaignError, NotSigned
from campaign.fields.normalize import one_line
from campaign.petition import Petition
from campaign.signing import sign
from storage import (
    addresses,
    audit,
    email_subscriptions,
    locks,
    notifications,
    signatures,
    supporters,
)
from storage.addresses import EMAIL
from storage.database import Connection
from storage.signatures import Signature
from storage.supporters import Supporter

Act = Literal["stop", "withdraw", "erase"]
Source = Literal["email", "letter"]

MOST_LOOKUPS = 20
WITHIN = timedelta(hours=1)
LAST_WORD = "person/erased"
"""The one message that an erased person still gets."""


_LONGEST = 400
_NUMBER = re.compile(
    r"(?:(?:receipt |signature )?(?:no|nr|number|rhif)\b\.?:? ?)?[#№]? ?"
    r"(\d+|\d{1,3}(?:[,.’' ]\d{3})+)[.;,]?",
    re.I,
)
"""A receipt number as people copy it: 1234 · 1,234 · #1234 · no. 1 234 · rhif 1234."""


class DoneAlready(CampaignError):
    """It is so already; nothing has been changed."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a request is about, with no more than is needed to be sure.

    Attributes:
        hears: whether they get updates of this campaign, in a chat or by email.
        places: how many addresses they have in each channel.
    """

    signature: Signature
    supporter: Supporter
    hears: bool
    places: Mapping[str, int]

    @property
    def first_name(self) -> str:
        return (self.signature.full_name or "").partition(" ")[0]


Lookup = tuple[float, int]
"""When somebody was looked up, in seconds since 1970, and their receipt number; 0 for nobody."""


def recent(lookups: Iterable[Sequence[float]], now: datetime) -> list[Lookup]:
    """The look-ups of the last hour; what was found by them may be acted on."""
    at = now.timestamp()
    return [(one[0], int(one[1])) for one in lookups if abs(at - one[0]) < WITHIN.total_seconds()]


async def find(db: Connection, petition: Petition, written: str) -> Found | None:
    """The one person whose receipt number or email address this is; None if it is nobody's, or of
    several."""
    if number := _NUMBER.fullmatch(one_line(written[:_LONGEST])):
        digits = "".join(filter(str.isdecimal, number[1]))
        return await by_number(db, petition, int(digits) if len(digits) < 18 else 0)
    try:
        email = fields.email(written)
    except fields.FieldProblem:
        return None
    same = {one.id: one for one in await signatures.by_email(db, petition.id, email)}
    proved = await addresses.find(db, EMAIL, email.lower())
    if proved is not None and proved[1].verified_at is not None:
        theirs = await signatures.of(db, petition.id, proved[0].id)
        same |= {theirs.id: theirs} if theirs is not None else {}
    return await _of(db, petition, *same.values()) if len(same) == 1 else None


async def by_number(db: Connection, petition: Petition, number: int) -> Found | None:
    """The person whose receipt number this is."""
    return await _of(db, petition, await signatures.by_number(db, petition.id, number))


async def _of(db: Connection, petition: Petition, signature: Signature | None) -> Found | None:
    supporter = await supporters.by_id(db, signature.supporter_id) if signature else None
    if signature is None or supporter is None:
        return None
    by_email = await email_subscriptions.of_supporter(db, supporter.id)
    hears = petition.id in by_email or await subscriptions.hears_updates(db, petition, supporter)
    places = Counter(one.channel for one in await addresses.of_supporter(db, supporter.id))
    return Found(signature, supporter, hears, places)


async def carry_out(
    db: Connection,
    petition: Petition,
    found: Found,
    act: Act,
    source: Source,
    *,
    actor: int | None,
    identity_key: bytes,
    now: datetime,
) -> None:
    """Do what the person asked for, note why, and have them told.

    Args:
        source: how they asked; the ledger of consents keeps it, with the day.
        actor: the Telegram id of who does it; None for the command line.
        identity_key: for what is kept of erased signers.

    Raises:
        DoneAlready: it is so already.
        campaign.erasure.StillStaff: they work on a campaign.
    """
    day = now.astimezone(ZoneInfo(petition.definition.timezone)).date()
    method = f"asked by {source} on {day:%Y-%m-%d}"
    person = found.supporter
    match act:
        case "stop":
            if not await subscriptions.stop_campaign(db, petition, person, method=method, now=now):
                raise DoneAlready
        case "withdraw":
            await _withdraw(db, petition, person, method, now)
        case "erase":
            await erasure.erase(db, person, now=now, identity_key=identity_key, method=method)
    done = {"stop": "stopped", "withdraw": "withdrawn", "erase": "erased"}[act]
    await audit.append(
        db,
        at=now,
        actor=actor,
        action=f"person.{done}",
        subject=f"campaign:{petition.id}",
        details={"why": method},
    )
    await notifications.add(
        db,
        [person.telegram_id],
        f"person/{done}",
        campaign_id=petition.id,
        variables={"language": person.language or person.telegram_language or ""},
        now=now,
    )


async def _withdraw(
    db: Connection, petition: Petition, person: Supporter, method: str, now: datetime
) -> None:
    await locks.people(db, [person.id])
    try:
        await sign.withdraw(db, petition, person, method=method, now=now)
    except NotSigned:
        raise DoneAlready from None
