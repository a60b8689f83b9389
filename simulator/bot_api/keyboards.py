"""Keyboards under messages and in place of a person's own.

Follows bot-api's Client::get_reply_markup and td's ReplyMarkup.cpp.
"""

from collections.abc import Callable
from typing import Any

from simulator import rules
from simulator.bot_api.call import Call, unicode_text
from simulator.errors import bad_request
from simulator.links import WrongLink, checked
from simulator.residents import Json

_IN_PRIVATE_ONLY = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
    "web_app": "web App buttons can be used in private chats only",
}
_STYLES = ("primary", "success", "danger")
_OTHER_ACTS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)

_CHATS = ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats")


def keyboard_of(call: Call, *, private: bool) -> tuple[Json | None, Json | None]:
    """The `reply_markup` of a call: inline keyboard and other one, of which one is None.

    Raises:
        Refused: it is not as Telegram takes it.
    """
    return _checked(call.json("reply_markup", "reply keyboard markup"), private=private)


def _checked(markup: Any, *, private: bool) -> tuple[Json | None, Json | None]:
    if markup is None:
        return None, None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = _rows(markup, "keyboard", lambda button: _key(button, private=private))
    inline = _rows(markup, "inline_keyboard", _inline_button)
    if rows:
        return None, {**markup, "keyboard": rows}
    if inline:
        return {"inline_keyboard": inline}, None
    if markup.get("remove_keyboard") is True or markup.get("force_reply") is True:
        return None, markup
    return None, None


def inline_keyboard_of(call: Call) -> Json | None:
    """The `reply_markup` of a call that changes a message.

    Raises:
        Refused: it is no inline keyboard, or not as Telegram takes it.
    """
    return inline_markup(call.json("reply_markup", "reply keyboard markup"))


def inline_markup(markup: Any) -> Json | None:
    """A markup that must be an inline keyboard, or None if it says nothing.

    Raises:
        Refused: it is none, or not as Telegram takes it.
    """
    inline, other = _checked(markup, private=True)
    if other is not None:
        raise bad_request("inline keyboard expected")
    return inline


def _rows(markup: Json, name: str, check: Callable[[Any], Json | None]) -> list[list[Json]]:
    given = markup.get(name)
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request(f'field "{name}" must be of type Array')
    rows, left = [], rules.BUTTONS_IN_KEYBOARD
    for row in given:
        if not isinstance(row, list):
            whose = " of the InlineKeyboardMarkup" if name == "inline_keyboard" else ""
            raise bad_request(f'field "{name}"{whose} must be an Array of Arrays')
        buttons = [made for button in row if (made := check(button)) is not None]
        buttons = buttons[: min(rules.BUTTONS_IN_ROW, left)]
        left -= len(buttons)
        if buttons:
            rows.append(buttons)
    return rows


def _key(button: Any, *, private: bool) -> Json | None:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse keyboard button: KeyboardButton must be a String or an Object"
        )
    if not _label(button, "keyboard button"):
        return None
    if not private:
        for act, why in _IN_PRIVATE_ONLY.items():
            if button.get(act):
                raise bad_request(why)
    return dict(button)


def _inline_button(button: Any) -> Json | None:
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    label = _label(button, "inline keyboard button")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("can't parse inline keyboard button: unsupported button style")
    made = dict(button)
    if button.get("url"):
        made["url"] = _address(button["url"], "inline keyboard button")
    elif button.get("callback_data"):
        size = len(unicode_text(str(button["callback_data"])).encode())
        if size > rules.CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    else:
        _check_other_act(button)
    return made if label else None


def _check_other_act(button: Json) -> None:
    act = next((act for act in _OTHER_ACTS if act in button), None)
    if act is None:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if act in ("switch_inline_query", "switch_inline_query_current_chat"):
        if not isinstance(button[act], str):
            raise bad_request(
                f'can\'t parse inline keyboard button: Field "{act}" must be of type String'
            )
        unicode_text(button[act])
    if act == "switch_inline_query_chosen_chat":
        _check_chosen_chat(button[act])
    if act == "copy_text":
        copied = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
        if not isinstance(copied, str):
            raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
        if not 1 <= len(copied) <= rules.COPY_TEXT_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if act in ("web_app", "login_url"):
        address = button[act].get("url", "") if isinstance(button[act], dict) else ""
        what = "Web App" if act == "web_app" else "login"
        if not _address(address, f"inline keyboard button {what}").startswith("https://"):
            raise bad_request(
                f"inline keyboard button {what} URL '{address}' is invalid: "
                "Only HTTPS links are allowed"
            )


def _check_chosen_chat(chosen: Any) -> None:
    """https://core.telegram.org/bots/api#switchinlinequerychosenchat"""
    if not isinstance(chosen, dict):
        raise bad_request(
            "can't parse inline keyboard button: "
            'Field "switch_inline_query_chosen_chat" must be of type Object'
        )
    unicode_text(str(chosen.get("query") or ""))
    if not any(chosen.get(name) is True for name in _CHATS):
        raise bad_request("at least one chat type must be allowed")


def _label(button: Json, what: str) -> str:
    label = button.get("text")
    if not isinstance(label, str):
        raise bad_request(f"can't parse {what}: Can't find field \"text\"")
    return unicode_text(label).strip()


def _address(url: Any, what: str) -> str:
    try:
        return checked(unicode_text(str(url)))
    except WrongLink as why:
        raise bad_request(f"{what} URL '{url}' is invalid: {why}") from None
