"""Replies to what is no answer: free text, a sticker, a very long text."""

from campaign.petition import Petition
from campaign.questions import matching
from campaign.staff import role_in
from handlers import command_menu
from handlers.context import Context
from handlers.events import Event, Kind
from handlers.screens import Button, Screen, Text
from handlers.staff.desk.buttons import WriteUpdate, to_desk
from handlers.supporter import acts, inbox
from handlers.supporter.buttons import ListPetitions, Page
from handlers.supporter.signing import form, typed

TEXT_LIMIT = 2_000


async def text(context: Context) -> Screen:
    """Any text that is no command: an answer, if a question is open; else an act, or a question."""
    message = context.event.message
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
    return Screen(Text("unexpected/idle_text", {"campaign": None, "messages": 1}), there)


async def _asked(context: Context, petition: Petition, written: str) -> Screen:
    """The campaign's answer to a question like that, if it has one; else what there is to do.

    It is never sure that this is meant, so it says so, and offers to pass it on to the campaign.
    """
    view = await context.view(petition)
    little = context.services.renderer.little_words(context.language)
    places = matching(written, [one.question for one in view.questions], little)
    onward = await inbox.onward(context, petition)
    if len(places) == 1:
        found = view.questions[places[0]]
        variables = {"campaign": view, "question": found.question, "answer": found.answer}
        return await inbox.offer(context, petition, written, Text("faq/perhaps", variables), onward)
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
    if not buttons and await _writes_updates(context, petition):
        text, write = Text("unexpected/idle_staff", {"campaign": view}), WriteUpdate(petition.id)
        rows = [[Button("desk_write", write)], [to_desk(petition.id)]]
        return await inbox.offer(context, petition, written, text, rows)
    text = Text("faq/which" if buttons else "unexpected/idle_text", {"campaign": view})
    return await inbox.offer(context, petition, written, text, [*buttons, *onward])


async def _writes_updates(context: Context, petition: Petition) -> bool:
    roles = await context.roles()
    return role_in(roles, petition.id) in ("owner", "editor")


async def unknown_command(context: Context) -> Screen:
    """A command there is not. One that a member of staff may not use says who may; to everybody
    else, commands of staff do not exist."""
    name = command_in(context)
    roles = await context.roles()
    known = command_menu.for_others(context.services.menu, roles, name.lower()) if roles else None
    if known is not None:
        variables = {"command": known.name, "least": known.least, "over_all": known.over_all}
        return await form.unexpected(context, Text("unexpected/staff_only", variables))
    return await form.unexpected(context, Text("unexpected/unknown_command", {"command": name}))


def command_in(context: Context) -> str:
    """The name of the command that a message is."""
    message = context.event.message
    words = ((message.text if message else None) or "/").split()
    return words[0].removeprefix("/").partition("@")[0][:32]


async def other_kind(context: Context) -> Screen:
    """A message that is not text: what came, and what would help; what is said under a picture is a
    text like any other."""
    message, petition = context.event.message, context.current_petition
    caption = message.caption.strip() if message else ""
    if caption and petition and len(caption) <= TEXT_LIMIT and not context.dialog.flow:
        view = await context.view(petition)
        text = Text("unexpected/idle_text", {"campaign": view})
        note, onward = Text("inbox/words_only"), await inbox.onward(context, petition)
        return await inbox.offer(context, petition, caption, text, onward, above=note)
    return await form.unexpected(context, Text(f"unexpected/{kind_of(context.event)}"))


def kind_of(event: Event) -> Kind:
    """The template that answers this kind of message."""
    return event.message.kind if event.message else "other"
