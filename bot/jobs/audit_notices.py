"""Tell owners what has been done on the server, past the chat: a new owner, everybody's names in a
hand-in pack, a backup put in place. The person who did it has the machine; owners need to know.
"""

from campaign.notifications import notify_staff
from handlers.services import Services
from handlers.staff.audit import campaign_of, member_of
from storage import audit

TOLD_OF = (
    "staff.added",
    "staff.claim",
    "staff.removed",
    "handin.asked",
    "campaign.loaded",
    "broadcast.paused",
    "broadcast.all_paused",
    "backup.restored",
    "person.stopped",
    "person.withdrawn",
    "person.erased",
    "database.encrypted",
    "database.decrypted",
    "figures.recounted",
)
"""What of the command line's acts; campaign/invalidation tells of signatures held back."""


async def notify_owners(services: Services) -> None:
    """Queue a notification of each act since the last one queued.

    Raises:
        DatabaseUnavailable: nothing has been queued.
    """
    async with services.database.reading() as db:
        if not await audit.untold(db, TOLD_OF):
            return  # nearly always: no reason to keep anybody from writing
    async with services.database.transaction() as db:
        acts = await audit.untold(db, TOLD_OF)
        for act in acts:
            await notify_staff(
                db,
                campaign_of(act),
                "owner",
                "audit/told",
                but={member_of(act)},
                subject_id=act.id,
                dedupe_key=f"audit:{act.id}",
                now=services.clock(),
            )
            await audit.told(db, act.id)
    services.notified.set()
