"""Putting a screen before a person: rendering it, sending it, and what to do when that fails."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import structlog
import telegram
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from handlers.button_styles import style_of
from handlers.screens import Attachment, Button, Outgoing, Rows, Screen
from handlers.services import Services
from messages.limits import visible_length
from storage import supporters

log = structlog.get_logger()

CAPTION_LIMIT = 1024
RETRY_AFTER_SECONDS = (0.2, 0.5, 1, 2, 4)

Result = TypeVar("Result")
Markup = dict[str, Any] | None
"""A keyboard as the Bot API takes it (https://core.telegram.org/bots/api#inlinekeyboardmarkup)."""

NO_PREVIEW = {"is_disabled": True}


async def show(services: Services, update: telegram.Update, screen: Screen, language: str) -> None:
    """Send a screen as the answer to an update; a tap changes the message it was made on.

    Raises:
        telegram.error.NetworkError: Telegram did not answer after several tries.
    """
    try:
        await asyncio.gather(
            _answer_tap(services, update, screen, language),
            _put_up(services, update, screen, language),
        )
        for file in screen.files:
            await _send_file(update, file)
    except Forbidden:
        await _note_unreachable(services, update)


async def _put_up(
    services: Services, update: telegram.Update, screen: Screen, language: str
) -> None:
    chat = update.effective_chat
    if screen.body is None or chat is None:
        return
    text = text_of(services, screen, language)
    markup = markup_of(services, screen, language)
    bot = update.get_bot()
    await deliver(bot, chat.id, screen.letters)
    if screen.puts_keyboard_away:
        await _put_keyboard_away(services, bot, chat.id, language)
    query = update.callback_query
    shows_picture = bool(screen.picture or screen.draw)
    fits = visible_length(text) <= CAPTION_LIMIT
    if shows_picture:
        under = (text, markup) if fits else (None, None)  # too long: in a message of its own
        place = _changed_by(screen, query)
        sent = await _sent_picture(services, bot, chat.id, screen, *under, instead_of=place)
        if sent and fits:
            return
    if (
        query is not None
        and (fits or not shows_picture)
        and isinstance(query.message, telegram.Message)
        and query.message.text is not None
        and not screen.fresh
        and not screen.reply_keyboard
    ):
        message = query.message
        try:
            await _call(
                bot,
                "editMessageText",
                chat_id=chat.id,
                message_id=message.message_id,
                text=text,
                reply_markup=markup,
                link_preview_options=NO_PREVIEW,
            )
            return
        except BadRequest as refused:
            if "not modified" in refused.message.lower():
                return
    await _call(
        bot,
        "sendMessage",
        chat_id=chat.id,
        text=text,
        reply_markup=markup,
        link_preview_options=NO_PREVIEW,
    )


async def deliver(bot: telegram.Bot, chat_id: int, letters: Sequence[Outgoing]) -> None:
    """Send messages that staff have written, as they are.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
    """
    for letter in letters:
        rest: Outgoing | None = letter
        while rest is not None:
            await _call(bot, rest.method, chat_id=chat_id, **rest.parameters)
            rest = rest.then


async def _send_file(update: telegram.Update, file: Attachment) -> None:
    """https://core.telegram.org/bots/api#senddocument"""
    if update.effective_chat is not None:
        bot, chat_id = update.get_bot(), update.effective_chat.id
        await with_retries(
            lambda: bot.send_document(chat_id, file.content, filename=file.name, parse_mode=None)
        )


async def _call(bot: telegram.Bot, method: str, **parameters: Any) -> None:
    """Call a method without parsing the Message that comes back, which takes as long as sending.

    python-telegram-bot's own do_api_request warns of methods that it knows.
    """
    given = {key: value for key, value in parameters.items() if value is not None}
    await with_retries(lambda: bot._post(method, {"parse_mode": ParseMode.HTML, **given}))


async def _put_keyboard_away(
    services: Services, bot: telegram.Bot, chat_id: int, language: str
) -> None:
    """A message of its own: Telegram takes a keyboard away only with one that has no buttons."""
    text = services.renderer.html("sign/keyboard_away", language)
    away = {"remove_keyboard": True}
    await _call(bot, "sendMessage", chat_id=chat_id, text=text, reply_markup=away)


def _changed_by(screen: Screen, query: telegram.CallbackQuery | None) -> int | None:
    """The message in which a tap puts another picture; None where it sends a new one."""
    message = query.message if query else None
    shows = isinstance(message, telegram.Message) and bool(message.photo)
    return message.message_id if message and shows and screen.in_place else None


async def _sent_picture(
    services: Services,
    bot: telegram.Bot,
    chat_id: int,
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
            put = (bot, chat_id, drawn, text, markup)
            if instead_of is None or not await _exchanged(*put, message_id=instead_of):
                await _upload_picture(*put)
            return True
        if key not in services.file_ids:
            async with services.uploading.setdefault(key, asyncio.Lock()):
                if key not in services.file_ids:
                    sizes = await _upload_picture(bot, chat_id, screen.picture or b"", text, markup)
                    if sizes:
                        services.file_ids[key] = sizes[-1].file_id
                    return True
        await _call(
            bot,
            "sendPhoto",
            chat_id=chat_id,
            photo=services.file_ids[key],
            caption=text,
            reply_markup=markup,
        )
    except Forbidden:
        raise
    except TelegramError as refused:
        services.file_ids.pop(key, None)
        log.warning("picture not sent", reason=type(refused).__name__)
        return False
    return True


async def _upload_picture(
    bot: telegram.Bot, chat_id: int, picture: bytes, text: str | None, markup: Markup
) -> tuple[telegram.PhotoSize, ...]:
    """Send the picture itself; afterwards Telegram's id of it is enough."""
    keyboard = telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None
    message = await with_retries(
        lambda: bot.send_photo(chat_id, picture, caption=text, reply_markup=keyboard)
    )
    return message.photo


async def _exchanged(
    bot: telegram.Bot,
    chat_id: int,
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
            lambda: bot.edit_message_media(media, chat_id, message_id, reply_markup=keyboard)
        )
    except BadRequest as refused:
        return "not modified" in refused.message.lower()
    return True


async def _answer_tap(
    services: Services, update: telegram.Update, screen: Screen, language: str
) -> None:
    query = update.callback_query
    if query is None:
        return
    bot = update.get_bot()
    toast = services.renderer.text(screen.toast, language) if screen.toast else None
    with contextlib.suppress(BadRequest):  # too old to be answered: the screen is the answer
        await with_retries(
            lambda: bot._post(
                "answerCallbackQuery",
                {"callback_query_id": query.id} | ({"text": toast} if toast else {}),
            )
        )


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


def text_of(services: Services, screen: Screen, language: str) -> str:
    """The rendered text of a screen, in Telegram's HTML."""
    parts = [part for part in (screen.above, screen.body) if part is not None]
    return "\n\n".join(
        services.renderer.html(part.template, language, **part.variables) for part in parts
    )


def markup_of(services: Services, screen: Screen, language: str) -> Markup:
    """The keyboard of a screen; None if it has none."""
    if screen.buttons:
        return inline_keyboard(services, screen.buttons, language)
    if screen.reply_keyboard:
        return {
            "keyboard": [
                [
                    {
                        "text": services.renderer.label(button.label, language, **button.variables),
                        "request_contact": button.label == "share_contact",
                    }
                    for button in row
                ]
                for row in screen.reply_keyboard
            ],
            "resize_keyboard": True,
            "one_time_keyboard": True,
        }
    return None


def inline_keyboard(services: Services, rows: Rows, language: str) -> dict[str, Any]:
    """Rows of buttons under a message, with their labels in a language."""
    return {
        "inline_keyboard": [[_inline(services, button, language) for button in row] for row in rows]
    }


def _inline(services: Services, button: Button, language: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "text": services.renderer.label(button.label, language, **button.variables)
    }
    if style := style_of(button.label):
        made["style"] = style
    if button.data is not None:
        made["callback_data"] = str(button.data)
    elif button.url:
        made["url"] = button.url
    elif button.inline is not None:
        made["switch_inline_query"] = button.inline
    else:
        made["copy_text"] = {"text": button.copy}
    return made
