"""The languages there are: one folder each, found by its language.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

ROOT = Path(__file__).parent
DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """A language the bot speaks.

    Attributes:
        code: Telegram's short code (IETF, "en", "cy"); also the folder's name.
        name: what its speakers call it ("Cymraeg").
    """

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class LanguageFolder:
    """Where a language's texts are, and the locale that writes its numbers and dates."""

    language: Language
    locale: Locale
    path: Path


def find(root: Path = ROOT, default: str = DEFAULT) -> tuple[LanguageFolder, ...]:
    """Give every language folder under `root`, the default first, then by name.

    Raises:
        LookupError: there is no folder for the default language.
    """
    folders = [_read(file) for file in root.glob("*/language.toml")]
    if not any(folder.language.code == default for folder in folders):
        raise LookupError(f"no texts for the default language {default!r} in {root.name}/")
    return tuple(
        sorted(folders, key=lambda folder: (folder.language.code != default, folder.language.name))
    )


def _read(file: Path) -> LanguageFolder:
    about = tomllib.loads(file.read_text(encoding="utf-8"))
    return LanguageFolder(
        language=Language(code=file.parent.name, name=about["name"]),
        locale=Locale.parse(about["locale"]),
        path=file.parent,
    )
