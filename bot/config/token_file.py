"""Files for the bot's token and the database's keys, readable by their owner alone."""

import os
import stat
from pathlib import Path

from bot.config.problems import Problem
from bot.config.values import TOKEN

KEY = "telegram.token_file"
DATA_KEY = "storage.key_file"
LONGEST = 4096


def read_token(path: Path) -> str | Problem:
    """The token, or why it cannot be had."""
    token = _read_private(path, KEY, "run clamour init, or correct the path")
    if isinstance(token, str) and not TOKEN.fullmatch(token):
        return Problem(
            KEY,
            f"{path} does not hold a bot token",
            "put the token there as @BotFather gave it (digits, a colon, 35 characters)",
        )
    return token


def read_keys(path: Path) -> str | Problem:
    """The database's keys, or why they cannot be had."""
    from storage.encryption.keyring import Keyring, NoKey

    keys = _read_private(path, DATA_KEY, f"run clamour db new-key {path}, or correct the path")
    if isinstance(keys, str):
        try:
            Keyring.read(keys)
        except NoKey as bad:
            advice = "put the key there as clamour db new-key made it (64 hexadecimal digits)"
            return Problem(DATA_KEY, f"{path} {bad}", advice)
    return keys


def _read_private(path: Path, key: str, if_missing: str) -> str | Problem:
    """What stands in a file that only its owner may read."""
    try:
        with path.open(encoding="utf-8") as file:
            others = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
            if others and not _is_credential(path):
                return Problem(
                    key,
                    f"{path} can be read by other users of this machine",
                    f"run chmod 600 {path}",
                )
            return file.read(LONGEST).strip()
    except FileNotFoundError:
        return Problem(key, f"there is no file {path}", if_missing)
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "it is not text"
        return Problem(key, f"{path} cannot be read: {reason}", "put a readable file there")


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
