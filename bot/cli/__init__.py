"""The command `clamour`; each subcommand has a file of its own.

What a command needs is imported when it runs, so that `--help` is there at once.
"""

import os

import typer

from bot.cli import (
    audit,
    backup,
    broadcasts,
    campaign,
    check,
    db,
    demo,
    email,
    handin,
    init,
    invalidate,
    paper,
    person,
    run,
    staff,
    status,
    version,
)
from bot.cli.errors import FaultsExplained

app = typer.Typer(
    name="clamour",
    cls=FaultsExplained,
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # they would show the values of variables
    epilog="To begin: [bold]clamour demo[/] tries it in your browser. "
    "To go live: [bold]clamour init[/], [bold]clamour check[/], [bold]clamour run[/].",
)


@app.callback()
def clamour() -> None:
    """Run a petition campaign in a Telegram chat: sign, bring friends, hear what happens."""
    from bot import logs

    os.umask(0o077)  # databases and logs hold political opinions: nobody else's to read
    logs.configure("warning")


app.command("run", epilog=run.EXAMPLES)(run.run)
app.command("init", epilog=init.EXAMPLES)(init.init)
app.command("check", epilog=check.EXAMPLES)(check.check)
app.command("status", epilog=status.EXAMPLES)(status.status)
app.command("demo", epilog=demo.EXAMPLES)(demo.demo)
app.command("backup", epilog=backup.BACKUP_EXAMPLES)(backup.backup)
app.command("restore", epilog=backup.RESTORE_EXAMPLES)(backup.restore)
app.command("version")(version.version)
app.add_typer(campaign.commands, name="campaign")
app.add_typer(broadcasts.commands, name="broadcasts")
app.add_typer(handin.commands, name="handin")
app.add_typer(paper.commands, name="offline")
app.add_typer(invalidate.commands, name="invalidate")
app.add_typer(person.commands, name="person")
app.add_typer(email.commands, name="email")
app.add_typer(staff.commands, name="staff")
app.add_typer(audit.commands, name="audit")
app.add_typer(db.commands, name="db")
