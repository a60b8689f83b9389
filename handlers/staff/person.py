"""/person: what somebody has asked the office for is done for them. For owners.

Nobody is listed or searched for: the receipt number or the email address has to be right.
"""

from dataclasses import replace
from typing import Literal

from campaign import erasure, office_requests
from campaign.office_requests import Act, DoneAlready, Found, Lookup, Source
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_own, petition_as

LOOKUPS = "person:"
"""What the look-ups of the last hour are kept under, in the dialog of who makes them, with the
campaign's number behind it."""


class Request(Action, prefix="person"):
    """Do something for the signer with this receipt number; `source` says how they asked."""

    petition_id: int
    number: int
    do: Literal["look", "stop", "withdraw", "erase"]
    source: Literal["email", "letter"] | None = None


@command_as("owner")
async def command(context: Context, petition: Petition, words: tuple[str, ...]) -> Screen:
    """/person 123 or /person ann@example.org: who it is, as far as is needed to be sure."""
    view = {"campaign": petition.view(context.language)}
    if not words:
        return Screen(Text("person/usage", view))
    before = _lookups(context, petition)
    if len(before) >= office_requests.MOST_LOOKUPS:
        return Screen(Text("person/too_many", {"limit": office_requests.MOST_LOOKUPS}))
    found = await office_requests.find(context.db, petition, " ".join(words))
    lookups = [*before, (context.now.timestamp(), found.signature.number if found else 0)]
    context.dialog = replace(
        context.dialog, answers={**context.dialog.answers, f"{LOOKUPS}{petition.id}": lookups}
    )
    if found is None:
        return Screen(Text("person/nobody", view))
    return await _about(context, petition, found)


async def request(context: Context, action: Request) -> Screen:
    """A button: asked once more, with how the person asked, and then done. Only for those who were
    looked up lately: nobody is found by trying numbers."""
    petition = await petition_as(context, action.petition_id, "owner")
    if action.number not in [number for _, number in _lookups(context, petition)]:
        return Screen(Text("person/usage", {"campaign": petition.view(context.language)}))
    found = await office_requests.by_number(context.db, petition, action.number)
    if found is None:
        return Screen(Text("person/nobody", {"campaign": petition.view(context.language)}))
    if action.do == "look":
        return await _about(context, petition, found)
    if action.do == "erase" and not await may_own(context):
        return await _about(context, petition, found)
    if action.source is None:
        return _sure(context, petition, found, action.do)
    return await _do(context, petition, found, action.do, action.source)


def _lookups(context: Context, petition: Petition) -> list[Lookup]:
    kept = context.dialog.answers.get(f"{LOOKUPS}{petition.id}") or ()
    return office_requests.recent(kept, context.now)


async def _do(
    context: Context, petition: Petition, found: Found, act: Act, source: Source
) -> Screen:
    try:
        await office_requests.carry_out(
            context.db,
            petition,
            found,
            act,
            source,
            actor=context.supporter.telegram_id,
            identity_key=context.services.identity_key,
            now=context.now,
        )
    except DoneAlready:
        return replace(await _about(context, petition, found), toast="toast/done_already")
    except erasure.StillStaff:
        return Screen(Text("person/staff"))
    context.notified = True
    if act == "erase":
        context.after_commit = context.services.erased.set
    return Screen(Text("person/done", {"act": act}))


async def _about(context: Context, petition: Petition, found: Found) -> Screen:
    """Enough to be sure who it is, and what can be done."""
    signature = found.signature
    acts: list[Literal["stop", "withdraw", "erase"]] = []
    if found.hears:
        acts.append("stop")
    if signature.status != "withdrawn":
        acts.append("withdraw")
    if await may_own(context):
        acts.append("erase")
    variables = {
        "campaign": petition.view(context.language),
        "first_name": found.first_name,
        "number": signature.number,
        "on": signature.signed_at.astimezone(petition.zone).date(),
        "status": signature.status,
        "hears": found.hears,
        "places": found.places,
    }
    rows = [[Button(f"person_{act}", Request(petition.id, signature.number, act))] for act in acts]
    return Screen(Text("person/about", variables), rows)


def _sure(context: Context, petition: Petition, found: Found, act: Act) -> Screen:
    here = Request(petition.id, found.signature.number, act)
    sources: tuple[Source, ...] = ("email", "letter")
    variables = {
        "campaign": petition.view(context.language),
        "act": act,
        "first_name": found.first_name,
        "number": found.signature.number,
    }
    rows = [[Button(f"person_by_{one}", replace(here, source=one))] for one in sources]
    back = Button("back", replace(here, do="look"))
    return Screen(Text("person/sure", variables), [*rows, [back]])


ROUTES = Routes(
    commands={"person": Command(command, least="owner")},
    actions={Request: request},
)
