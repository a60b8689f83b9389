"""Screens as messages of the Bot API, rendered in a language."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

import telegram
from telegram.error import BadRequest

from campaign.broadcasts.message_limits import CAPTION_LIMIT
from handlers.button_styles import style_of
from handlers.screens import Button, Outgoing, Rows, Screen
from handlers.services import Services
from messages.limits import visible_length

Markup = dict[str, Any] | None
"""A keyboard as the Bot API takes it (https://core.telegram.org/bots/api#inlinekeyboardmarkup)."""

Place = dict[str, Any]
"""A chat, the topic in it, and who alone sees it there, as the Bot API takes them."""

EPHEMERAL = "ephemeral_message_id"
"""Of a Message since Bot API 10.2, which the library does not know yet."""

LARGEST_KEPT_PICTURE = 256 * 1024
NO_PREVIEW = {"is_disabled": True}


def before_body(services: Services, screen: Screen, language: str) -> list[Outgoing]:
    """What is sent before the text of a screen."""
    if screen.body is None:
        return []
    letters = one_by_one(screen.letters)
    if screen.puts_keyboard_away:
        # Of its own: Telegram takes a keyboard away only with a message that has no buttons.
        text = services.renderer.html("sign/keyboard_away", language)
        letters.append(new_message(text, {"remove_keyboard": True}))
    return letters


def after_body(screen: Screen) -> list[Outgoing]:
    """What is sent after it: files (https://core.telegram.org/bots/api#senddocument)."""
    return [
        Outgoing("sendDocument", {"document": telegram.InputFile(file.content, filename=file.name)})
        for file in screen.files
    ]


def messages_of(
    services: Services, screen: Screen, language: str, update: telegram.Update | None = None
) -> list[Outgoing]:
    """A screen as messages that can wait, in the order in which `show` shows it; what is a toast
    alone, as its words. A picture that is too large to be kept, or whose text is too long for a
    caption, is left out.

    Args:
        screen: `drawn`.
        update: what it answers; a tap changes the message it was made on.
    """
    before, after = before_body(services, screen, language), after_body(screen)
    if screen.body is not None:
        said = text_of(services, screen, language), markup_of(services, screen, language)
        photo = _kept_photo(services, screen) if fits_caption(said[0]) else None
        place = edited_by(update, screen) if update and photo is None else None
        if photo is not None:
            caption = {"caption": said[0], "reply_markup": said[1]}
            before.append(Outgoing("sendPhoto", {"photo": photo, **caption}))
        else:
            before.append(edited_message(place, *said) if place else new_message(*said))
    elif screen.toast:
        before.append(new_message(escape(services.renderer.text(screen.toast, language))))
    whole = [*before, *after]
    return [in_place_of(update, one) for one in whole] if update else whole


async def drawn(screen: Screen) -> Screen:
    """The same screen with the picture that it would draw."""
    if screen.draw is None:
        return screen
    return replace(screen, picture=await asyncio.to_thread(screen.draw), picture_key="", draw=None)


def fits_caption(text: str) -> bool:
    """Whether Telegram takes a text (HTML) under a picture
    (https://core.telegram.org/bots/api#sendphoto: 1024 characters after entities parsing)."""
    return visible_length(text) <= CAPTION_LIMIT


def _kept_photo(services: Services, screen: Screen) -> str | telegram.InputFile | None:
    """Telegram's id of a picture, or the picture itself if it is small enough to be kept."""
    if screen.picture_key in services.file_ids:
        return services.file_ids[screen.picture_key]
    if not screen.picture or len(screen.picture) > LARGEST_KEPT_PICTURE:
        return None
    return telegram.InputFile(screen.picture, filename="picture")


def new_message(text: str, markup: Markup = None) -> Outgoing:
    """A message of a text (HTML)."""
    parameters = {"text": text, "reply_markup": markup, "link_preview_options": NO_PREVIEW}
    return Outgoing("sendMessage", parameters)


def edited_message(message_id: int, text: str, markup: Markup = None) -> Outgoing:
    """A message that reads otherwise from now on."""
    return Outgoing(
        "editMessageText", {**new_message(text, markup).parameters, "message_id": message_id}
    )


def place_of(update: telegram.Update) -> Place | None:
    """Where an update is answered: in the topic in which it was sent, and before nobody else if it
    was sent so that nobody else saw it; None if it has no chat.

    Groups with topics, and private chats with them: https://core.telegram.org/bots/api#message
    """
    chat, message = update.effective_chat, update.effective_message
    if chat is None:
        return None
    place: Place = {"chat_id": chat.id}
    if isinstance(message, telegram.Message):
        if message.is_topic_message:
            place["message_thread_id"] = message.message_thread_id or 0
        if is_secret(message):
            number = {EPHEMERAL: message.api_kwargs[EPHEMERAL]}
            place |= {"reply_parameters": number, **for_one(update.effective_user)}
    return place


def is_secret(message: telegram.Message) -> bool:
    """Whether the bot alone has been shown it, of a whole group."""
    return EPHEMERAL in message.api_kwargs


def for_one(person: telegram.User | None) -> Place:
    """What makes a message of a group one that this person alone sees.

    https://core.telegram.org/bots/api#ephemeralmessageparameters
    """
    receiver = person.id if person else 0
    return {"ephemeral_message_parameters": {"receiver_user_id": receiver}}


def in_place_of(update: telegram.Update, message: Outgoing) -> Outgoing:
    """A message that answers an update, whatever chat it is sent to."""
    where = {name: value for name, value in (place_of(update) or {}).items() if name != "chat_id"}
    return replace(message, parameters={**message.parameters, **where}) if where else message


def edited_by(update: telegram.Update, screen: Screen) -> int | None:
    """The message whose text a screen takes the place of; None if it needs one of its own."""
    query = update.callback_query
    message = query.message if query else None
    if not isinstance(message, telegram.Message) or message.text is None:
        return None
    return None if screen.fresh or screen.reply_keyboard else message.message_id


def is_so_already(refused: BadRequest) -> bool:
    """Whether an edit was refused because it would change nothing."""
    return "not modified" in refused.message.lower()


def anew(edits: Sequence[Outgoing], refused: BadRequest) -> list[Outgoing]:
    """As new messages what cannot be said by changing others, or under a picture; nothing where it
    is said already."""
    if is_so_already(refused):
        return []
    return [_in_words(edit) for edit in edits if edit.method in ("editMessageText", "sendPhoto")]


def _in_words(message: Outgoing) -> Outgoing:
    given = {
        name: value
        for name, value in message.parameters.items()
        if name not in ("message_id", "photo", "caption")
    }
    if message.method == "sendPhoto":
        given |= {"text": message.parameters["caption"], "link_preview_options": NO_PREVIEW}
    return Outgoing("sendMessage", given)


def one_by_one(letters: Sequence[Outgoing]) -> list[Outgoing]:
    """Each message by itself, also those that follow others."""
    found: list[Outgoing] = []
    for letter in letters:
        rest: Outgoing | None = letter
        while rest is not None:
            found.append(replace(rest, then=None))
            rest = rest.then
    return found


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
