"""/audit: what staff and the command line did, page by page. For owners of all campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from storage import audit, evidence, staff
from storage.audit_chain import Entry

A_PAGE = 8


class Page(Action, prefix="audit"):
    """A page of the log; `before` is the row it ends before, 0 for the newest."""

    before: int


async def command(context: Context) -> Screen:
    """/audit: the newest acts first."""
    await context.require(None, "owner")
    return replace(await _page(context, None), fresh=True)


async def turn_page(context: Context, action: Page) -> Screen:
    """An older or newer page."""
    await context.require(None, "owner")
    return await _page(context, action.before or None)


async def _page(context: Context, before: int | None) -> Screen:
    found = await audit.page(context.db, A_PAGE + 1, before=before, but=[evidence.ACTION])
    shown = found[:A_PAGE]
    names = {one.telegram_id: one.first_name for one in await staff.all(context.db)}
    zone = next((p.definition.timezone for p in context.petitions), "UTC")
    acts = [in_words(entry, names, context.petitions, context.language) for entry in shown]
    row = []
    if before is not None:
        row.append(Button("audit_newest", Page(0)))
    if len(found) > A_PAGE:
        row.append(Button("audit_older", Page(shown[-1].id)))
    return Screen(Text("audit/page", {"acts": acts, "zone": zone}), [row] if row else [])


async def notification(reader: Reader) -> Screen:
    """What an owner is told of an act of the command line."""
    found = await audit.page(reader.db, 1, before=reader.subject_id + 1)
    names = {one.telegram_id: one.first_name for one in await staff.all(reader.db)}
    petitions = list(reader.petitions.values())
    if not found:
        raise Gone
    said = in_words(found[0], names, petitions, reader.language)
    return Screen(Text("audit/told", {"act": said}))


def in_words(
    entry: Entry, names: Mapping[int, str | None], petitions: Sequence[Petition], language: str
) -> dict[str, object]:
    """What the templates say of an act: names of staff only; of everybody else, numbers.

    Args:
        names: the first names of staff by their Telegram ids, where they are known.
    """
    number = entry.subject.partition(":")[2]
    whom = names.get(member_of(entry) or 0)
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


def member_of(entry: Entry) -> int | None:
    """The Telegram id of the member of the staff that an act is about."""
    kind, _, number = entry.subject.partition(":")
    return int(number) if kind == "staff" and number.isdecimal() else None


def campaign_of(entry: Entry) -> int | None:
    """The number of the campaign that an act is about; None for all, or for none."""
    kind, _, number = entry.subject.partition(":")
    about = entry.details.get("campaign_id") or (number if kind == "campaign" else "")
    return int(about) if str(about).isdecimal() else None


ROUTES = Routes(
    commands={"audit": Command(command, least="owner", over_all=True)},
    actions={Page: turn_page},
)
