"""Choosing the language the bot speaks."""

from dataclasses import replace

from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.next_steps import form
from handlers.supporter.next_steps import state as next_steps_state
from handlers.supporter.signing import state as signing_state
from storage import supporters


class Speak(Action, prefix="language"):
    """Speak this language from now on."""

    code: str


async def command(context: Context) -> Screen:
    """/language: the languages there are, or at once the one that is named behind it."""
    if context.args and (code := _named(context, " ".join(context.args))):
        return await choose(context, Speak(code))
    buttons = [
        [Button("language", Speak(language.code), variables={"name": language.name})]
        for language in context.services.renderer.languages
    ]
    return Screen(Text("language/choose"), buttons)


def _named(context: Context, name: str) -> str | None:
    """The language of a code or a name, in whichever of our languages: cy, Cymraeg, Welsh."""
    renderer, wanted = context.services.renderer, name.casefold()
    for language in renderer.languages:
        names = {
            renderer.label("language_named", other.code, code=language.code)
            for other in renderer.languages
        }
        if wanted in {one.casefold() for one in (language.code, language.name, *names)}:
            return language.code
    return None


async def choose(context: Context, action: Speak) -> Screen:
    """Speak the chosen language from now on; a question that is open is asked again in it."""
    names = {language.code: language.name for language in context.services.renderer.languages}
    code = action.code
    if code not in names:
        return await command(context)
    await supporters.choose_language(context.db, context.supporter.id, code)
    context.language = code
    changed = Text("language/changed", {"language_name": names[code]})
    again = (
        form.in_new_language if next_steps_state.is_open(context) else signing_state.in_new_language
    )
    screen = await again(context)
    return replace(screen, above=changed, picture=None, toast="toast/language")


ROUTES = Routes(
    commands={"language": Command(command)},
    actions={Speak: choose},
)
