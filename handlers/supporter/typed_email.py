"""An email address that is typed outside a form."""

from dataclasses import replace

from campaign import fields
from handlers.context import ASKED_BACK, Context, Handler
from handlers.screens import Screen, Text
from handlers.supporter import acts


async def read(context: Context, text: str, again: Handler) -> str | Screen:
    """The address; or a screen that says why it is none, asks once whether a likely mistake is
    meant, or does what the words mean.

    Args:
        again: asks for the address once more.
    """
    try:
        email = fields.email(text)
    except fields.FieldProblem as problem:
        if act := context.services.renderer.act(text):
            context.leave(forget=ASKED_BACK)
            return await acts.do(context, act)
        note = Text(f"sign/problem_{problem.field}_{problem.reason}")
        return replace(await again(context), above=note)
    likely = fields.likely_email(email)
    if likely and email != context.dialog.answers.get(ASKED_BACK):
        kept = {**context.dialog.answers, ASKED_BACK: email}
        context.dialog = replace(context.dialog, answers=kept)
        note = Text("email_code/is_it", {"typed": email, "meant": likely})
        return replace(await again(context), above=note)
    kept = {key: one for key, one in context.dialog.answers.items() if key != ASKED_BACK}
    context.dialog = replace(context.dialog, answers=kept)
    return email
