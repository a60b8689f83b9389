"""Why people have signed: comments, and the permission to quote them.

A comment may be quoted only with its writer's explicit consent, to an exact wording, which can be
taken back at any time (UK GDPR Art. 7(3) and 9(2)(a)): a reason for signing shows an opinion.

CommentError
└── NotPermitted   nobody may quote that comment
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from campaign.errors import CampaignError
from campaign.petition import Petition
from storage import audit, comments, consents, next_steps
from storage.comments import Comment, Permission
from storage.consents import NewConsent
from storage.database import Connection
from storage.locks import Countable
from storage.signatures import Signature

PURPOSE = "quote"
STEP = "comment"
NAMED, UNNAMED = "consent:quote_named", "consent:quote_unnamed"
"""Kinds of wordings."""


class CommentError(CampaignError):
    """The comment stays as it is."""


class NotPermitted(CommentError):
    """There is no permission to quote it, or none any more."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that may be printed, and whose.

    Attributes:
        first_name, area: with which name and postcode district ("SW1A"); None to print without.
    """

    signature_id: int
    words: str
    first_name: str | None
    area: str | None


async def give(
    db: Connection,
    petition: Petition,
    signature: Signature,
    words: str,
    permission: Permission,
    wording_id: int | None,
    *,
    now: datetime,
) -> None:
    """Keep a comment with what may be done with it, and the choice in the ledger.

    Args:
        wording_id: what the person has agreed to; None for "none".
        now: UTC.
    """
    await comments.upsert(
        db,
        signature_id=signature.id,
        campaign_id=petition.id,
        words=words,
        permission=permission,
        now=now,
    )
    await _note(db, signature, permission != "none", wording_id, now)
    await next_steps.record(db, petition.id, signature.supporter_id, STEP, "done", now=now)


async def take_back(db: Connection, signature: Signature | Countable, *, now: datetime) -> None:
    """Delete a comment; a permission ends with it, and the step can be taken again. The second time
    changes nothing. `now` is UTC."""
    permission = await comments.remove(db, signature.id)
    if permission is None:
        return
    if permission != "none":
        await _note(db, signature, False, None, now)
    await next_steps.forget(db, signature.campaign_id, signature.supporter_id, STEP)


async def end(db: Connection, signature: Countable, *, now: datetime) -> None:
    """Delete the comment of a signature whose signer has another one that stands; that the step has
    been taken stays. `now` is UTC."""
    permission = await comments.remove(db, signature.id)
    if permission not in (None, "none"):
        await _note(db, signature, False, None, now)


async def answer_changed(
    db: Connection, before: Signature, comment: str | None, *, now: datetime
) -> None:
    """The comment given with the signature is another: a permission was for the earlier words."""
    if before.comment is None or before.comment == comment:
        return
    kept = await comments.of(db, before.id)
    if kept is not None and kept.words == before.comment:
        await take_back(db, before, now=now)


async def choose(
    db: Connection,
    petition: Petition,
    staff_telegram_id: int,
    signature_id: int,
    *,
    chosen: bool,
    now: datetime,
) -> None:
    """Choose a comment for the hand-in, or leave it out after all.

    Raises:
        NotPermitted: it may not be quoted.
    """
    if not await comments.choose(db, petition.id, signature_id, chosen=chosen):
        raise NotPermitted
    await audit.append(
        db,
        at=now,
        actor=staff_telegram_id,
        action="comment.choose" if chosen else "comment.leave_out",
        subject=f"signature:{signature_id}",
        details={"campaign_id": petition.id},
    )


async def signer_changed(
    db: Connection, before: Signature, after: Signature, *, now: datetime
) -> None:
    """Other answers stand under a signature: what visitors read of its comment may be other words,
    or another name below them, than staff have let through."""
    await answer_changed(db, before, after.comment, now=now)
    kept = await comments.of(db, after.id)
    if kept is None or not kept.shown:
        return
    then = replace(kept, full_name=before.full_name, postcode=before.postcode)
    if seen(then) != seen(kept):
        await comments.show(db, after.campaign_id, after.id, shown_at=None)


def seen(comment: Comment) -> str:
    """What a button remembers of what staff had in front of them: the words, and whose."""
    quote = quote_of(comment)
    read = "\n".join((quote.first_name or "", quote.area or "", quote.words))
    return hashlib.sha256(read.encode()).hexdigest()[:8]


async def show(
    db: Connection,
    petition: Petition,
    staff_telegram_id: int,
    signature_id: int,
    *,
    shown: bool,
    looked_at: str,
    now: datetime,
) -> None:
    """Let visitors read a comment, or no more.

    Args:
        looked_at: `seen` of what staff have looked at.

    Raises:
        NotPermitted: it may not be quoted, or reads otherwise by now.
    """
    kept = await comments.locked(db, signature_id)
    if shown and (kept is None or seen(kept) != looked_at):
        raise NotPermitted
    at = now if shown else None
    if not await comments.show(db, petition.id, signature_id, shown_at=at):
        raise NotPermitted
    await audit.append(
        db,
        at=now,
        actor=staff_telegram_id,
        action="comment.show" if shown else "comment.hide",
        subject=f"signature:{signature_id}",
        details={"campaign_id": petition.id},
    )


async def to_visitors(
    db: Connection, campaign_id: int, *, limit: int, past: int = 0
) -> Sequence[Quote]:
    """Comments that visitors may read, the newest first: staff have let each through, its writer
    permits it at this moment, and the signature counts."""
    found = await comments.shown(db, campaign_id, limit=limit, past=past)
    return [quote_of(comment) for comment in found]


async def quotes(db: Connection, campaign_id: int) -> Sequence[Quote]:
    """The comments chosen for the hand-in that may be quoted at this moment."""
    return [quote_of(comment) for comment in await comments.chosen(db, campaign_id)]


def quote_of(comment: Comment) -> Quote:
    """A comment as it may be printed: with the first of the writer's names and the first half of
    their postcode, or with neither."""
    named = comment.permission == "named"
    first_name = (comment.full_name or "").partition(" ")[0] if named else ""
    area = (comment.postcode or "").partition(" ")[0] if named else ""
    return Quote(comment.signature_id, comment.words, first_name or None, area or None)


async def _note(
    db: Connection,
    signature: Signature | Countable,
    granted: bool,
    wording_id: int | None,
    now: datetime,
) -> None:
    await consents.append(
        db,
        [
            NewConsent(
                supporter_id=signature.supporter_id,
                campaign_id=signature.campaign_id,
                purpose=PURPOSE,
                granted=granted,
                wording_id=wording_id,
                method="button",
                at=now,
            )
        ],
    )
