"""Going on here with what was begun in another place: both are one person from then on."""

from dataclasses import replace

from campaign import joining
from handlers.context import SIGNING, Context
from handlers.screens import Screen, Text
from handlers.supporter.home import home
from handlers.supporter.petition_page import petition_page
from handlers.supporter.signing import state

PREFIX = "j_"
"""What a token follows in a deep link."""

WHY = {
    joining.NoSuchToken: "unknown",
    joining.TokenUsed: "used",
    joining.TokenExpired: "late",
    joining.SamePerson: "joined",
    joining.BothSigned: "both",
}


async def join(context: Context, token: str) -> Screen:
    """Take over what was begun elsewhere, and show where the person is; or say why not."""
    try:
        context.supporter, context.dialog, wish = await joining.join(
            context.db, token, context.supporter, context.now
        )
    except joining.JoiningError as error:
        note = Text("joining/not", {"why": WHY[type(error)]})
        return replace(await home(context), above=note, fresh=True)
    supporter = context.supporter
    context.language = context.services.renderer.match(
        supporter.language, supporter.telegram_language
    )
    note = Text("joining/done")
    if context.dialog.flow == SIGNING:
        return replace(await state.present(context), above=note, fresh=True)
    petition = next((one for one in context.petitions if one.campaign.slug == wish), None)
    screen = await (petition_page(context, petition) if petition else home(context))
    return replace(screen, above=note, fresh=True)
