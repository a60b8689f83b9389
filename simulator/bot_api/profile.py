"""A bot's own face: commands, name, descriptions, menu button."""

from typing import Any

from simulator import rules
from simulator.bot_api.call import Call
from simulator.errors import bad_request
from simulator.residents import Bot, Json, Person
from simulator.world import World

_TEXTS = {
    "name": rules.NAME_LIMIT,
    "description": rules.DESCRIPTION_LIMIT,
    "short_description": rules.SHORT_DESCRIPTION_LIMIT,
}
_TEXT_OF_METHOD = {
    "myname": "name",
    "mydescription": "description",
    "myshortdescription": "short_description",
}
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
"""https://core.telegram.org/bots/api#botcommandscope"""


def get_me(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#getme"""
    return call.bot.user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": world.inline.enabled,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_text(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#setmydescription and its kin"""
    name = _TEXT_OF_METHOD[call.method.removeprefix("set")]
    text, language = call.text(name), _language(call)
    if len(text) > _TEXTS[name]:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    if name == "name" and not text and not language:
        raise bad_request("BOT_TITLE_INVALID")
    call.bot.settings[name, "", language] = text
    if name == "name" and not language:
        call.bot.first_name = text
    return True


def get_my_text(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#getmydescription and its kin"""
    name = _TEXT_OF_METHOD[call.method.removeprefix("get")]
    fallback = call.bot.first_name if name == "name" else ""
    return {name: text_in(call.bot, name, _language(call)) or fallback}


def text_in(bot: Bot, name: str, language: str) -> str:
    """A bot's name, description or short_description as people of a language see it."""
    settings = bot.settings
    return str(settings.get((name, "", language)) or settings.get((name, "", "")) or "")


def set_my_commands(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#setmycommands"""
    commands = call.json("commands", "commands") or []
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > rules.COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = [_command(command) for command in commands]
    call.bot.settings[_spot(world, call)] = kept
    return True


def get_my_commands(world: World, call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#getmycommands"""
    commands: list[Json] = call.bot.settings.get(_spot(world, call), [])
    return commands


def delete_my_commands(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemycommands"""
    call.bot.settings.pop(_spot(world, call), None)
    return True


def commands_for(bot: Bot, person: Person, *, in_group: bool = False) -> list[Json]:
    """The commands a person sees in the private chat with a bot, or in a group, by
    https://core.telegram.org/bots/api#determining-list-of-commands"""
    private = (f"chat:{person.id}", "all_private_chats", "default")
    for scope in ("all_group_chats", "default") if in_group else private:
        for language in (person.language_code[:2], ""):
            found: list[Json] = bot.settings.get(("commands", scope, language), [])
            if found:
                return found
    return []


def is_ephemeral(bot: Bot, person: Person, command: str) -> bool:
    """Whether a person's app sends a command of a group as an ephemeral message."""
    listed = commands_for(bot, person, in_group=True)
    return any(one["command"] == command and one.get("is_ephemeral", False) for one in listed)


def set_chat_menu_button(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#setchatmenubutton"""
    button = call.json("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    call.bot.settings["menu_button", call.text("chat_id")] = button
    return True


def get_chat_menu_button(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#getchatmenubutton"""
    settings = call.bot.settings
    of_all = settings.get(("menu_button", ""), {"type": "commands"})
    button: Json = settings.get(("menu_button", call.text("chat_id")), of_all)
    return button


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(given.get(name), str):
            raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    command = given["command"].removeprefix("/").lower()
    if not rules.COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(given["description"]) <= rules.COMMAND_DESCRIPTION_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    secret = {"is_ephemeral": True} if given.get("is_ephemeral") is True else {}
    return {"command": command, "description": given["description"], **secret}


def _spot(world: World, call: Call) -> tuple[str, str, str]:
    scope = call.json("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    ids = [str(scope.get(name) or "") for name in _SCOPES[kind]]
    if not all(ids):
        raise bad_request("can't parse BotCommandScope: Empty chat_id specified")
    if ids:
        world.chat(call.bot, int(ids[0]) if ids[0].lstrip("-").isdecimal() else 0)
    return "commands", ":".join([str(kind), *ids]), _language(call)


def _language(call: Call) -> str:
    language = call.text("language_code")
    if language and not (len(language) == 2 and language.isascii() and language.isalpha()):
        raise bad_request("invalid language code specified")
    return language.lower()
