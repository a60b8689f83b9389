"""Every key stands in config.example.toml and in docs/operator.md as it is in the code."""

import ast
import inspect
import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.config.draft import Draft
from bot.config.explain import sections
from bot.config.values import Write
from tests.bot.commandline import TOKEN, write_config
from tests.folded import for_each

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
SECRETS = {
    *("telegram.token", "webhook.secret", "storage.key"),
    *("email.password", "mailbox.password"),
}
FIELDS = {
    f"{section}.{key}": field
    for section, model in sections().items()
    for key, field in model.model_fields.items()
}
WRITTEN = sorted(set(FIELDS) - SECRETS)


def said_of(model: type[Any]) -> dict[str, str]:
    """The words below each key. The program does not read them: it would cost each start 50 ms."""
    (body,) = [node.body for node in ast.parse(inspect.getsource(model)).body]  # type: ignore[attr-defined]
    return {
        ast.unparse(key.target): ast.unparse(words)
        for key, words in pairwise(body)
        if isinstance(key, ast.AnnAssign) and isinstance(words, ast.Expr)
    }


SAID = {
    f"{section}.{key}": words
    for section, model in sections().items()
    for key, words in said_of(model).items()
}


def as_toml(value: Any) -> str:
    if isinstance(value, tuple):
        return json.dumps([str(item) for item in value])
    return json.dumps(value)


@for_each("key", sorted(FIELDS))
def test_every_key_says_what_it_does_and_what_to_write(key: str) -> None:
    assert SAID[key]
    assert [item for item in FIELDS[key].metadata if isinstance(item, Write)]


@for_each("key", WRITTEN)
def test_the_guide_has_every_key_with_default_and_what_to_write(key: str) -> None:
    field = FIELDS[key]
    default = "none" if field.default is None else f"`{as_toml(field.default)}`"
    (write,) = [item.words for item in field.metadata if isinstance(item, Write)]

    assert f"| `{key}` | {default} | {write.replace('|', '')} |" in GUIDE


def test_the_example_has_every_key_at_its_default() -> None:
    unset = re.sub(r"^# (\w+) = .*$", r"\1 = false", EXAMPLE, flags=re.MULTILINE)
    shown = tomllib.loads(unset)

    for key in WRITTEN:
        section, _, name = key.partition(".")
        default = FIELDS[key].default
        expected = False if default is None else json.loads(as_toml(default))
        assert shown[section][name] == expected, key
    assert {f"{s}.{k}" for s, table in shown.items() for k in table} == set(WRITTEN)


def test_the_example_is_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAMOUR_TELEGRAM_TOKEN", TOKEN)

    assert load(write_config(tmp_path, EXAMPLE))


def test_a_draft_says_what_it_was_given_whatever_the_characters(tmp_path: Path) -> None:
    odd = 'a "quoted" \\ name\x7f\n✊.toml'
    draft = Draft("bot-token", owners=(1, 2), campaign=odd, storage_url="sqlite+aiosqlite:///ü.db")

    settings = load(write_config(tmp_path, draft.text))

    assert settings.campaigns.files == (tmp_path / odd,)
    assert settings.storage.url == f"sqlite+aiosqlite:///{tmp_path}/ü.db"
    assert settings.staff.owners == (1, 2)
