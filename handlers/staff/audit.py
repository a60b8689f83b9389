"""/audit: what staff and the command line did, page by page. For owners of all campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import may_own
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import home
from storage import audit, evidence, staff
from storage.audit_chain import Entry

A_PAGE = 8


async def command(context: Context) -> Screen:
    """/audit: the newest acts first."""
    if not await may_own(context):
        return await unknown_command(context)
    return replace(await _page(context, None), fresh=True)


async def tapped(context: Context) -> Screen:
    """An older or newer page; a button that has reached somebody else opens the front door."""
    if not await may_own(context):
        return await home(context)
    return await _page(context, int(context.args[0]) or None)


async def _page(context: Context, before: int | None) -> Screen:
    found = await audit.page(context.db, A_PAGE + 1, before=before, but=[evidence.ACTION])
    shown = found[:A_PAGE]
    names = {one.telegram_id: one.first_name for one in await staff.all(context.db)}
    zone = next((p.definition.timezone for p in context.petitions), "UTC")
    acts = [in_words(entry, names, context.petitions, context.language) for entry in shown]
    row = []
    if before is not None:
        row.append(Button("audit_newest", "audit:0"))
    if len(found) > A_PAGE:
        row.append(Button("audit_older", f"audit:{shown[-1].id}"))
    return Screen(Text("audit/page", {"acts": acts, "zone": zone}), [row] if row else [])


def in_words(
    entry: Entry, names: Mapping[int, str | None], petitions: Sequence[Petition], language: str
) -> dict[str, object]:
    """What the templates say of an act: names of staff only; of everybody else, numbers.

    Args:
        names: the first names of staff by their Telegram ids, where they are known.
    """
    kind, _, number = entry.subject.partition(":")
    whom = names.get(int(number)) if kind == "staff" and number.isdecimal() else None
    petition = next((one for one in petitions if one.id == campaign_of(entry)), None)
    return {
        "action": entry.action,
        "at": entry.at,
        "who": None if entry.actor is None else names.get(entry.actor) or str(entry.actor),
        "whom": whom or number,
        "title": petition.texts(language).title if petition else None,
        "role": entry.details.get("role"),
        "count": entry.details.get("count"),
        "subject": entry.subject,
    }


def campaign_of(entry: Entry) -> int | None:
    """The number of the campaign that an act is about; None for all, or for none."""
    kind, _, number = entry.subject.partition(":")
    about = entry.details.get("campaign_id") or (number if kind == "campaign" else "")
    return int(about) if str(about).isdecimal() else None
