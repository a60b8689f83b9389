"""The peer: a plain python-telegram-bot bot that asks the same questions.

ConversationHandler with state in memory, HTTPXRequest, the stock Updater: what its documentation
shows a newcomer. It keeps nothing; Clamour keeps every step. `python -m bench.peer_bot ADDRESS`.
"""

import logging
import sys
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import (
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    filters,
)

from bench import TOKEN

Context = CallbackContext[Any, Any, Any, Any]
WELCOME, NAME, POSTCODE, REVIEW = range(4)
PICTURE = Path(__file__).parents[1] / "examples" / "keep-the-unit" / "picture.png"
count = 0
file_id: list[str] = []


def one_button(label: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label)]])


async def start(update: Update, context: Context) -> int:
    assert update.message is not None
    message = await update.message.reply_photo(
        file_id[0] if file_id else PICTURE.read_bytes(),
        caption="<b>Keep the unit</b>\n\nPlease sign.",
        parse_mode=ParseMode.HTML,
        reply_markup=one_button("✍️ Sign"),
    )
    file_id[:] = [message.photo[-1].file_id]
    return WELCOME


async def ask_name(update: Update, context: Context) -> int:
    query, chat = update.callback_query, update.effective_chat
    assert query is not None
    assert chat is not None
    await query.answer()
    await chat.send_message("What is your name?", reply_markup=one_button("Use “Ada”"))
    return NAME


async def ask_postcode(update: Update, context: Context) -> int:
    query = update.callback_query
    assert query is not None
    context.user_data["name"] = query.from_user.full_name
    await query.answer()
    await query.edit_message_text("What is your postcode?", reply_markup=one_button("Back"))
    return POSTCODE


async def review(update: Update, context: Context) -> int:
    assert update.message is not None
    context.user_data["postcode"] = update.message.text
    text = f"<b>Is this right?</b>\n{context.user_data['name']}, {context.user_data['postcode']}"
    await update.message.reply_text(
        text, parse_mode=ParseMode.HTML, reply_markup=one_button("Just sign")
    )
    return REVIEW


async def signed(update: Update, context: Context) -> int:
    global count
    query = update.callback_query
    assert query is not None
    count += 1
    await query.answer()
    await query.edit_message_text(f"You have signed. Your signature is number {count}.")
    return ConversationHandler.END


def main() -> None:
    logging.disable(logging.CRITICAL)
    application = ApplicationBuilder().token(TOKEN).base_url(f"{sys.argv[1]}/bot").build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={
                WELCOME: [CallbackQueryHandler(ask_name)],
                NAME: [CallbackQueryHandler(ask_postcode)],
                POSTCODE: [MessageHandler(filters.TEXT, review)],
                REVIEW: [CallbackQueryHandler(signed)],
            },
            fallbacks=[],
        )
    )
    application.run_polling(poll_interval=0)


if __name__ == "__main__":
    main()
