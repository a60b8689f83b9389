"""Which updates of a person have been handled already, by their numbers."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.services import NUMBER_BITS, numbering_of
from storage.dialogs import Dialog

REMEMBERED_UPDATES = 32
NUMBERS_RESTART_AFTER = timedelta(days=3)

_ID = (1 << NUMBER_BITS) - 1


def is_redelivered(dialog: Dialog, number: int, now: datetime) -> bool:
    """Whether this update has been handled already.

    The newest ids are remembered one by one, not only the last: by webhook, a tap and a message of
    one person travel in two queues and may overtake each other. After a week without updates
    Telegram's numbers restart anywhere (https://core.telegram.org/bots/api#update), so which is
    higher says nothing any more; that one comes twice does, whatever the clock has done meanwhile.
    Nor does it say anything of another bot's numbers, or another server's.

    Args:
        number: as `Services.number_of` gives it; before there was that, the id alone was kept.
    """
    if not {number, number & _ID}.isdisjoint(dialog.recent_updates):
        return True
    if _says_nothing(dialog, now):
        return False
    own = numbering_of(number)
    comparable = [known for known in dialog.recent_updates if numbering_of(known) == own]
    return len(comparable) == REMEMBERED_UPDATES and number < min(comparable)


def _says_nothing(dialog: Dialog, now: datetime) -> bool:
    """Whether the dialog is too old to say which numbers are higher; so is one from days to come,
    which was kept by a clock that has been set back."""
    return abs(now - dialog.updated_at) > NUMBERS_RESTART_AFTER


def remember(dialog: Dialog, number: int, now: datetime) -> Dialog:
    """The dialog once it knows that this update has been handled."""
    known = () if _says_nothing(dialog, now) else dialog.recent_updates
    own = numbering_of(number)
    others = [one for one in known if numbering_of(one) != own]
    ours = sorted([number, *(one for one in known if numbering_of(one) == own)])
    recent = tuple([*others, *ours][-REMEMBERED_UPDATES:])
    return replace(dialog, recent_updates=recent, updated_at=now)
