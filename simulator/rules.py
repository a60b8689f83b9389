"""Telegram's rules and limits, each with the page it stands on.

What no page says is taken from the sources of Telegram's own server and library, named `bot-api`
(https://github.com/tdlib/telegram-bot-api) and `td` (https://github.com/tdlib/td).
"""

import re

# Texts

MESSAGE_LIMIT = 4096
"""Characters of a text after entities parsing: https://core.telegram.org/bots/api#sendmessage"""

CAPTION_LIMIT = 1024
"""Characters of a caption after entities parsing: https://core.telegram.org/bots/api#sendphoto"""

SOURCE_BYTES = 1 << 15
"""Bytes of a text before entities parsing: bot-api, Client::get_formatted_text"""

TAGS = {
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
    "tg-time": "date_time",
}
"""https://core.telegram.org/bots/api#html-style"""

# Keyboards

CALLBACK_DATA_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton"""

COPY_TEXT_LIMIT = 256
"""https://core.telegram.org/bots/api#copytextbutton"""

BUTTONS_IN_ROW = 12
BUTTONS_IN_KEYBOARD = 300
"""More are dropped: td, ReplyMarkup.cpp, get_reply_markup"""

START_PARAMETER_LIMIT = 64
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
"""https://core.telegram.org/bots/features#deep-linking"""

CALLBACK_ANSWER_LIMIT = 200
"""https://core.telegram.org/bots/api#answercallbackquery"""

CALLBACK_TOO_OLD_SECONDS = 15 * 60.0
INLINE_QUERY_TOO_OLD_SECONDS = 60.0
"""Not documented; seen as "query is too old"."""

# Inline mode

INLINE_RESULTS_LIMIT = 50
INLINE_OFFSET_BYTES = 64
INLINE_CACHE_SECONDS = 300
"""How long an answer is kept by default: https://core.telegram.org/bots/api#answerinlinequery"""

INLINE_CACHE_LONGEST_SECONDS = 24 * 3600
"""bot-api, Client::process_answer_inline_query_query"""

INLINE_RESULT_ID_BYTES = 64
"""https://core.telegram.org/bots/api#inlinequeryresultarticle"""

INLINE_QUERY_LIMIT = 256
"""https://core.telegram.org/bots/api#inlinequery"""

INLINE_RESULT_KINDS = frozenset(
    {
        "article",
        "audio",
        "contact",
        "document",
        "game",
        "gif",
        "location",
        "mpeg4_gif",
        "photo",
        "sticker",
        "venue",
        "video",
        "voice",
    }
)
"""https://core.telegram.org/bots/api#inlinequeryresult"""

# Files

PHOTO_BYTES = 10 * 1024 * 1024
FILE_BYTES = 50 * 1024 * 1024
"""https://core.telegram.org/bots/api#sending-files"""

DOWNLOAD_BYTES = 20 * 1024 * 1024
"""https://core.telegram.org/bots/api#getfile"""

PHOTO_SIDES_SUM = 10_000
PHOTO_SIDES_RATIO = 20
"""https://core.telegram.org/bots/api#sendphoto"""

ALBUM_LIMIT = 10
"""https://core.telegram.org/bots/api#sendmediagroup"""

# Changing, copying and deleting

DELETE_WITHIN_SECONDS = 48 * 3600
"""https://core.telegram.org/bots/api#deletemessage"""

MESSAGES_AT_ONCE = 100
"""https://core.telegram.org/bots/api#deletemessages"""

# Updates

GET_UPDATES_LIMIT = 100
"""https://core.telegram.org/bots/api#getupdates"""

LONG_POLL_SECONDS = 50
"""The longest wait: bot-api, LONG_POLL_MAX_TIMEOUT"""

HURRIED_SECONDS = 0.5
SHORTEST_POLL_SECONDS = 3
"""The same offset asked for again within this time is given one update, or waits for so long if
there is none: bot-api, Client::process_get_updates_query"""

UPDATES_KEPT_SECONDS = 24 * 3600
"""https://core.telegram.org/bots/api#getting-updates"""

WEBHOOK_CONNECTIONS = (1, 100)
WEBHOOK_CONNECTIONS_BY_DEFAULT = 40
SECONDS_PER_WEBHOOK = 1.0
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{0,256}")
"""https://core.telegram.org/bots/api#setwebhook"""

WEBHOOK_RETRY_SECONDS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 120.0)
"""At once, then ever later, as bot-api's WebhookActor::on_update_error; from 1/4 second, not 2.
Where the bot says when (Retry-After), then."""

UPDATE_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "my_chat_member",
    }
)
"""Those made here, all given out by default: https://core.telegram.org/bots/api#update"""

# Pace: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this

MESSAGES_PER_SECOND = 30
PAID_MESSAGES_PER_SECOND = 1000
"""With allow_paid_broadcast: https://core.telegram.org/bots/api#paid-broadcasts"""

SECONDS_PER_MESSAGE_IN_A_CHAT = 1.0
BURST_IN_A_CHAT = 5
MESSAGES_PER_MINUTE_IN_A_GROUP = 20

JUST_WROTE_SECONDS = 10.0
"""Answers to people who just wrote are hardly limited; Telegram gives no figure."""

# A bot's own texts

COMMANDS_LIMIT = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMAND_DESCRIPTION_LIMIT = 256
"""https://core.telegram.org/bots/api#botcommand"""

NAME_LIMIT = 64
DESCRIPTION_LIMIT = 512
SHORT_DESCRIPTION_LIMIT = 120
"""https://core.telegram.org/bots/api#setmyname and #setmydescription"""

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{30,}")
"""https://core.telegram.org/bots/api#authorizing-your-bot"""
