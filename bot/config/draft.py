"""Write a new configuration file with the keys that every bot sets."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to stand in the file; checked before, value by value.

    Attributes:
        more: sections behind these, as TOML.
    """

    token_file: str
    owners: tuple[int, ...] = ()
    api_url: str = "https://api.telegram.org"
    mode: str = "polling"
    webhook_url: str = ""
    storage_url: str = "sqlite+aiosqlite:///clamour.db"
    campaign: str = "campaign.toml"
    more: str = ""

    @property
    def text(self) -> str:
        """The file, as TOML."""
        webhook = f"[webhook]\nurl = {_quoted(self.webhook_url)}\n\n" if self.webhook_url else ""
        return f"""\
# The configuration of Clamour. Every key with its meaning: config.example.toml.
# Paths are relative to this file. After a change: clamour check.

[telegram]
api_url = {_quoted(self.api_url)}
token_file = {_quoted(self.token_file)}
mode = {_quoted(self.mode)}

{webhook}[storage]
url = {_quoted(self.storage_url)}

[campaigns]
files = [{_quoted(self.campaign)}]

[staff]
owners = [{", ".join(map(str, self.owners))}]
{self.more}"""


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's is one but for DEL (https://toml.io/en/v1.0.0#string)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
