"""clamour init"""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, good, note, say
from bot.cli.prompts import Asking

EXAMPLES = """[bold]Examples[/]

  clamour init

  clamour init --no-input --owner 123456789 --campaign campaign.toml

  clamour init --no-input --mode webhook --webhook-url https://bot.example.org/telegram

The token comes from CLAMOUR_TELEGRAM_TOKEN if that is set; otherwise you're asked for it. There's \
no option for it, because other users of the machine can see options."""


def _option(metavar: str, words: str) -> object:
    return typer.Option(metavar=metavar, help=words, show_default=False)


def init(
    config: ConfigFile = DEFAULT_CONFIG,
    mode: Annotated[str | None, _option("MODE", "How messages arrive: polling or webhook.")] = None,
    webhook_url: Annotated[
        str | None, _option("URL", "The address Telegram calls (webhook).")
    ] = None,
    storage_url: Annotated[
        str | None, _option("URL", "Database URL. Default: a SQLite file.")
    ] = None,
    owner: Annotated[
        list[int] | None, _option("ID", "Telegram id of an owner; repeatable.")
    ] = None,
    campaign: Annotated[str | None, _option("FILE", "The campaign's file.")] = None,
    api_url: Annotated[str | None, _option("URL", "Your own Bot API server.")] = None,
    token_file: Annotated[
        str, typer.Option(metavar="FILE", help="Where to keep the token, beside the configuration.")
    ] = "bot-token",  # noqa: S107 a file
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace existing files without asking.")
    ] = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing; use options and defaults.")
    ] = False,
    no_claim: Annotated[
        bool,
        typer.Option("--no-claim", help="Don't make a link for the first owner, or a database."),
    ] = False,
) -> None:
    """Ask a few questions and write the configuration. The token goes into a file of its own.

    At the end it prints a link that makes you the owner, unless you have given an owner's number.
    """
    from bot.config.draft import Draft
    from bot.config.sections import beside
    from bot.config.token_file import write_private

    asking = Asking(silent=no_input)
    keep_token = beside(config.parent, token_file)
    _make_room([config, keep_token], asking, overwrite=overwrite)
    defaults = Draft(token_file)
    api_url = Asking(silent=True).setting("telegram.api_url", api_url, "", defaults.api_url)
    token, username = _token(asking, api_url)
    mode = asking.setting(
        "telegram.mode", mode, "Messages by polling or webhook (polling suits most)", defaults.mode
    )
    if mode.lower() == "webhook" or webhook_url:
        webhook_url = asking.setting("webhook.url", webhook_url, "Address that Telegram calls", "")
        if not webhook_url:
            raise typer.BadParameter("webhook needs --webhook-url")
    draft = Draft(
        token_file,
        api_url=api_url,
        mode=mode,
        webhook_url=webhook_url or "",
        storage_url=asking.setting(
            "storage.url", storage_url, "Database (this one suits most)", defaults.storage_url
        ),
        campaign=asking.setting("campaigns.files", campaign, "Campaign file", defaults.campaign),
        owners=asking.ids("staff.owners", owner, "Your Telegram id (Enter: get a link instead)"),
    )
    write_private(keep_token, f"{token}\n")
    write_private(config, draft.text)
    say(f"Written: {config}; the token is in {keep_token}, readable by you alone.")
    if not beside(config.parent, draft.campaign).exists():
        note(f"{draft.campaign} isn't there yet. Write it: clamour campaign new")
    if not (draft.owners or no_claim):
        _offer_claim(config, username)
    say("Next: clamour check, then clamour run.")


def _offer_claim(config: Path, username: str) -> None:
    """Print the link for the first owner, or say how to get it later."""
    from bot.cli.claim import claim_link, show_link
    from bot.cli.errors import explain
    from campaign.staff import AlreadyOwned

    if not username:
        note("Nobody is the owner yet. Once Telegram can be reached: clamour staff claim")
        return
    try:
        link = asyncio.run(claim_link(config, username))
    except AlreadyOwned:
        return
    except Exception as fault:
        words = explain(fault)
        if words is None:
            raise
        note(f"Nobody is the owner yet. {words} Afterwards: clamour staff claim")
    else:
        show_link(link)


def _make_room(files: list[Path], asking: Asking, *, overwrite: bool) -> None:
    there = " and ".join(str(file) for file in files if file.exists())
    if there and not overwrite and not asking.yes(f"There already: {there}. Replace?"):
        complain(f"Nothing has been changed. Already there: {there}. Use --overwrite to replace.")
        raise typer.Exit(1)


def _token(asking: Asking, api_url: str) -> tuple[str, str]:
    """From the environment, or asked for until Telegram knows it; and the bot's name, if known."""
    from telegram.error import InvalidToken

    given = os.environ.get("CLAMOUR_TELEGRAM_TOKEN")
    if given is None and asking.silent:
        raise typer.BadParameter("--no-input takes the token from CLAMOUR_TELEGRAM_TOKEN: set it")
    while True:
        token = given or asking.hidden("The bot's token, from @BotFather (not shown)")
        try:
            username = _recognise(token, api_url)
        except InvalidToken:
            if given:
                raise
            complain(
                "Telegram does not know this token. Copy all of it, from the digits to the end."
            )
        else:
            return token, username


def _recognise(token: str, api_url: str) -> str:
    """The name of the bot, without the @; "" if Telegram cannot be asked."""
    from telegram.error import InvalidToken, TelegramError

    from bot.cli.get_me import ask_who
    from bot.config.explain import problem_of
    from channels.telegram.proxy import BadProxy, proxy_for

    if problem_of("telegram", "token", token):
        raise InvalidToken
    try:
        account = asyncio.run(ask_who(api_url, token, proxy_for(api_url)))
    except InvalidToken:
        raise
    except (BadProxy, TelegramError):
        note("Telegram could not be reached, so the token hasn't been tried.")
        return ""
    good(f"Telegram knows this bot as @{account.username} ({account.name}).")
    return account.username
