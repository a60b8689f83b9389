"""Corrections of what stands under a signature, after a hand-in pack of it has been made.

The pack stays as it was handed over; the correction is kept, and staff are told, because anyone who
has received the data has to hear of it, too (GDPR Art. 16 and 19). They are told which answers,
and read the new ones in a new pack.
"""

from collections.abc import Mapping
from datetime import date, datetime

from campaign.notifications import notify_staff
from campaign.petition import Petition
from campaign.signing import sign, standing
from campaign.signing.form import given_under
from storage import handin_packs, handins, locks
from storage.database import Connection
from storage.supporters import Supporter


async def correct(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    answers: Mapping[str, str | None],
    *,
    now: datetime,
) -> date | None:
    """Put other answers under a live signature.

    Returns:
        The day, on the campaign's clocks, of the pack that does not have them; None if there is
        none, or if another is sure to be made: the petition is open and not handed in yet.

    Raises:
        campaign.errors.NotSigned: there is no live signature.
    """
    await locks.totals(db, petition.id)  # a pack is read before the change, or after it
    before = await standing.signature_of(db, petition, supporter)
    after = await sign.change(db, petition, supporter, answers, now=now)
    was, is_now = given_under(before), given_under(after)
    fields = [kind for kind, given in is_now.items() if given != was[kind]]
    pack = await handin_packs.newest_begun(db, petition.id)
    is_over = not petition.is_open or await handins.latest_held(db, petition.id) is not None
    if not fields or pack is None or not is_over:
        return None
    made_on = pack.requested_at.astimezone(petition.zone).date()
    await notify_staff(
        db,
        petition.id,
        "editor",
        "staff/corrected",
        variables={"number": after.number, "fields": fields, "made_on": made_on},
        dedupe_key=f"corrected:{after.id}:{now:%Y%m%d%H%M%S%f}",
        now=now,
    )
    return made_on
