"""A letter to the target: the supporter's own words, the whole letter to take away, and their word
that it is sent. The bot itself sends nothing."""

from campaign import next_steps, target_letter
from campaign.definition.text_rules import telegram_length
from campaign.fields import COMMENT_LIMIT, comment
from campaign.petition import Petition
from campaign.signing.sign import signature_of
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.next_steps import state
from handlers.supporter.share import COPY_LIMIT


async def begin(visit: Visit, petition: Petition) -> Screen:
    """Would you add a sentence or two of your own?"""
    state.go_to(visit, petition, state.LETTER_WORDS)
    return await ask(visit, petition)


async def ask(visit: Visit, petition: Petition) -> Screen:
    """The question for the supporter's own words."""
    variables = {"campaign": await visit.view(petition), "limit": COMMENT_LIMIT}
    return Screen(
        Text("steps/ask_letter", variables),
        [
            [state.button(visit, "letter_without", "without")],
            [state.button(visit, "not_now", "later")],
        ],
    )


async def words(visit: Visit, petition: Petition, text: str) -> Screen:
    """The supporter's own words have come: the whole letter.

    Raises:
        campaign.fields.FieldProblem: they cannot be taken as they are.
    """
    state.go_to(visit, petition, state.LETTER, words=comment(text))
    return await show(visit, petition)


async def without(visit: Visit, petition: Petition) -> Screen:
    """The letter without a word of one's own."""
    state.go_to(visit, petition, state.LETTER, words="")
    return await show(visit, petition)


async def show(visit: Visit, petition: Petition) -> Screen:
    """The letter whole, to be copied.

    Telegram opens no mailto: address, neither from a button
    (https://core.telegram.org/bots/api#inlinekeyboardbutton: "HTTP or tg:// URL") nor from a link
    in a text: it takes http, https, tg, ton and tonsite only, and makes http://mailto:… of others
    (https://github.com/tdlib/td/blob/master/td/telegram/LinkManager.cpp, check_link_impl). But it
    finds email addresses in a text by itself (the entity "email",
    https://core.telegram.org/bots/api#messageentity), and a tap on one opens the mail app.
    """
    signature = await signature_of(visit.db, petition, visit.supporter)
    own = state.kept(visit).get("words", "")
    letter = target_letter.write(petition, visit.language, signature, own)
    variables = {
        "campaign": await visit.view(petition),
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
        Text("steps/letter", variables),
        [
            *([copies] if copies else []),
            [state.button(visit, "letter_sent", "sent")],
            [
                state.button(visit, "write_again", "again"),
                state.button(visit, "not_now", "later"),
            ],
        ],
    )


async def sent(visit: Visit, petition: Petition) -> Screen:
    """The supporter says that they have sent it: counted once. Their words are forgotten."""
    await next_steps.finish(visit.db, petition, visit.supporter, "letter", now=visit.now)
    visit.leave()
    return Screen(
        Text("steps/letter_sent", {"campaign": await visit.view(petition)}),
        [
            [Button("one_more_step", f"steps:{petition.id}:next")],
            [Button("home", f"page:home:{petition.id}")],
        ],
        fresh=True,
    )
