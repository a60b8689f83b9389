"""A button whose label was typed in place of a tap."""

from handlers.context import Context
from handlers.screens import Button, Rows


def typed_button(context: Context, rows: Rows, text: str) -> Button | None:
    """The button with these words on it; case, punctuation and emoji do not matter."""
    renderer, language = context.services.renderer, context.language
    for button in (one for row in rows for one in row):
        label = renderer.label(button.label, language, **button.variables)
        if renderer.is_the_same(text, label):
            return button
    return None
