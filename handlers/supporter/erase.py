"""/forget: erasing everything about the person, after one question that says what it means."""

from dataclasses import replace

from campaign import erasure
from campaign.errors import NotSigned
from campaign.signing.sign import signature_of
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import front_door
from storage import personal_data, staff


async def command(visit: Visit) -> Screen:
    """/forget: what goes, what stays and why, and whether that is meant."""
    return replace(await _ask(visit), fresh=True)


async def tapped(visit: Visit) -> Screen:
    """The answer. A yes from long ago asks again; a second tap finds that all is done."""
    serial, answer = visit.args
    if answer == "no":
        return await front_door(visit)
    if answer != "yes":
        return await _ask(visit)
    me = visit.supporter
    if not await personal_data.holds_more_than_the_chat(visit.db, me.id, me.telegram_id):
        return await _erase_chat(visit)
    return await _erase(visit) if int(serial) == visit.dialog.serial else await _ask(visit)


async def _ask(visit: Visit) -> Screen:
    if await staff.roles_of(visit.db, visit.supporter.telegram_id):
        return Screen(Text("forget/staff"), fresh=True)
    visit.dialog = replace(visit.dialog, serial=visit.dialog.serial + 1)
    uncounted: list[str] = []
    counted: list[str] = []
    for petition in visit.petitions:
        try:
            await signature_of(visit.db, petition, visit.supporter)
        except NotSigned:
            continue
        kept = petition.definition.keep_count_after_erasure
        (counted if kept else uncounted).append(petition.texts(visit.language).title)
    serial = visit.dialog.serial
    return Screen(
        Text("forget/ask", {"uncounted": uncounted, "counted": counted}),
        [
            [Button("forget_yes", f"forget:{serial}:yes")],
            [Button("forget_no", f"forget:{serial}:no")],
        ],
    )


async def _erase(visit: Visit) -> Screen:
    try:
        await erasure.erase(
            visit.db, visit.supporter, now=visit.now, identity_key=visit.house.identity_key
        )
    except erasure.StillStaff:
        return Screen(Text("forget/staff"), fresh=True)
    visit.dialog = replace(visit.dialog, campaign_id=None, flow="", step="", answers={})
    visit.after_commit = visit.house.erased.set
    return Screen(Text("forget/done"))


async def _erase_chat(visit: Visit) -> Screen:
    """Of one who holds nothing, any yes is meant; it leaves no row, however often it is said."""
    if await erasure.erase_chat(visit.db, visit.supporter, now=visit.now):
        visit.after_commit = visit.house.erased.set
        return Screen(Text("forget/done"))
    return Screen(Text("forget/done"), toast="toast/done_already")
