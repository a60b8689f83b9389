"""What happens to an update that is too much: a polite word once, then nothing; nothing is lost."""

import structlog
import telegram

from campaign.limits import Verdict
from handlers.house import House
from handlers.screen import Screen, Text
from handlers.show import show

log = structlog.get_logger()


async def comes_in(house: House, update: telegram.Update) -> bool:
    """Whether an update is to be handled.

    What one person sends too fast is confirmed without work and logged as a count. What everybody
    sends too fast is left at Telegram, which keeps it and delivers it again.
    """
    user = update.effective_user
    if user is None:
        return True
    verdict = house.doorkeeper.ask(user.id, house.clock())
    if verdict is Verdict.COME_IN:
        if count := house.doorkeeper.passed_over(user.id):
            log.info("updates of one person passed over", count=count)
        return True
    if verdict is Verdict.BUSY:
        house.unfinished.add(update.update_id)
    if verdict is Verdict.TOO_FAST and not update.inline_query and _is_private(update):
        language = house.renderer.match(user.language_code)
        await show(house, update, Screen(Text("limits/slow_down"), fresh=True), language)
    return False


def _is_private(update: telegram.Update) -> bool:
    return update.effective_chat is not None and update.effective_chat.type == "private"
