"""A milestone that has been reached: the update about it, for staff to send or to stop."""

from campaign.broadcasts import states
from handlers.context import Gone
from handlers.notifications import Reader
from handlers.screens import Button, Rows, Screen, Text
from handlers.services import Services
from handlers.staff.broadcasts.buttons import to
from handlers.staff.broadcasts.controls import Act, Steer
from handlers.staff.broadcasts.preview import letters_for
from storage import broadcasts
from storage.broadcasts import Broadcast

UNSENT = ("draft", "scheduled")


async def notification(reader: Reader) -> Screen:
    """The update and what can be done with it; nothing if that has been done."""
    broadcast, petition = await broadcasts.of(reader.db, reader.subject_id), reader.petition
    if broadcast is None or broadcast.status not in UNSENT:
        raise Gone
    count = states.Options.from_dict(broadcast.options).expected
    variables = {
        "campaign": petition.view(reader.language),
        "number": reader.variables["number"],
        "status": broadcast.status,
        "count": count,
        "at": broadcast.due_at,
        "zone": petition.definition.timezone,
    }
    return Screen(
        Text("staff/milestone", variables),
        rows(broadcast, count),
        letters=await letters_for(reader, broadcast),
    )


async def shown(services: Services, broadcast_id: int, chat: int, message: int) -> None:
    """Let the message show how the update goes, once it does: it goes by itself."""
    async with services.database.transaction() as db:
        broadcast = await broadcasts.of(db, broadcast_id)
        if broadcast is not None and broadcast.status == "scheduled":
            place = {"chat": chat, "message": message, "stays_while": broadcast.status}
            await broadcasts.show_at(db, broadcast_id, place)


def rows(broadcast: Broadcast, count: int) -> Rows:
    """What can be done with an update that the bot has drafted."""
    if broadcast.status == "scheduled":
        acts: tuple[Act, ...] = ("edit", "cancel")
        return [[Button(f"update_{act}", Steer(broadcast.id, act)) for act in acts]]
    send = [[to(broadcast, "update_yes", "yes", count=count)]] if count else []
    return [
        *send,
        [to(broadcast, "update_look", "look")],
        [to(broadcast, "update_throw", "throw")],
    ]
