"""Publish an edit made in the chat, or a file sent to it.

Each is one new version of the campaign and stands in the audit log.
"""

from collections.abc import Sequence
from datetime import datetime

from campaign import catalogue
from campaign.definition.diff import Change
from campaign.definition.edits import Edit, applied
from campaign.definition.model import Definition
from campaign.definition.parts import PARTS
from campaign.petition import Petition
from storage import audit
from storage.audit_chain import Entry
from storage.database import Connection

IN_CHAT = "campaign.edited"
BY_FILE = "campaign.loaded"
NEW = "campaign.created"

_MOST_KEPT = 1000


async def put_live(
    db: Connection, petition: Petition, edit: Edit, *, actor: int, now: datetime
) -> Petition:
    """Make the change, if nobody has changed the campaign since it was begun.

    Args:
        actor: Telegram id.
        now: UTC.

    Raises:
        campaign.catalogue.ChangedMeanwhile: somebody has.
        campaign.definition.parts.InvalidEdit: it would not be right.
    """
    if petition.campaign.version != edit.version:
        raise catalogue.ChangedMeanwhile
    definition = applied(petition.definition, edit)
    if definition == petition.definition:
        return petition
    live = await catalogue.upsert(db, definition, now=now, over=edit.version)
    details = {"version": live.campaign.version, "part": edit.part, "act": edit.act}
    await _audit(db, live, IN_CHAT, details, actor=actor, now=now)
    return live


async def put_end_live(
    db: Connection,
    petition: Petition,
    closes_at: str | None,
    *,
    opens: bool,
    over: int,
    actor: int,
    now: datetime,
) -> Petition:
    """Have signing end then, if the campaign is still of the version that was looked at.

    Args:
        closes_at: as `campaign.deadline` keeps it; None: it does not end by itself.
        opens: whether signing, which has ended, begins again.
        actor: Telegram id.
        now: UTC.

    Raises:
        campaign.catalogue.ChangedMeanwhile: it is not.
    """
    changed = {"closes_at": closes_at, **({"status": "open"} if opens else {})}
    definition = petition.definition.model_copy(update=changed)
    live = await catalogue.upsert(db, definition, now=now, over=over)
    details = {"version": live.campaign.version, "part": "closes_at", "act": "change"}
    await _audit(db, live, IN_CHAT, details, actor=actor, now=now)
    return live


async def put_file_live(
    db: Connection,
    definition: Definition,
    *,
    over: int,
    actor: int | None,
    now: datetime,
    by: str = BY_FILE,
) -> Petition:
    """Make the campaign what a file says, if it is still of the version that was looked at.

    Args:
        actor: Telegram id; None for the command line.
        now: UTC.

    Raises:
        campaign.catalogue.ChangedMeanwhile: it is not.
    """
    live = await catalogue.upsert(db, definition, now=now, over=over)
    await _audit(db, live, by, {"version": live.campaign.version}, actor=actor, now=now)
    return live


async def edits_since(db: Connection, campaign_id: int, version: int | None) -> list[Entry]:
    """What has been changed in the chat, newest first: since a version of the campaign, or since
    a file was loaded last where none is given."""
    subject = f"campaign:{campaign_id}"
    acts = await audit.of(db, subject, _MOST_KEPT, actions=(IN_CHAT, BY_FILE))
    found: list[Entry] = []
    for entry in acts:
        if version is None and entry.action == BY_FILE:
            break
        if version is not None and entry.details["version"] <= version:
            break
        found += [entry] if entry.action == IN_CHAT else []
    return found


def is_content(change: Change) -> bool:
    """Whether editors may make this change: a text that they may write in the chat, too."""
    match change.path:
        case ("text", _, key, *_):
            return key in PARTS
        case (key, *_):
            return key in PARTS
    return False


def beyond_content(found: Sequence[Change]) -> list[Change]:
    """The changes that only owners make."""
    return [change for change in found if not is_content(change)]


async def _audit(
    db: Connection,
    petition: Petition,
    action: str,
    details: dict[str, object],
    *,
    actor: int | None,
    now: datetime,
) -> None:
    await audit.append(
        db,
        at=now,
        actor=actor,
        action=action,
        subject=f"campaign:{petition.id}",
        details=details,
    )
