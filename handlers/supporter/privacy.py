"""/privacy: who holds what, for how long, and how to have it back."""

from campaign.petition import Petition
from handlers.context import SIGNING, Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Page, Sign
from handlers.supporter.sign_out import sign_out_buttons


async def command(context: Context) -> Screen:
    """/privacy: the notice of the petition that is spoken of, or a general one."""
    if petition := context.current_petition:
        return await page(context, petition)
    variables = {"by_account": context.can.proves_person}
    return Screen(Text("privacy/general", variables), sign_out_buttons(context), fresh=True)


async def page(context: Context, petition: Petition, _: int | None = None) -> Screen:
    """The petition's privacy notice, and the way back to the form it was read from."""
    dialog = context.dialog
    signs = dialog.flow == SIGNING and dialog.campaign_id == petition.id
    onward = (
        Button("go_on", Sign(petition.id)) if signs else Button("home", Page("home", petition.id))
    )
    variables = {
        "campaign": await context.view(petition),
        "by_account": context.can.proves_person,
    }
    return Screen(Text("privacy/notice", variables), [[onward], *sign_out_buttons(context)])


ROUTES = Routes(commands={"privacy": Command(command)})
