"""Replies to what is no answer: free text, a sticker, a very long text."""

import telegram

from campaign.petition import Petition
from campaign.questions import matching
from handlers import command_menu
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import acts
from handlers.supporter.buttons import ListPetitions, Page, Sign
from handlers.supporter.signing import form, typed
from storage import signatures, staff

TEXT_LIMIT = 2_000


async def text(context: Context) -> Screen:
    """Any text that is no command: an answer, if a question is open; else an act, or a question."""
    message = context.update.effective_message
    written = (message.text if message else None) or ""
    if len(written) > TEXT_LIMIT:
        return await form.unexpected(context, Text("unexpected/too_long", {"limit": TEXT_LIMIT}))
    try:
        return await typed.typed(context, written)
    except typed.NotSigning:
        pass
    except typed.Means as means:
        return await acts.do(context, means.act)
    if act := context.services.renderer.act(written):
        return await acts.do(context, act)
    if petition := context.current_petition:
        return await _asked(context, petition, written)
    there = [[Button("petitions", ListPetitions("open", 0))]] if context.petitions else []
    return Screen(Text("unexpected/idle_text", {"campaign": None}), there)


async def _asked(context: Context, petition: Petition, written: str) -> Screen:
    """The campaign's answer to a question like that, if it has one; else what there is to do.

    It is never sure that this is meant, so it says so, and the way to the office is beside it.
    """
    view = await context.view(petition)
    little = context.services.renderer.little_words(context.language)
    places = matching(written, [one.question for one in view.questions], little)
    onward = await _onward(context, petition)
    if len(places) == 1:
        found = view.questions[places[0]]
        variables = {"campaign": view, "question": found.question, "answer": found.answer}
        return Screen(Text("faq/perhaps", variables), onward)
    buttons = [
        [
            Button(
                "question",
                Page("question", petition.id, place),
                variables={"question": view.questions[place].question},
            )
        ]
        for place in places
    ]
    template = "faq/which" if buttons else "unexpected/idle_text"
    return Screen(Text(template, {"campaign": view}), [*buttons, *onward])


async def _onward(context: Context, petition: Petition) -> Rows:
    """Sign, or see one's signature; and all questions."""
    signed = await signatures.of(context.db, petition.id, context.supporter.id)
    can_sign = petition.is_open and (signed is None or signed.status == "withdrawn")
    sign = [[Button("sign", Sign(petition.id))]] if can_sign else []
    questions = Button("questions", Page("questions", petition.id))
    return [*sign, [questions, Button("home", Page("home", petition.id))]]


async def unknown_command(context: Context) -> Screen:
    """A command there is not. One that a member of staff may not use says who may; to everybody
    else, commands of staff do not exist."""
    message = context.update.effective_message
    words = ((message.text if message else None) or "/").split()
    name = words[0].removeprefix("/").partition("@")[0][:32]
    roles = await staff.roles_of(context.db, context.supporter.telegram_id)
    known = command_menu.for_others(context.services.menu, roles, name.lower()) if roles else None
    if known is not None:
        variables = {"command": known.name, "least": known.least, "over_all": known.over_all}
        return await form.unexpected(context, Text("unexpected/staff_only", variables))
    return await form.unexpected(context, Text("unexpected/unknown_command", {"command": name}))


async def other_kind(context: Context) -> Screen:
    """A message that is not text: what came, and what would help."""
    return await form.unexpected(context, Text(f"unexpected/{kind_of(context.update)}"))


def kind_of(update: telegram.Update) -> str:
    """The template that answers this kind of message."""
    message = update.effective_message
    if message is None:
        return "other"
    kinds = {
        "sticker": message.sticker,
        "voice": message.voice or message.video_note or message.audio,
        "photo": message.photo or message.video or message.animation,
        "document": message.document,
        "location": message.location or message.venue,
        "contact": message.contact,
    }
    return next((name for name, found in kinds.items() if found), "other")
