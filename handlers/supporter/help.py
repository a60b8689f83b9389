"""/help: what can be done here; in the middle of signing, help with the present step."""

from handlers import command_menu
from handlers.context import SIGNING, Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import WriteToCampaign
from handlers.supporter.signing import state


async def command(context: Context) -> Screen:
    """/help: the open petitions, and to staff the commands of their role."""
    petition = context.current_petition
    if context.dialog.flow == SIGNING and petition is not None:
        asked = await state.present(context)
        note = Text(
            "help/step", {"campaign": await context.view(petition), "step": context.dialog.step}
        )
        return state.with_notice(asked, note)
    views = [await context.view(petition) for petition in context.open_petitions]
    roles = await context.roles()
    renderer = context.services.renderer
    held = [
        (role, found.texts(context.language).title if (found := context.find_petition(one)) else "")
        for one, role in roles.items()
    ]
    theirs = [
        (name, renderer.text(f"commands/{name}", context.language))
        for name in command_menu.for_staff(context.services.menu, roles)
    ]
    write = [[Button("write_to_us", WriteToCampaign(petition.id, "ask"))]] if petition else []
    variables = {
        "campaigns": views,
        "staff": theirs,
        "roles": held,
        "emails": context.services.emails_updates,
    }
    return Screen(Text("help/general", variables), write, fresh=True)


ROUTES = Routes(commands={"help": Command(command)})
