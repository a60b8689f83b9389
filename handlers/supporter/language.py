"""Choosing the language the bot speaks."""

from dataclasses import replace

from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.next_steps import form
from handlers.supporter.next_steps import state as next_steps_state
from handlers.supporter.signing import state as signing_state
from storage import supporters


async def command(visit: Visit) -> Screen:
    """/language: the languages there are."""
    buttons = [
        [Button("language", f"language:{language.code}", variables={"name": language.name})]
        for language in visit.house.renderer.languages
    ]
    return Screen(Text("language/choose"), buttons)


async def tapped(visit: Visit) -> Screen:
    """Speak the chosen language from now on; a question that is open is asked again in it."""
    names = {language.code: language.name for language in visit.house.renderer.languages}
    code = visit.args[0]
    if code not in names:
        return await command(visit)
    await supporters.choose_language(visit.db, visit.supporter.id, code)
    visit.language = code
    changed = Text("language/changed", {"language_name": names[code]})
    again = (
        form.in_new_language if next_steps_state.is_open(visit) else signing_state.in_new_language
    )
    screen = await again(visit)
    return replace(screen, above=changed, picture=None, toast="toast/language")
