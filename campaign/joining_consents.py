"""What one person has agreed to in two places, and what holds from then on.

The newest word holds; of two of the same moment the "no" does. A kind of updates that was muted in
one place stays muted, and a "no" to everything (/stop) ends every earlier "yes". The ledger keeps
each row as it was written: what holds is added under the number that goes on, dated as it was said,
so that a later joining compares the right moments.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaign import comments
from campaign.joining_signatures import METHOD
from campaign.petition import Petition
from storage import (
    consents,
    decisions,
    email_subscriptions,
    other_campaigns,
    referral_links,
    reminders,
)
from storage.consents import ONE_KIND, Consent, NewConsent
from storage.database import Connection
from storage.joining_signatures import Sides

Key = tuple[int | None, str]
"""Campaign and purpose."""

OF_THE_SIGNATURE = ("sign", comments.PURPOSE)
TO_HEAR = ("updates", email_subscriptions.PURPOSE, other_campaigns.PURPOSE)
OF_THE_LINK: Mapping[str, str] = {"referral_name": "shows_name", "referral_leaders": "listed"}


@dataclass(frozen=True, slots=True)
class Said:
    """What two people have said, before anything is written about their joining.

    Attributes:
        theirs, mine: the newest words of the loser and of the survivor.
        stopped: since when each has wanted to hear nothing at all (UTC), by their numbers.
    """

    theirs: Mapping[Key, Consent]
    mine: Mapping[Key, Consent]
    stopped: Mapping[int, datetime | None]


async def read(db: Connection, both: Sides) -> Said:
    """What both have said; to be read before one of two signatures is withdrawn."""
    theirs, mine = [
        {(one.campaign_id, one.purpose): one for one in await consents.every_current(db, who)}
        for who in (both.loser, both.survivor)
    ]
    people = (both.loser, both.survivor)
    return Said(theirs, mine, {one: await reminders.never_since(db, one) for one in people})


async def join(
    db: Connection,
    petitions: Iterable[Petition],
    said: Said,
    whose: Mapping[int, int],
    both: Sides,
    now: datetime,
) -> None:
    """Let the survivor's ledger say what holds of both, and the loser's that they hear nothing.

    Args:
        petitions: all campaigns.
        said: by `read`.
        whose: by campaign, the number of the one whose signature stands.
    """
    theirs, mine, stopped = said.theirs, said.mine, said.stopped
    published: dict[int | None, Petition] = {one.id: one for one in petitions}
    holding = {
        key: _of_signature(key, theirs.get(key), mine.get(key), whose, both)
        if key[1] in OF_THE_SIGNATURE
        else _what_holds(key[1], theirs.get(key), mine.get(key))
        for key in theirs.keys() | mine.keys()
    }
    for key, word in holding.items():
        if word is not None and word.granted and key[1] in TO_HEAR:
            no = _no_to_all(word, stopped) or _no_to_office(word, published, theirs, mine)
            holding[key] = _ended(word, no) if no is not None else word
    new = [
        NewConsent(
            *(both.survivor, word.campaign_id, word.purpose, word.granted),
            *(word.wording_id, METHOD, word.at),
        )
        for key, word in sorted(holding.items(), key=lambda one: str(one[0]))
        if word is not None and not _says(mine.get(key), word)
    ]
    ended = [
        NewConsent(both.loser, word.campaign_id, word.purpose, False, None, METHOD, now)
        for word in theirs.values()
        if word.granted and word.purpose in TO_HEAR
    ]
    await consents.append(db, [*new, *ended])
    await _end_wishes(db, holding, both)
    await _choose_for_links(db, holding, both)
    if any(since is not None for since in stopped.values()):
        await referral_links.thank_nobody(db, both.survivor)


def _of_signature(
    key: Key,
    theirs: Consent | None,
    mine: Consent | None,
    whose: Mapping[int, int],
    both: Sides,
) -> Consent | None:
    """What was agreed to with the signature that stands."""
    if key[0] is not None and whose.get(key[0]) == both.loser:
        return theirs
    return mine


def _what_holds(purpose: str, theirs: Consent | None, mine: Consent | None) -> Consent | None:
    if theirs is None or mine is None:
        return theirs or mine
    if theirs.granted != mine.granted and (purpose.startswith(ONE_KIND) or theirs.at == mine.at):
        return mine if theirs.granted else theirs
    return theirs if theirs.at > mine.at else mine


def _no_to_all(word: Consent, stopped: Mapping[int, datetime | None]) -> datetime | None:
    """When the person wanted to hear nothing any more, in the other place, if that came later."""
    others = (at for one, at in stopped.items() if one != word.supporter_id and at is not None)
    return max((at for at in others if at >= word.at), default=None)


def _no_to_office(
    word: Consent,
    petitions: Mapping[int | None, Petition],
    theirs: Mapping[Key, Consent],
    mine: Mapping[Key, Consent],
) -> datetime | None:
    """When the person took it back in the other place, under another campaign of the same
    controllers."""
    petition = petitions.get(word.campaign_id)
    if word.purpose != other_campaigns.PURPOSE or petition is None:
        return None
    noes = (
        one.at
        for one in (*theirs.values(), *mine.values())
        if one.purpose == word.purpose
        and not one.granted
        and one.supporter_id != word.supporter_id
        and one.at >= word.at
        and (other := petitions.get(one.campaign_id)) is not None
        and other.is_of_office(petition)
    )
    return max(noes, default=None)


def _ended(word: Consent, at: datetime) -> Consent:
    return Consent(
        *(0, word.supporter_id, word.campaign_id, word.purpose, False, None, word.method, at)
    )


def _says(before: Consent | None, word: Consent) -> bool:
    """Whether the ledger's newest row of the survivor says this already."""
    if before is None:
        return word.granted and word.purpose.startswith(ONE_KIND)  # heard unless muted
    return (before.granted, before.wording_id, before.at) == (
        word.granted,
        word.wording_id,
        word.at,
    )


async def _end_wishes(db: Connection, holding: Mapping[Key, Consent | None], both: Sides) -> None:
    """A wish to be reminded of a decision ends with a later "no" to hearing of it."""
    for (campaign_id, purpose), word in holding.items():
        if campaign_id is None or word is None or word.granted:
            continue
        if purpose in ("updates", f"{ONE_KIND}decision"):
            for one in (both.loser, both.survivor):
                await decisions.take_back_wishes(db, one, campaign_id, until=word.at)


async def _choose_for_links(
    db: Connection, holding: Mapping[Key, Consent | None], both: Sides
) -> None:
    for (campaign_id, purpose), word in holding.items():
        choice = OF_THE_LINK.get(purpose)
        if choice is None or campaign_id is None or word is None:
            continue
        link = await referral_links.of(db, campaign_id, both.survivor)
        if link is not None:
            await referral_links.choose(db, link.id, **{choice: word.granted})
