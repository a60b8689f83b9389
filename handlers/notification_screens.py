"""What a notification says when it is sent: in the language the person has by then, and only if it
is still true and still theirs to know."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial

from campaign import inbox, inbox_by_email
from campaign.broadcasts.agreement import REQUEST
from campaign.petition import Petition
from campaign.staff import may, role_in
from handlers.context import Gone
from handlers.notifications import Composer, Reader, from_data
from handlers.screens import Screen, Text
from handlers.services import Services
from handlers.staff import audit, bursts, deadline, invalidations, members, milestones
from handlers.staff.broadcasts import approval, controls, preview
from handlers.staff.inbox import conversations
from handlers.staff.inbox import staff_group as inbox_group
from handlers.staff.paper import tables
from handlers.staff.stats import summary
from handlers.staff.timeline import decisions
from handlers.supporter import inbox as supporter_inbox
from storage import staff
from storage.database import Connection
from storage.notifications import Notification


async def _wrong_figures(reader: Reader) -> Screen:
    """What owners are told of a campaign whose kept figures differ from a fresh count."""
    petition = reader.campaign(reader.subject_id)
    return Screen(Text("staff/alert_figures", {"campaign": petition.view(reader.language)}))


COMPOSERS: Mapping[str, Composer] = {
    inbox.ANSWER: supporter_inbox.answered,
    inbox.GROUP_LOST: inbox_group.lost,
    inbox.NEWS: conversations.news,
    inbox.POST: inbox_group.posted,
    inbox.TOPIC_OVER: inbox_group.topic_over,
    inbox.UNDELIVERED: conversations.undelivered,
    inbox_by_email.UNSURE: conversations.undelivered,
    "audit/told": audit.notification,
    REQUEST: approval.notification,
    "broadcasts/test": preview.trial_message,
    "paper/table": tables.notification,
    "staff/alert_figures": _wrong_figures,
    "staff/alert_stalled": controls.stalled,
    "staff/burst": bursts.notification,
    "staff/closing_draft": deadline.drafted,
    "staff/milestone": milestones.notification,
    "staff/news": members.news,
    "staff/quarantine_done": invalidations.notification,
    "staff/signing_ended": deadline.ended,
    "stats/morning": summary.notification,
    "timeline/counted": decisions.counted,
    "timeline/passed": decisions.question,
}
"""Messages made from what their subject is by then; others are their template and variables."""

AFTER: Mapping[str, Callable[[Services, int, int, int], Awaitable[None]]] = {
    "staff/milestone": milestones.shown,
}
"""What is done with the place of a message once it has arrived: subject, chat, message."""

FAILED: Mapping[str, Callable[[Connection, Notification, datetime], Awaitable[None]]] = {
    inbox.ANSWER: inbox_group.answer_failed,
    inbox.POST: inbox_group.post_failed,
}
"""What is done, in the transaction that ends it, about a message that can never be delivered."""


async def compose(
    services: Services,
    db: Connection,
    one: Notification,
    petitions: Mapping[int, Petition],
    language: str,
) -> Screen | None:
    """The message; None if there is nothing to say any more.

    Raises:
        jinja2.UndefinedError, LookupError: the template is not what the row was written for.
    """
    if one.least_role is not None:
        roles = await staff.roles_of(db, one.telegram_id)
        if not may(role_in(roles, one.campaign_id), one.least_role):
            return None
    reader = Reader(
        services=services,
        db=db,
        chat_id=one.telegram_id,
        supporter_id=one.supporter_id or 0,
        first_name=one.first_name or "",
        language=language,
        campaign_id=one.campaign_id,
        petitions=petitions,
        subject_id=one.subject_id or 0,
        variables=one.variables,
    )
    try:
        return await COMPOSERS.get(one.template, partial(_as_written, one))(reader)
    except Gone:
        return None


async def _as_written(one: Notification, reader: Reader) -> Screen:
    about = {"campaign": reader.petition.view(reader.language)} if one.campaign_id else {}
    return Screen(Text(one.template, {**about, **one.variables}), from_data(one.buttons))
