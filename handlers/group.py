"""In a group the bot is brief: a link to where one can sign in private."""

import telegram

from handlers.outgoing import new_message
from handlers.services import Services
from handlers.show import deliver_or_owe


async def answer(services: Services, update: telegram.Update) -> None:
    """One short message with a link; nothing about anybody is read or kept."""
    asked = update.effective_message
    if asked is None:
        return
    user = update.effective_user
    language = services.renderer.match(user.language_code if user else None)
    petitions = [petition for petition in await services.catalogue.petitions() if petition.is_open]
    texts = petitions[0].texts(language) if len(petitions) == 1 else None
    link = services.link(petitions[0].campaign.slug if len(petitions) == 1 else "")
    text = services.renderer.html(
        "group/hello", language, campaign=texts, open=bool(petitions), link=link
    )
    await deliver_or_owe(services, update.get_bot(), asked.chat_id, [new_message(text)])
