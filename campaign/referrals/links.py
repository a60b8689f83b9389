"""Referral links: a signer's own, named ones for staff, and what their owners have chosen."""

import unicodedata
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from campaign.errors import BadSourceName, NotSigned
from campaign.normalisation import normalised
from campaign.petition import Petition
from campaign.referrals import codes
from storage import (
    audit,
    blocks,
    consents,
    locks,
    referral_counts,
    referral_links,
    referrals,
    signatures,
)
from storage.consents import NewConsent
from storage.database import Connection
from storage.referral_links import Link
from storage.supporters import Supporter

NAME_LIMIT = 40
MOST_SOURCES = 50
TRIES = 5


async def personal(
    db: Connection, petition: Petition, supporter: Supporter, *, now: datetime
) -> Link:
    """The signer's own link, made when it is first asked for, the same ever after.

    Raises:
        NotSigned: there is no live signature, or the account is blocked.
    """
    signature = await signatures.of(db, petition.id, supporter.id)
    if signature is None or signature.status != "live":
        raise NotSigned
    if await blocks.is_blocked(db, supporter.id, petition.id):
        raise NotSigned
    return await _own(db, petition, supporter, now=now)


async def of_new_signer(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    *,
    now: datetime,
    share_text: str | None = None,
) -> Link:
    """The link of somebody whose signature counts since a moment ago, under the same lock.

    Args:
        share_text: the key of the text that they are given for their friends.
    """
    made = await referral_links.add(
        db,
        code=codes.new_personal(),
        campaign_id=petition.id,
        kind="person",
        supporter_id=supporter.id,
        now=now,
        share_text=share_text,
    )
    return made or await _own(db, petition, supporter, now=now)


async def _own(db: Connection, petition: Petition, supporter: Supporter, *, now: datetime) -> Link:
    link, _ = await _found_or_made(
        db,
        lambda: referral_links.of(db, petition.id, supporter.id),
        codes.new_personal,
        campaign_id=petition.id,
        kind="person",
        supporter_id=supporter.id,
        now=now,
    )
    return link


async def find(db: Connection, payload: str) -> Link | None:
    """The link a start parameter names; None for anything that is no code of ours."""
    return await referral_links.by_code(db, payload) if codes.is_code(payload) else None


async def source(
    db: Connection, petition: Petition, name: str, *, created_by: Supporter | None, now: datetime
) -> tuple[Link, bool]:
    """The link of this name, and whether it is new; capitals and spaces make no other name.

    Raises:
        BadSourceName: nothing readable, or more than NAME_LIMIT characters.
    """
    tidy = tidy_name(name)
    key = tidy.casefold()
    link, new = await _found_or_made(
        db,
        lambda: referral_links.named(db, petition.id, key),
        codes.new_source,
        campaign_id=petition.id,
        kind="source",
        name=tidy,
        name_key=key,
        created_by=created_by.id if created_by else None,
        now=now,
    )
    if new:
        await audit.append(
            db,
            at=now,
            actor=created_by.telegram_id if created_by else None,
            action="source_link.make",
            subject=f"campaign:{petition.id}",
            details={"link": link.id},
        )
    return link, new


async def sources(db: Connection, campaign_id: int) -> list[Link]:
    """The source links that brought most, best first."""
    return await referral_links.sources(db, campaign_id, MOST_SOURCES)


async def shared(
    db: Connection, petition: Petition, supporter: Supporter, *, now: datetime
) -> None:
    """Note that a signer has passed the petition on; once, and for signers only."""
    link = await referral_links.of(db, petition.id, supporter.id)
    if link is not None:
        await share_first(db, link, now=now)


async def share_first(db: Connection, link: Link, *, now: datetime) -> None:
    """Count a personal link that is passed on for the first time, for its owner's referrer too.

    Takes the lock of the campaign's totals, so call it before anything else changes a link.
    """
    if link.shared_at is not None or link.supporter_id is None:
        return
    lock = await locks.totals(db, link.campaign_id)
    current = await referral_links.current(db, link.id)  # its owner may be one with somebody now
    if current is None or current.supporter_id is None:
        return
    owner = current.supporter_id
    if not await referral_links.share(db, current.id, now):
        return
    signature = await locks.signature(db, lock, supporter_id=owner)
    if signature is None or signature.status != "live":
        return
    came_by = await referrals.of(db, link.campaign_id, owner)
    if came_by is not None and came_by.credited_at is not None:
        await referral_links.count(db, came_by.link_id, shared=1)
    await referral_counts.count(db, link.campaign_id, shared=1)


async def show_name(
    db: Connection, petition: Petition, supporter: Supporter, on: bool, *, now: datetime
) -> None:
    """Whether friends who open the person's link read their first name; kept in the ledger."""
    await _choose(db, petition, supporter, "shows_name", "referral_name", on, now)


async def list_me(
    db: Connection, petition: Petition, supporter: Supporter, on: bool, *, now: datetime
) -> None:
    """Whether staff may see the person's first name among those who brought most; in the ledger."""
    await _choose(db, petition, supporter, "listed", "referral_leaders", on, now)


async def thank_me(
    db: Connection, petition: Petition, supporter: Supporter, on: bool, *, now: datetime
) -> None:
    """Whether the person hears when a friend has signed; not of those who signed before."""
    link = await referral_links.of(db, petition.id, supporter.id)
    if link is not None and link.thanks != on:
        await referral_links.choose(db, link.id, thanks=on)


def tidy_name(name: str) -> str:
    """A source's name as it is kept: NFC, no control or invisible characters, single spaces.

    Raises:
        BadSourceName: nothing readable is left, or more than NAME_LIMIT characters.
    """
    composed = normalised("NFC", name)
    visible = "".join(
        " " if letter.isspace() else letter
        for letter in composed
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    tidy = " ".join(visible.split())
    if not any(letter.isalnum() for letter in tidy) or len(tidy) > NAME_LIMIT:
        raise BadSourceName
    return tidy


async def _choose(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    choice: str,
    purpose: str,
    on: bool,
    now: datetime,
) -> None:
    link = await referral_links.of(db, petition.id, supporter.id)
    if link is None or getattr(link, choice) == on:
        return
    await referral_links.choose(db, link.id, **{choice: on})
    await consents.append(
        db,
        [
            NewConsent(
                supporter_id=supporter.id,
                campaign_id=petition.id,
                purpose=purpose,
                granted=on,
                wording_id=None,
                method="button",
                at=now,
            )
        ],
    )


async def _found_or_made(
    db: Connection,
    find: Callable[[], Awaitable[Link | None]],
    new_code: Callable[[], str],
    **values: Any,
) -> tuple[Link, bool]:
    """The link, and whether it is new. The constraint decides between two who make the same one,
    and against a code given before."""
    for _ in range(TRIES):
        if (found := await find()) is not None:
            return found, False
        if (made := await referral_links.add(db, code=new_code(), **values)) is not None:
            return made, True
    raise RuntimeError("no free code found")
