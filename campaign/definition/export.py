"""A campaign as the file that its office would want to edit: `load(export(x))` is `x`.

Only the keys and numbers are written by tomlkit; the order, the headings and the empty lines are
those of docs/campaign-file.md. A key that is added to the definition is written without a change
here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from babel import Locale
from pydantic import BaseModel

from campaign.definition.model import Definition

Values = Mapping[str, Any]

_HEADING_WIDTH = 98
_INLINE_WIDTH = 76
_BEFORE = {
    "organiser": "",
    "fields": "# What a signer is asked, in this order.",
}
"""What stands above a key: an empty line, or a comment."""

_LAST = "text"
_EXPORTED = re.compile(r"^# Exported from \S+, version (\d{1,9}),", re.MULTILINE)


def picture_name(picture: bytes) -> str:
    """What the picture's file is called, beside the campaign file."""
    return "picture.png" if picture.startswith(b"\x89PNG") else "picture.jpg"


def to_toml(definition: Definition, *, version: int = 0, at: datetime | None = None) -> str:
    """The campaign file.

    Args:
        version: of the campaign, which its first line names; 0 if it has none.
        at: the time of the export, UTC.
    """
    lines = [*_head(definition, version, at), "# Every key is explained in docs/campaign-file.md."]
    lines += ["# A line break in a text is a line break in the chat.", ""]
    values = {**definition.model_dump(mode="json", exclude={"picture", _LAST}, exclude_none=True)}
    order = [name for name in type(definition).model_fields if name in values or name == "picture"]
    tables = [name for name in order if _is_table(values.get(name))]
    for name in order:
        if name in _BEFORE:
            lines += ["", *filter(None, [_BEFORE[name]])]
        if name == "picture":
            if definition.picture:
                lines.append(_pair(name, picture_name(definition.picture)))
        elif name not in tables:
            lines.append(_pair(name, values[name]))
    for name in tables:
        lines += ["", *_table((name,), values[name])]
    for language, texts in definition.text.items():
        lines += ["", _heading(language), "", *_table((_LAST, language), _ordered(texts))]
    return "\n".join(lines) + "\n"


def exported_version(text: str) -> int | None:
    """The version of the campaign that a file was exported from; None if it does not say so."""
    found = _EXPORTED.search(text[:1000])
    return int(found[1]) if found else None


def _head(definition: Definition, version: int, at: datetime | None) -> Iterator[str]:
    if version and at:
        yield f"# Exported from {definition.slug}, version {version}, on {at:%Y-%m-%d %H:%M} UTC."


def _ordered(texts: BaseModel) -> Values:
    return texts.model_dump(mode="json", exclude_none=True)


def _heading(language: str) -> str:
    name = Locale.parse(language, sep="-").get_display_name() or language
    return f"# {'-' * (_HEADING_WIDTH - len(name) - 3)} {name}"


def _table(path: tuple[str, ...], values: Values) -> Iterator[str]:
    """A table: its own values, then the tables in it, then its lists of tables."""
    yield f"[{_dotted(path)}]"
    inner = {name: value for name, value in values.items() if _is_table(value)}
    for name, value in values.items():
        if name not in inner and not (isinstance(value, list) and not value):
            yield _pair(name, value)
    for name, value in sorted(inner.items(), key=lambda one: isinstance(one[1], list)):
        if isinstance(value, Mapping):
            yield from ("", *_table((*path, name), value))
            continue
        for entry in value:
            header, *rest = _table((*path, name), entry)
            yield from ("", f"[{header}]", *rest)


def _is_table(value: object) -> bool:
    """Whether a value takes a table, or several, of its own; short ones stand on a line."""
    if isinstance(value, list):
        return any(isinstance(one, Mapping) and not _fits_a_line(one) for one in value)
    return isinstance(value, Mapping)


def _fits_a_line(entry: Values) -> bool:
    if not all(isinstance(value, bool | int | str) for value in entry.values()):
        return False
    return "\n" not in "".join(map(str, entry.values())) and len(_inline(entry)) <= _INLINE_WIDTH


def _pair(key: str, value: Any) -> str:
    return f"{_dotted((key,))} = {_written(value)}"


def _written(value: Any) -> str:
    if isinstance(value, str) and "\n" in value:
        return _on_lines(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, list):
        parts = [_written(one) for one in value]
        if sum(map(len, parts)) <= _INLINE_WIDTH and not any(isinstance(o, Mapping) for o in value):
            return f"[{', '.join(parts)}]"
        return "\n".join(["[", *(f"    {part}," for part in parts), "]"])
    import tomlkit

    return str(tomlkit.item(value).as_string())


def _quoted(text: str) -> str:
    """As a basic string, which JSON's escapes are right for (https://toml.io/en/v1.0.0#string)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _on_lines(text: str) -> str:
    """As a string of several lines. tomlkit looks at each character, and takes half a second for
    the largest campaign; no text of one has any control character but the line break."""
    escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return f'"""\n{escaped}\n"""'


def _inline(entry: Values) -> str:
    return "{ " + ", ".join(f"{key} = {_written(value)}" for key, value in entry.items()) + " }"


def _dotted(path: tuple[str, ...]) -> str:
    import tomlkit

    return ".".join(str(tomlkit.key(part).as_string()) for part in path)
