"""clamour staff"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, say

if TYPE_CHECKING:
    from storage.database import Connection

Done = TypeVar("Done")

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Become the owner; list, add and remove staff. In the chat, owners invite people: /staff.",
)
TelegramId = Annotated[
    int, typer.Argument(metavar="ID", help="Their Telegram number.", show_default=False, min=1)
]
Role = Annotated[
    Literal["owner", "editor", "viewer"],
    typer.Argument(metavar="ROLE", help="owner, editor or viewer.", show_default=False),
]
Campaign = Annotated[
    str | None,
    typer.Option("--campaign", help="Of this campaign only (its short name).", show_default=False),
]


@commands.command("list", epilog="[bold]Example[/]\n\n  clamour staff list")
def list_(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """List everybody with their roles."""
    from rich.console import Console
    from rich.table import Table

    from storage import campaigns, staff

    table = Table("Telegram number", "role", "campaign", "since", box=None)

    async def work() -> None:
        async with open_database(config) as database, database.reading() as db:
            slugs = {campaign.id: campaign.slug for campaign in await campaigns.all(db)}
            for one in await staff.all(db):
                scope = slugs[one.campaign_id] if one.campaign_id else "all"
                table.add_row(str(one.telegram_id), one.role, scope, f"{one.added_at:%Y-%m-%d}")

    asyncio.run(work())
    if not table.row_count:
        say("Nobody yet. To become the owner: clamour staff claim")
        return
    Console().print(table)


@commands.command("add", epilog="[bold]Example[/]\n\n  clamour staff add 123456789 editor")
def add(
    telegram_id: TelegramId,
    role: Role,
    campaign: Campaign = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Give a person a role, replacing the one they had."""
    from campaign import staff

    async def work() -> None:
        async with open_database(config, makes=True) as database, database.transaction() as db:
            scope = await _scope(db, campaign)
            await staff.add(db, telegram_id, role, scope, now=datetime.now(UTC))

    _do(work())
    say(f"{telegram_id} is {role} of {campaign or 'all campaigns'}.")


@commands.command("claim", epilog="[bold]Example[/]\n\n  clamour staff claim")
def claim(
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Make a link even though there is an owner. The owners are told."
        ),
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Print a link that makes the person who opens it the owner. No Telegram number needed."""
    from bot.cli.claim import claim_link, show_link
    from bot.cli.get_me import ask_who
    from bot.config import load
    from campaign.staff import AlreadyOwned

    settings = load(config)
    telegram = settings.telegram

    async def work() -> str:
        token = telegram.token.get_secret_value()
        account = await ask_who(telegram.api_url, token, settings.proxy)
        return await claim_link(config, account.username, force=force)

    try:
        link = asyncio.run(work())
    except AlreadyOwned:
        complain(
            "There is an owner already. Owners invite people in the chat, with /staff. "
            "If no owner can be reached any more: clamour staff claim --force."
        )
        raise typer.Exit(1) from None
    show_link(link)


@commands.command("remove", epilog="[bold]Example[/]\n\n  clamour staff remove 123456789")
def remove(
    telegram_id: TelegramId,
    campaign: Campaign = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Remove a person's role: over all campaigns, or in one."""
    from bot.config import load
    from campaign import staff
    from storage import staff as kept

    by_config = load(config).staff.owners

    async def work() -> bool:
        async with open_database(config, upgrades=True) as database, database.transaction() as db:
            scope = await _scope(db, campaign)
            for one in await kept.all(db):
                if (one.telegram_id, one.campaign_id) == (telegram_id, scope):
                    now = datetime.now(UTC)
                    await staff.remove(db, None, one, by_config=by_config, now=now)
                    return True
        return False

    removed = _do(work())
    say("Done." if removed else "They don't have that role. Nothing has been changed.")


async def _scope(db: "Connection", slug: str | None) -> int | None:
    from storage import campaigns

    if slug is None:
        return None
    found = await campaigns.by_slug(db, slug)
    if found is None:
        raise typer.BadParameter(f"there is no campaign “{slug}”: see clamour campaign list")
    return found.id


def _do(work: Coroutine[Any, Any, Done]) -> Done:
    from campaign.staff import LastOwner, OwnerByConfig

    try:
        return asyncio.run(work)
    except LastOwner:
        complain("This is the last owner of all campaigns. Add another first.")
    except OwnerByConfig:
        complain("The configuration names this owner ([staff] owners). Take them out there.")
    raise typer.Exit(1)
