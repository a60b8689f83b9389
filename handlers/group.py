"""In a group the bot is brief: a link to where one can sign in private."""

import telegram
from telegram.constants import ParseMode

from handlers.services import Services
from handlers.show import with_retries


async def answer(services: Services, update: telegram.Update) -> None:
    """One short message with a link; nothing about anybody is read or kept."""
    message = update.effective_message
    if message is None:
        return
    user = update.effective_user
    language = services.renderer.match(user.language_code if user else None)
    petitions = [petition for petition in await services.catalogue.petitions() if petition.is_open]
    texts = petitions[0].texts(language) if len(petitions) == 1 else None
    link = services.link(petitions[0].campaign.slug if len(petitions) == 1 else "")
    text = services.renderer.html(
        "group/hello", language, campaign=texts, open=bool(petitions), link=link
    )
    bot = update.get_bot()
    await with_retries(lambda: bot.send_message(message.chat_id, text, parse_mode=ParseMode.HTML))
