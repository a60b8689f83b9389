"""An edit of a message that was an answer in the form: the answer changes, or how to change it."""

from campaign.fields import FieldProblem
from handlers.context import Context, NotEditable
from handlers.heard import Heard, heard_in
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import ChangeAnswers
from handlers.supporter.signing.state import (
    go_to,
    parsed,
    place,
    present,
    says,
    with_notice,
)
from storage import signatures


async def edited(context: Context, known: Heard) -> Screen:
    """Take the answer as it reads now, while the form is open; after that, say what to do."""
    here, message = place(context), context.event.edited_message
    if here is None or here[0].id != known.about:
        return await _too_late(context, known)
    petition, form = here
    if known.step not in form.asked or known != _latest(context, known):
        return with_notice(await present(context), Text("unexpected/edited"))
    try:
        value = parsed(context, known.step, (message.text if message else None) or "")
    except FieldProblem as problem:
        return with_notice(await present(context), says(problem))
    screen = await go_to(context, petition, form.put_right(known.step, value))
    return with_notice(screen, Text("sign/put_right", {"field": known.step, "value": value}))


def _latest(context: Context, known: Heard) -> Heard:
    """The newest message that answered the same question."""
    same = [
        one
        for one in heard_in(context.dialog.answers)
        if (one.flow, one.step, one.about) == (known.flow, known.step, known.about)
    ]
    return max(same, key=lambda one: one.message_id)


async def _too_late(context: Context, known: Heard) -> Screen:
    """The form is closed: a signature has the button to change it, anything else stays."""
    petition = context.petition(known.about)
    signed = {one.campaign_id for one in await signatures.live_of(context.db, context.supporter.id)}
    if petition.id not in signed:
        raise NotEditable
    variables = {"campaign": petition.view(context.language)}
    change = Button("change_answers", ChangeAnswers(petition.id))
    return Screen(Text("unexpected/edited_signed", variables), [[change]])
