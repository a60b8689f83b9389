"""Words typed without a slash that act as commands: stop, delete my data, help."""

from handlers.context import Context, Gone, Handler
from handlers.routes import Routes
from handlers.screens import Screen
from handlers.supporter import (
    erase,
    language,
    my_data,
    own_email,
    pages,
    petitions,
    privacy,
    settings,
    subscriptions,
    withdraw,
)
from handlers.supporter import help as help_page
from handlers.supporter.buttons import Do
from handlers.supporter.home import home
from handlers.supporter.signing import form, state

ACTS: dict[str, Handler] = {
    "stop": subscriptions.stop,
    "cancel": form.cancel,
    "withdraw": withdraw.command,
    "forget": erase.command,
    "sign": form.command,
    "help": help_page.command,
    "share": pages.share_command,
    "updates": subscriptions.command,
    "email": own_email.command,
    "settings": settings.command,
    "mydata": my_data.command,
    "privacy": privacy.command,
    "news": pages.news_command,
    "petitions": petitions.command,
    "language": language.command,
    "start": home,
}
"""By their names in messages/<language>/acts.toml; each does what the command does."""


async def do(context: Context, name: str) -> Screen:
    """Do what a word means; a form that the person is in stays open at its question.

    Raises:
        Gone: there is no such act.
    """
    act = ACTS.get(name)
    if act is None:
        raise Gone
    here = state.place(context)
    if here is not None and here[1].doubt is not None:
        await state.go_to(context, here[0], here[1].without_doubt())
    return await act(context)


async def tapped(context: Context, action: Do) -> Screen:
    """The button of a word that could have been an answer."""
    return await do(context, action.act)


ROUTES = Routes(actions={Do: tapped})
