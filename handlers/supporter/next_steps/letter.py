"""A letter to the target: the supporter's own words, the whole letter to take away, and their word
that it is sent. The bot itself sends nothing."""

from campaign import next_steps, target_letter
from campaign.definition.text_rules import telegram_length
from campaign.fields import COMMENT_LIMIT, comment
from campaign.petition import Petition
from campaign.signing.standing import signature_of
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Page, Steps
from handlers.supporter.next_steps import state
from handlers.supporter.share import COPY_LIMIT


async def begin(context: Context, petition: Petition) -> Screen:
    """Would you add a sentence or two of your own?"""
    state.go_to(context, petition, state.LETTER_WORDS)
    return await ask(context, petition)


async def ask(context: Context, petition: Petition) -> Screen:
    """The question for the supporter's own words."""
    variables = {"campaign": await context.view(petition), "limit": COMMENT_LIMIT}
    return Screen(
        Text("next_steps/ask_letter", variables),
        [
            [state.button(context, "letter_without", "without")],
            [state.button(context, "not_now", "later")],
        ],
    )


async def words(context: Context, petition: Petition, text: str) -> Screen:
    """The supporter's own words have come: the whole letter.

    Raises:
        campaign.fields.FieldProblem: they cannot be taken as they are.
    """
    state.go_to(context, petition, state.LETTER, words=comment(text))
    return await show(context, petition)


async def without(context: Context, petition: Petition) -> Screen:
    """The letter without a word of one's own."""
    state.go_to(context, petition, state.LETTER, words="")
    return await show(context, petition)


async def show(context: Context, petition: Petition) -> Screen:
    """The letter whole, to be copied.

    Telegram opens no mailto: address, neither from a button
    (https://core.telegram.org/bots/api#inlinekeyboardbutton: "HTTP or tg:// URL") nor from a link
    in a text: it takes http, https, tg, ton and tonsite only, and makes http://mailto:… of others
    (https://github.com/tdlib/td/blob/master/td/telegram/LinkManager.cpp, check_link_impl). But it
    finds email addresses in a text by itself (the entity "email",
    https://core.telegram.org/bots/api#messageentity), and a tap on one opens the mail app.
    """
    signature = await signature_of(context.db, petition, context.supporter)
    own = state.kept(context).get("words", "")
    letter = target_letter.write(petition, context.language, signature, own)
    variables = {
        "campaign": await context.view(petition),
        "subject": letter.subject,
        "body": letter.body,
        "to": letter.to,
        "form": letter.form is not None,
    }
    copies = []
    if telegram_length(letter.body) <= COPY_LIMIT:
        copies.append(Button("copy_letter", copy=letter.body))
    if letter.to:
        copies.append(Button("copy_address", copy=letter.to))
    if letter.form:
        copies.append(Button("open_form", url=letter.form))
    return Screen(
        Text("next_steps/letter", variables),
        [
            *([copies] if copies else []),
            [state.button(context, "letter_sent", "sent")],
            [
                state.button(context, "write_again", "again"),
                state.button(context, "not_now", "later"),
            ],
        ],
    )


async def sent(context: Context, petition: Petition) -> Screen:
    """The supporter says that they have sent it: counted once. Their words are forgotten."""
    await next_steps.finish(context.db, petition, context.supporter, "letter", now=context.now)
    context.leave()
    return Screen(
        Text("next_steps/letter_sent", {"campaign": await context.view(petition)}),
        [
            [Button("one_more_step", Steps(petition.id, "next"))],
            [Button("home", Page("home", petition.id))],
        ],
        fresh=True,
    )
