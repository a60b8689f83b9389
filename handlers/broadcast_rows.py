"""The buttons under an update."""

from datetime import datetime

from campaign.broadcasts.content import Content
from campaign.petition import Petition
from handlers.screens import Button, Rows
from handlers.supporter.buttons import FromUpdate
from storage import decisions
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast
from storage.database import Connection


async def has_reminder(db: Connection, broadcast: Broadcast, now: datetime) -> bool:
    """Whether it tells of decisions, and there is one that people can be reminded of. `now` is
    UTC."""
    if broadcast.kind != "decision":
        return False
    return await decisions.next_to_remind(db, broadcast.campaign_id, now) is not None


def rows_of(
    broadcast: Broadcast, content: Content, petition: Petition, *, may_sign: bool, reminds: bool
) -> Rows:
    """What staff have put under it, and always one line of ways out, of this and of all (PECR reg.
    22). A petition that has closed asks nobody to sign or to share.

    Args:
        may_sign: whether the reader can still sign.
        reminds: whether there is a decision to be reminded of.
    """
    which = broadcast.follows or broadcast.id
    rows: list[list[Button]] = []
    for button in content.buttons:
        if button.kind == "sign" and not may_sign:
            continue
        if button.named:
            rows.append([Button(button.named, url=button.url)])
        elif button.kind == "link":
            rows.append([Button("own_words", url=button.url, variables={"words": button.label})])
        elif petition.is_open:
            rows.append([Button(button.kind, FromUpdate(which, button.kind))])
    stop = "stop_everything" if broadcast.kind == ANNOUNCEMENT else "updates_off"
    if reminds:
        rows.append([Button("remind_me_before", FromUpdate(which, "remind"))])
    less = Button(f"mute_{broadcast.kind}", FromUpdate(which, "kind"))
    return [*rows, [less, Button(stop, FromUpdate(which, "stop"))]]
