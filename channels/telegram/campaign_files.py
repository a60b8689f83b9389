"""Fetch the campaign files that staff send (https://core.telegram.org/bots/api#getfile)."""

import structlog
import telegram
from telegram.error import TelegramError

from campaign import uploads
from campaign.staff import may
from campaign.uploads import UPLOAD_LIMIT, Upload
from channels.telegram.show import with_retries
from handlers.services import Services
from storage import staff

log = structlog.get_logger()


async def fetch(services: Services, update: telegram.Update) -> Upload | None:
    """What the file says that one of the staff has sent; None of others, or if it is too large or
    cannot be had. It is read before the transaction begins, in a process of its own."""
    message, user = update.effective_message, update.effective_user
    document = message.document if message else None
    if document is None or user is None or (document.file_size or 0) > UPLOAD_LIMIT:
        return None
    async with services.database.reading() as db:
        roles = await staff.roles_of(db, user.id)
    if not any(may(role, "editor") for role in roles.values()):
        return None
    bot = update.get_bot()
    try:
        file = await with_retries(lambda: bot.get_file(document.file_id))
        if (file.file_size or 0) > UPLOAD_LIMIT:
            return None
        content = bytes(await with_retries(file.download_as_bytearray))
    except TelegramError as refused:
        log.warning("file not fetched", reason=type(refused).__name__)
        return None
    return await uploads.read(content, [one.code for one in services.renderer.languages])
