"""Tell environment variables that are settings from those that only look like one."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from bot.config.problems import Problem

PREFIX = "CLAMOUR_"
TOKEN = "CLAMOUR_TELEGRAM_TOKEN"  # noqa: S105 a name
SECRET = "CLAMOUR_WEBHOOK_SECRET"  # noqa: S105 a name

PASSWORD = "CLAMOUR_EMAIL_PASSWORD"  # noqa: S105 a name
MAILBOX_PASSWORD = "CLAMOUR_MAILBOX_PASSWORD"  # noqa: S105 a name
KEY = "CLAMOUR_STORAGE_KEY"
SECRETS = (TOKEN, SECRET, PASSWORD, MAILBOX_PASSWORD, KEY)

Keys = Mapping[str, tuple[str, ...]]


def variable(section: str, key: str) -> str:
    """The name of the variable that overrides a setting."""
    return f"{PREFIX}{section}__{key}".upper()


def spelled(environment: Mapping[str, str], name: str) -> str | None:
    """The variable as it is written there: capitals do not matter."""
    return next((found for found in environment if found.upper() == name), None)


def strays(environment: Mapping[str, str], keys: Keys) -> Iterator[Problem]:
    """Variables that would do nothing: of an unknown section, or with a single underscore.

    Args:
        keys: the sections and their keys.
    """
    settings = {variable(section, key) for section in keys for key in keys[section]}
    single = {name.replace("__", "_"): name for name in settings}
    for name in environment:
        wanted = name.upper()
        if not wanted.startswith(PREFIX) or wanted in (*settings, *SECRETS):
            continue
        section = wanted.removeprefix(PREFIX).partition("__")[0].lower()
        if wanted in single:
            advice = f"write {single[wanted]}, with two underscores"
        elif "__" in wanted and section not in keys:
            near = get_close_matches(wanted, settings, n=1)
            advice = f"did you mean {near[0]}" if near else "take it away"
        else:
            continue
        yield Problem("", "is no setting", advice, source=name)
