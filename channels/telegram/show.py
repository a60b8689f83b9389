"""Putting a screen before a person, and what to do when that fails."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import structlog
import telegram
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from channels.telegram.outgoing import (
    Markup,
    Place,
    after_body,
    before_body,
    drawn,
    edited_by,
    edited_message,
    fits_caption,
    for_one,
    is_so_already,
    markup_of,
    messages_of,
    new_message,
    one_by_one,
    place_of,
    text_of,
)
from channels.telegram.owed import HeldBack, owe, seconds_to_wait
from handlers.screens import Outgoing, Screen
from handlers.services import Services
from storage import supporters

log = structlog.get_logger()

RETRY_AFTER_SECONDS = (0.2, 0.5, 1, 2, 4)

Result = TypeVar("Result")


async def show(services: Services, update: telegram.Update, screen: Screen, language: str) -> None:
    """Send a screen as the answer to an update; a tap changes the message it was made on.

    Raises:
        HeldBack: Telegram asks to wait.
        telegram.error.NetworkError: Telegram did not answer after several tries.
    """
    try:
        await asyncio.gather(
            answer_tap(services, update, screen, language),
            _put_up(services, update, screen, language),
        )
    except Forbidden:
        await _note_unreachable(services, update)


async def _put_up(
    services: Services, update: telegram.Update, screen: Screen, language: str
) -> None:
    to = place_of(update)
    if to is None:
        return
    bot, shown = update.get_bot(), 0
    try:
        for message in before_body(services, screen, language):
            await _call(bot, message, to)
            shown += 1
        if screen.body is not None:
            await _put_up_body(services, update, to, screen, language)
            shown += 1
        for message in after_body(screen):
            await _call(bot, message, to)
            shown += 1
    except RetryAfter as held:
        raise HeldBack(seconds_to_wait(held), shown) from None


async def _put_up_body(
    services: Services, update: telegram.Update, to: Place, screen: Screen, language: str
) -> None:
    text = text_of(services, screen, language)
    markup = markup_of(services, screen, language)
    bot = update.get_bot()
    query = update.callback_query
    fits = fits_caption(text)
    if screen.picture or screen.draw:
        under = (text, markup) if fits else (None, None)  # too long: in a message of its own
        instead_of = _changed_by(screen, query)
        sent = await _sent_picture(services, bot, to, screen, *under, instead_of=instead_of)
        if sent and fits:
            return
    place = edited_by(update, screen)
    if place is not None and (fits or not (screen.picture or screen.draw)):
        try:
            await _call(bot, edited_message(place, text, markup), to)
            return
        except BadRequest as refused:
            if is_so_already(refused):
                return
    await _call(bot, new_message(text, markup), to)


async def post(services: Services, update: telegram.Update, screen: Screen, language: str) -> None:
    """Put a body with its picture into a group, or owe it; into what it has become, if it is a
    supergroup now.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
    """
    to = place_of(update) or {}
    try:
        try:
            await _put_up_body(services, update, to, screen, language)
        except ChatMigrated as moved:
            to = {**to, "chat_id": moved.new_chat_id}
            await _put_up_body(services, update, to, screen, language)
    except RetryAfter as held:
        later = HeldBack(seconds_to_wait(held))
        messages = messages_of(services, await drawn(screen), language, update)
        await owe(services, to["chat_id"], messages, later)


async def post_to_one(
    services: Services, update: telegram.Update, screen: Screen, language: str
) -> None:
    """Put a body without its picture into a group, where only who has sent the update sees it.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
    """
    to = {**(place_of(update) or {}), **for_one(update.effective_user)}
    alone = replace(screen, picture=None, draw=None)
    await _put_up_body(services, update, to, alone, language)


async def deliver_or_owe(
    services: Services, bot: telegram.Bot, chat_id: int, messages: Sequence[Outgoing]
) -> None:
    """Send messages, or owe those that Telegram does not take for this chat now.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
        storage.errors.DatabaseUnavailable: they are held back, and could not be kept.
    """
    for shown, message in enumerate(messages):
        try:
            await deliver(bot, chat_id, [message])
        except RetryAfter as held:
            await owe(services, chat_id, messages, HeldBack(seconds_to_wait(held), shown))
            return


async def deliver(bot: telegram.Bot, chat_id: int, letters: Sequence[Outgoing]) -> None:
    """Send messages as they are.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
    """
    for letter in one_by_one(letters):
        await _call(bot, letter, {"chat_id": chat_id})


async def _call(bot: telegram.Bot, message: Outgoing, to: Place) -> None:
    """Call a method without parsing the Message that comes back, which takes as long as sending.

    python-telegram-bot's own do_api_request warns of methods that it knows.
    """
    given = {key: value for key, value in message.parameters.items() if value is not None}
    whole = {"parse_mode": ParseMode.HTML, **given, **to}
    await with_retries(lambda: bot._post(message.method, whole))


def _changed_by(screen: Screen, query: telegram.CallbackQuery | None) -> int | None:
    """The message in which a tap puts another picture; None where it sends a new one."""
    message = query.message if query else None
    shows = isinstance(message, telegram.Message) and bool(message.photo)
    return message.message_id if message and shows and screen.in_place else None


async def _sent_picture(
    services: Services,
    bot: telegram.Bot,
    to: Place,
    screen: Screen,
    text: str | None,
    markup: Markup,
    *,
    instead_of: int | None,
) -> bool:
    """Whether the picture has gone out; if not, the text goes alone.

    Args:
        text: its caption.
        instead_of: the message whose picture it takes the place of.
    """
    key = screen.picture_key
    try:
        if screen.draw is not None:
            drawn = await asyncio.to_thread(screen.draw)
            put = (bot, to, drawn, text, markup)
            if instead_of is None or not await _exchanged(*put, message_id=instead_of):
                await _upload_picture(*put)
            return True
        if key not in services.file_ids:
            async with services.uploading.setdefault(key, asyncio.Lock()):
                if key not in services.file_ids:
                    sizes = await _upload_picture(bot, to, screen.picture or b"", text, markup)
                    if sizes:
                        services.file_ids[key] = sizes[-1].file_id
                    return True
        photo = {"photo": services.file_ids[key], "caption": text, "reply_markup": markup}
        await _call(bot, Outgoing("sendPhoto", photo), to)
    except (Forbidden, RetryAfter):
        raise
    except TelegramError as refused:
        services.file_ids.pop(key, None)
        log.warning("picture not sent", reason=type(refused).__name__)
        return False
    return True


async def _upload_picture(
    bot: telegram.Bot, to: Place, picture: bytes, text: str | None, markup: Markup
) -> tuple[telegram.PhotoSize, ...]:
    """Send the picture itself; afterwards Telegram's id of it is enough."""
    keyboard = telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None
    where = {name: to[name] for name in ("chat_id", "message_thread_id") if name in to}
    newer = {name: value for name, value in to.items() if name not in where}
    message = await with_retries(
        lambda: bot.send_photo(
            **where, photo=picture, caption=text, reply_markup=keyboard, api_kwargs=newer
        )
    )
    return message.photo


async def _exchanged(
    bot: telegram.Bot,
    to: Place,
    picture: bytes,
    text: str | None,
    markup: Markup,
    *,
    message_id: int,
) -> bool:
    """Whether a message shows another picture now; not if it cannot be changed any more.

    https://core.telegram.org/bots/api#editmessagemedia
    """
    keyboard = telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None
    media = telegram.InputMediaPhoto(picture, caption=text, parse_mode=ParseMode.HTML)
    try:
        await with_retries(
            lambda: bot.edit_message_media(media, to["chat_id"], message_id, reply_markup=keyboard)
        )
    except BadRequest as refused:
        return is_so_already(refused)
    return True


async def answer_tap(
    services: Services, update: telegram.Update, screen: Screen, language: str
) -> None:
    """End the waiting of a tap, with a toast if the screen has one.

    Raises:
        HeldBack: Telegram asks to wait, and the toast is all that is answered.
    """
    query = update.callback_query
    if query is None:
        return
    bot = update.get_bot()
    toast = services.renderer.text(screen.toast, language) if screen.toast else None
    try:
        await with_retries(
            lambda: bot._post(
                "answerCallbackQuery",
                {"callback_query_id": query.id} | ({"text": toast} if toast else {}),
            )
        )
    except BadRequest:
        pass  # too old to be answered: the screen is the answer
    except RetryAfter as held:
        if toast and screen.body is None:
            raise HeldBack(seconds_to_wait(held)) from None


async def with_retries(call: Callable[[], Awaitable[Result]]) -> Result:
    """Call Telegram, again after a short wait if the network or Telegram fails.

    An answer whose fate is unknown is sent again: reading it twice is better than silence.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
    """
    for pause in RETRY_AFTER_SECONDS:
        try:
            return await call()
        except BadRequest:
            raise
        except NetworkError:
            await asyncio.sleep(pause)
    return await call()


async def _note_unreachable(services: Services, update: telegram.Update) -> None:
    if update.effective_user is not None:
        async with services.database.transaction() as db:
            await supporters.set_reachable(db, update.effective_user.id, False)
