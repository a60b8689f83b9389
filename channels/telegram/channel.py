"""Telegram as a channel: screens are shown, or owed where Telegram holds them back."""

import telegram

from channels.telegram.outgoing import drawn, messages_of
from channels.telegram.owed import HeldBack, owe
from channels.telegram.show import answer_tap, show
from handlers.events import Event
from handlers.screens import Screen
from handlers.services import Services
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter


class TelegramChannel:
    """Answers one update; see handlers.channel.Channel."""

    def __init__(self, services: Services, update: telegram.Update) -> None:
        self._services = services
        self._update = update

    async def keep(
        self,
        db: Connection,
        event: Event,
        screen: Screen,
        language: str,
        *,
        supporter: Supporter,
        dialog: Dialog,
    ) -> None:
        """Nothing: Telegram keeps what it has shown."""

    async def answer(
        self, event: Event, screen: Screen, language: str, *, is_owed: bool, is_question: bool
    ) -> None:
        """Show a screen, or owe what Telegram does not take now, and all that comes after it.

        Raises:
            telegram.error.TelegramError: it was not shown, and is not owed.
        """
        services, update = self._services, self._update
        try:
            if is_owed:
                await answer_tap(services, update, screen, language)
                raise HeldBack
            await show(services, update, screen, language)
        except HeldBack as held:
            if update.effective_chat is not None:
                await owe(
                    services,
                    update.effective_chat.id,
                    messages_of(services, await drawn(screen), language, update),
                    held,
                    number=event.number,
                    is_question=is_question,
                )
