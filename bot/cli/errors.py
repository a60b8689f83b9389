"""Expected errors, each explained in one paragraph instead of a traceback."""

import errno
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli.output import complain

FAILED = 1


class FaultsExplained(TyperGroup):
    """The command line: an expected fault ends it with exit code 1 and an explanation."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Exception as fault:
            words = explain(fault)
            if words is None:
                raise
            complain(words)
            raise typer.Exit(FAILED) from None


def explain(fault: Exception) -> str | None:
    """What went wrong and what to do about it; None if this is no expected fault."""
    return (
        _of_configuration(fault)
        or _of_keys(fault)
        or _of_database_file(fault)
        or _of_database(fault)
        or _of_telegram(fault)
        or _of_machine(fault)
    )


def _is(fault: Exception, module: str, *names: str) -> bool:
    """Whether it is one of a module's exceptions; who has not imported it cannot have met one."""
    known = sys.modules.get(module)
    return known is not None and isinstance(fault, tuple(getattr(known, name) for name in names))


def _of_configuration(fault: Exception) -> str | None:
    told = _is(fault, "bot.config", "ConfigError") or _is(
        fault, "campaign.definition.problems", "DefinitionError"
    )
    return str(fault) if told else None


def _of_keys(fault: Exception) -> str | None:
    if _is(fault, "storage.errors", "DecryptionFailed"):
        return (
            f"The database is not as Clamour wrote it: {fault}. Nobody can read that value. "
            "Restore a backup (clamour restore), or see docs/operator.md, Encryption."
        )
    if not _is(fault, "storage.errors", "WrongKeys"):
        return None
    key_id = getattr(fault, "key_id", None)
    if _is(fault, "storage.errors", "KeyMissing"):
        return (
            f"The database is encrypted with the key {key_id}, but that key was not given. Put the "
            "file with that key where storage.key_file says, or the key into CLAMOUR_STORAGE_KEY. "
            "Without it nobody can read the names in it."
        )
    if _is(fault, "storage.errors", "NotEncryptedYet"):
        return (
            "A key was given, but what is in the database is not encrypted yet. Stop the bot and "
            "run clamour db encrypt; or take out storage.key_file. Nothing has been changed."
        )
    if _is(fault, "storage.errors", "EncryptedWithOldKey"):
        return (
            f"The database is encrypted with the key {key_id}, and another was given first. Stop "
            "the bot and run clamour db encrypt, which re-encrypts everything with the first; or "
            f"put {key_id} first again. Nothing has been changed."
        )
    again = "encrypt" if key_id else "decrypt"
    return (
        f"The database is half way through clamour db {again}. Stop the bot and run that again: it "
        "carries on where it stopped. Until then nothing can use the database."
    )


def _of_database(fault: Exception) -> str | None:
    if _is(fault, "bot.cli.database", "NoDatabase"):
        return (
            f"There is no database yet ({fault}). clamour run makes it, and so does clamour db "
            "upgrade. Is this the right folder, or the right --config? Nothing has been changed."
        )
    if _is(fault, "bot.cli.database", "OlderDatabase"):
        return (
            f"The database is from an older Clamour (revision {fault}). Upgrade it first: clamour "
            "db upgrade, or start the bot, which does so. Nothing has been changed."
        )
    if _is(fault, "storage.errors", "NewerDatabase"):
        return (
            "The database has been changed by a newer Clamour than this one, which might not "
            "understand it. Install the newer version again, or name another database in "
            "storage.url. Nothing has been changed."
        )
    if _is(fault, "bot.roles", "NeedsPostgreSQL"):
        return (
            f"--role {fault} is for several processes, and SQLite is for one that does everything. "
            "Leave --role out, or name a PostgreSQL database in storage.url "
            "(docs/going-live/several-processes.md)."
        )
    if _is(fault, "storage.errors", "DatabaseInUse"):
        return (
            f"The database is in use: {fault}. Wait or stop that, then try again. Several bots at "
            "once need PostgreSQL (docs/going-live/several-processes.md)."
        )
    if _is(fault, "storage.errors", "Conflict"):
        return (
            "The database couldn't be upgraded: for a minute, something kept "
            "one of its tables busy (a long report, pg_dump?). Wait for it to finish, then "
            "try again. Nothing has been changed."
        )
    if _is(fault, "storage.errors", "DatabaseUnavailable"):
        return (
            f"The database can't be used now ({fault}). Check that its server is running, that "
            "storage.url is right, and that the disk has room."
        )
    return None


def _of_database_file(fault: Exception) -> str | None:
    if _is(fault, "storage.errors", "DatabaseDamaged"):
        return (
            f"The database's file is damaged ({fault}). Nothing has been changed. Keep a copy of "
            "the file and look at the disk; then put the newest good backup in its place: "
            "clamour restore --help says how. What people have sent meanwhile waits at Telegram "
            "for a day and is taken up."
        )
    if _is(fault, "storage.errors", "DatabaseReadOnly"):
        return (
            f"The database cannot be written to ({fault}). Run this as the user who runs the bot, "
            "who may write to its file and its folder: even to look, SQLite writes there. If that "
            "user is you, see whether the disk is mounted read-only (a failing disk becomes so)."
        )
    if _is(fault, "storage.errors", "FolderMissing"):
        return (
            f"The database's folder, {fault}, is not there. Make it, or correct storage.url"
            "right; if it is on a disk of its own, see whether that is mounted."
        )
    return None


def _of_telegram(fault: Exception) -> str | None:
    if _is(fault, "telegram.error", "InvalidToken"):
        return (
            "Telegram does not know the token. Ask @BotFather for it (/mybots, your bot, API "
            "Token) and put it where it was: in CLAMOUR_TELEGRAM_TOKEN or the token file."
        )
    # BadRequest is a NetworkError too, but an answer.
    if _is(fault, "telegram.error", "BadRequest"):
        return f"Telegram refused: {fault}."
    if _is(fault, "telegram.error", "NetworkError"):
        return f"Telegram can't be reached ({fault}). Check the network and telegram.api_url."
    if _is(fault, "telegram.error", "TelegramError"):
        return f"Telegram refused: {fault}."
    return None


def _of_machine(fault: Exception) -> str | None:
    if not isinstance(fault, OSError) or fault.errno is None:
        return None
    if fault.errno == errno.EADDRINUSE:
        return "Another program is using that address already. Stop it, or choose another port."
    file = f" {fault.filename}:" if fault.filename else ""
    return f"The operating system refused:{file} {fault.strerror}."
