"""Which function answers which method, by its name in lower case."""

from collections.abc import Callable
from typing import Any

from simulator.bot_api import (
    chats,
    copies,
    downloads,
    edits,
    profile,
    query_answers,
    send,
    topics,
)
from simulator.bot_api.call import Call
from simulator.world import World

Method = Callable[[World, Call], Any]


def _yes(world: World, call: Call) -> bool:
    return True


SENDING: dict[str, Method] = {
    "sendmessage": send.send_message,
    "sendphoto": send.send_media,
    "senddocument": send.send_media,
    "sendvideo": send.send_media,
    "sendanimation": send.send_media,
    "sendaudio": send.send_media,
    "sendvoice": send.send_media,
    "sendmediagroup": send.send_media_group,
    "copymessage": copies.copy_message,
    "copymessages": copies.copy_messages,
    "forwardmessage": copies.forward_message,
    "forwardmessages": copies.forward_messages,
}
"""Those that put messages into chats: limits on pace hold for them."""

METHODS: dict[str, Method] = SENDING | {
    "getme": profile.get_me,
    "logout": _yes,
    "close": _yes,
    "sendchataction": chats.send_chat_action,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "editmessagetext": edits.edit_text,
    "editmessagecaption": edits.edit_caption,
    "editmessagereplymarkup": edits.edit_markup,
    "editmessagemedia": edits.edit_media,
    "deletemessage": edits.delete_message,
    "deletemessages": edits.delete_messages,
    "answercallbackquery": query_answers.answer_callback_query,
    "answerinlinequery": query_answers.answer_inline_query,
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
    "createforumtopic": topics.create_topic,
    "deleteforumtopic": topics.delete_topic,
    "getfile": downloads.get_file,
}
