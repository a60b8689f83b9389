"""Telegram's rules and limits, each with the page it stands on."""

MESSAGE_LIMIT = 4096
"""Characters of a text after entities parsing: https://core.telegram.org/bots/api#sendmessage"""

CAPTION_LIMIT = 1024
"""Characters of a caption after entities parsing: https://core.telegram.org/bots/api#sendphoto"""

CALLBACK_DATA_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton"""

COPY_TEXT_LIMIT = 256
"""https://core.telegram.org/bots/api#copytextbutton"""

CALLBACK_ANSWER_LIMIT = 200
"""https://core.telegram.org/bots/api#answercallbackquery"""

START_PAYLOAD_LIMIT = 64
"""A-Z, a-z, 0-9, _ and -: https://core.telegram.org/bots/features#deep-linking"""

PHOTO_BYTES = 10 * 1024 * 1024
"""https://core.telegram.org/bots/api#sending-files"""

FILE_BYTES = 50 * 1024 * 1024
"""https://core.telegram.org/bots/api#sending-files"""

GET_UPDATES_LIMIT = 100
"""https://core.telegram.org/bots/api#getupdates"""

DELETE_WITHIN_SECONDS = 48 * 3600
"""https://core.telegram.org/bots/api#deletemessage"""

CALLBACK_TOO_OLD_SECONDS = 15 * 60
"""Not documented; seen as "query is too old"."""

ALBUM_SIZE = (2, 10)
"""https://core.telegram.org/bots/api#sendmediagroup"""

MESSAGES_PER_SECOND = 30.0
MESSAGES_PER_SECOND_IN_ONE_CHAT = 1.0
BURST_IN_ONE_CHAT = 3
MESSAGES_PER_MINUTE_IN_ONE_GROUP = 20
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""

JUST_WROTE_SECONDS = 10.0
"""Answers to people who just wrote are hardly limited; Telegram gives no figure."""

COMMANDS_LIMIT = 100
COMMAND_DESCRIPTION_LIMIT = 256
"""https://core.telegram.org/bots/api#botcommand"""

DESCRIPTION_LIMIT = 512
SHORT_DESCRIPTION_LIMIT = 120
"""https://core.telegram.org/bots/api#setmydescription"""

ALLOWED_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
"""https://core.telegram.org/bots/api#html-style"""
