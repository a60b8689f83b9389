"""Which function answers which method, by its name in lower case."""

from collections.abc import Callable
from typing import Any

from simulator.bot_api import answering, chats, copying, downloads, editing, profile, sending
from simulator.bot_api.call import Call
from simulator.world import World

Method = Callable[[World, Call], Any]


def _yes(world: World, call: Call) -> bool:
    return True


SENDING: dict[str, Method] = {
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_media,
    "senddocument": sending.send_media,
    "sendvideo": sending.send_media,
    "sendanimation": sending.send_media,
    "sendaudio": sending.send_media,
    "sendvoice": sending.send_media,
    "sendmediagroup": sending.send_media_group,
    "copymessage": copying.copy_message,
    "copymessages": copying.copy_messages,
    "forwardmessage": copying.forward_message,
    "forwardmessages": copying.forward_messages,
}
"""Those that put messages into chats: limits on pace hold for them."""

METHODS: dict[str, Method] = SENDING | {
    "getme": profile.get_me,
    "logout": _yes,
    "close": _yes,
    "sendchataction": chats.send_chat_action,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "editmessagetext": editing.edit_text,
    "editmessagecaption": editing.edit_caption,
    "editmessagereplymarkup": editing.edit_markup,
    "editmessagemedia": editing.edit_media,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
    "answercallbackquery": answering.answer_callback_query,
    "answerinlinequery": answering.answer_inline_query,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmyname": profile.set_my_text,
    "getmyname": profile.get_my_text,
    "setmydescription": profile.set_my_text,
    "getmydescription": profile.get_my_text,
    "setmyshortdescription": profile.set_my_text,
    "getmyshortdescription": profile.get_my_text,
    "setchatmenubutton": profile.set_chat_menu_button,
    "getchatmenubutton": profile.get_chat_menu_button,
    "getfile": downloads.get_file,
}
