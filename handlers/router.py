"""Which handler answers what somebody did."""

from functools import partial

from handlers import dispatch
from handlers.actions import Action
from handlers.command_menu import MenuEntry
from handlers.context import Context, Handler
from handlers.events import Event
from handlers.routes import ActionHandler, Command, Routes
from handlers.screens import Screen
from handlers.staff import (
    audit,
    blocks,
    bursts,
    comments,
    deadline,
    draft_campaigns,
    handin,
    invalidations,
    invitations,
    link_funnel,
    lookalikes,
    members,
    new_campaign,
    person,
    retention,
    source_links,
    version,
)
from handlers.staff.broadcasts import approval, compose, controls, corrections, report
from handlers.staff.content import menu as content_menu
from handlers.staff.desk import home as desk
from handlers.staff.inbox import answering, conversations
from handlers.staff.inbox import staff_group as inbox_group
from handlers.staff.paper import entries as paper_entries
from handlers.staff.paper import sheets, tables
from handlers.staff.stats import board
from handlers.staff.timeline import (
    decisions,
    thanks,
)
from handlers.staff.timeline import (
    form as timeline_form,
)
from handlers.staff.timeline import (
    menu as timeline_menu,
)
from handlers.staff.timeline import (
    overview as timeline_entries,
)
from handlers.supporter import (
    acts,
    calendar,
    email_updates,
    erase,
    fallback,
    home,
    inbox,
    joined,
    language,
    my_data,
    other_campaigns,
    own_email,
    pages,
    petitions,
    privacy,
    proof,
    referrals,
    reminders,
    settings,
    sign_out,
    start,
    subscriptions,
    timeline,
    update_buttons,
    withdraw,
)
from handlers.supporter import help as help_page
from handlers.supporter.next_steps import comment, offers
from handlers.supporter.next_steps import form as next_steps_form
from handlers.supporter.signing import email_code
from handlers.supporter.signing import form as signing_form

FEATURES: tuple[Routes, ...] = (
    start.ROUTES,
    joined.ROUTES,
    signing_form.ROUTES,
    email_code.ROUTES,
    petitions.ROUTES,
    pages.ROUTES,
    timeline.ROUTES,
    calendar.ROUTES,
    referrals.ROUTES,
    offers.ROUTES,
    next_steps_form.ROUTES,
    comment.ROUTES,
    inbox.ROUTES,
    reminders.ROUTES,
    subscriptions.ROUTES,
    email_updates.ROUTES,
    own_email.ROUTES,
    settings.ROUTES,
    other_campaigns.ROUTES,
    update_buttons.ROUTES,
    withdraw.ROUTES,
    proof.ROUTES,
    privacy.ROUTES,
    my_data.ROUTES,
    erase.ROUTES,
    sign_out.ROUTES,
    language.ROUTES,
    help_page.ROUTES,
    acts.ROUTES,
    dispatch.ROUTES,
    desk.ROUTES,
    compose.ROUTES,
    approval.ROUTES,
    corrections.ROUTES,
    report.ROUTES,
    controls.ROUTES,
    timeline_menu.ROUTES,
    timeline_entries.ROUTES,
    timeline_form.ROUTES,
    decisions.ROUTES,
    thanks.ROUTES,
    content_menu.ROUTES,
    deadline.ROUTES,
    board.ROUTES,
    link_funnel.ROUTES,
    conversations.ROUTES,
    answering.ROUTES,
    inbox_group.ROUTES,
    comments.ROUTES,
    source_links.ROUTES,
    paper_entries.ROUTES,
    sheets.ROUTES,
    tables.ROUTES,
    handin.ROUTES,
    members.ROUTES,
    invitations.ROUTES,
    audit.ROUTES,
    invalidations.ROUTES,
    lookalikes.ROUTES,
    blocks.ROUTES,
    bursts.ROUTES,
    person.ROUTES,
    retention.ROUTES,
    version.ROUTES,
    new_campaign.ROUTES,
    draft_campaigns.ROUTES,
)


def _named() -> dict[str, Command]:
    return {name: command for one in FEATURES for name, command in one.commands.items()}


def commands() -> dict[str, Command]:
    """Every command by its name and by its older names."""
    return {
        each: command for name, command in _named().items() for each in (name, *command.aliases)
    }


def menu(*, emails: bool = True) -> tuple[MenuEntry, ...]:
    """The commands that are listed, in the order of the features.

    Args:
        emails: whether updates go by email, too.
    """
    return tuple(
        MenuEntry(name, command.least, command.over_all, command.needs_email, command.aliases)
        for name, command in _named().items()
        if command.in_menu and (emails or not command.needs_email)
    )


def patterns() -> list[str]:
    """What the data of every button looks like, as regular expressions."""
    return [action.pattern().pattern for feature in FEATURES for action in feature.actions]


def route(data: str) -> Handler:
    """Who answers a tap with this callback data; a button that is not ours any more leads home."""
    for action, handler in _BY_FIRST_WORD.get(data.partition(":")[0], ()):
        if (meant := action.parse(data)) is not None:
            return partial(_do, handler, meant)
    return home.stale


async def _do(handler: ActionHandler, action: Action, context: Context) -> Screen:
    return await handler(context, action)


def _by_first_word() -> dict[str, list[tuple[type[Action], ActionHandler]]]:
    found: dict[str, list[tuple[type[Action], ActionHandler]]] = {}
    for feature in FEATURES:
        for action, handler in feature.actions.items():
            found.setdefault(action.prefix.partition(":")[0], []).append((action, handler))
    return found


_BY_FIRST_WORD = _by_first_word()


def handler_of(event: Event) -> tuple[Handler, tuple[str, ...]]:
    """Who answers what a person did in the chat with them alone, and the words behind a command."""
    if event.tap is not None:
        return route(event.tap.data), ()
    if event.is_edit:
        return dispatch.edited, ()
    message = event.message
    if message is None or message.kind != "text":
        is_contact = message is not None and message.contact is not None
        return (signing_form.contact if is_contact else dispatch.other_kind), ()
    name, *args = (message.text or "").split() or [""]
    if not name.startswith("/"):
        return dispatch.text, ()
    command = _COMMANDS.get(name[1:].lower())
    return (command.handler if command else fallback.unknown_command), tuple(args)


_COMMANDS = commands()
