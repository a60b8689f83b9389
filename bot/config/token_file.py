"""The bot's token in a file of its own, for its owner's eyes only."""

import os
import stat
from pathlib import Path

from bot.config.problems import Problem
from bot.config.values import TOKEN

KEY = "telegram.token_file"
LONGEST = 4096


def read_token(path: Path) -> str | Problem:
    """The token, or why it cannot be had."""
    try:
        with path.open(encoding="utf-8") as file:
            others = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
            if others and not _is_credential(path):
                return Problem(
                    KEY,
                    f"{path} can be read by other users of this machine",
                    f"run chmod 600 {path}",
                )
            token = file.read(LONGEST).strip()
    except FileNotFoundError:
        return Problem(KEY, f"there is no file {path}", "run clamour init, or write the path anew")
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "it is not text"
        return Problem(KEY, f"{path} cannot be read: {reason}", "put a readable file there")
    if not TOKEN.fullmatch(token):
        return Problem(
            KEY,
            f"{path} does not hold a bot token",
            "put the token there as @BotFather gave it (digits, a colon, 35 characters)",
        )
    return token


def _is_credential(path: Path) -> bool:
    """Whether the service manager hands it to this service alone. Its mode may show a group that it
    is not for: systemd lets the service read it by an access list
    (https://systemd.io/CREDENTIALS/)."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return bool(folder) and path.parent.resolve() == Path(folder).resolve()


def write_private(path: Path, text: str) -> None:
    """Put text into a file that only its owner can read, in one step, whatever was there before.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
