"""Turn Pydantic's errors into words that say what to change."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config.environment import KEY, PREFIX, SECRET, TOKEN, spelled, variable
from bot.config.problems import Problem
from bot.config.settings import Settings
from bot.config.values import TOKEN as TOKEN_PATTERN
from bot.config.values import Write
from campaign.definition.toml_lines import KeyPath

WRONG = {
    "string_pattern_mismatch": "has other characters in it, or none",
    "missing": "is missing",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "int_from_float": "is not a whole number",
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "string_type": "is not text in quotes",
    "string_too_short": "is empty",
    "tuple_type": "is not a list",
    "path_type": "is not a path in quotes",
    "literal_error": "is not one of the choices",
}
BOUNDS = {"greater_than_equal": "is too small", "less_than_equal": "is too large"}
BOUNDS["less_than"] = BOUNDS["less_than_equal"]

COMBINATIONS = {
    "telegram_proxy_unknown": ("telegram", "proxy"),
    "mailbox_user_missing": ("mailbox", "user"),
    "mailbox_password_missing": ("mailbox", "password"),
    "webhook_url_missing": ("webhook", "url"),
    "webhook_url_refused": ("webhook", "url"),
    "web_public_url_missing": ("web", "public_url"),
    "web_port_missing": ("web", "port"),
    "web_internal_port_public": ("web", "internal_port"),
}
"""Findings about several keys at once, and the one to change."""

SHORT_NAMES = {
    ("telegram", "token"): TOKEN,
    ("webhook", "secret"): SECRET,
    ("storage", "key"): KEY,
}
UNSHOWN = {*SHORT_NAMES, ("storage", "url"), ("telegram", "proxy")}
LONGEST_SHOWN = 60


def sections() -> dict[str, type[BaseModel]]:
    """Name → model of every section."""
    found = {}
    for name, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type)  # noqa: S101 for mypy: each is a model
        found[name] = field.annotation
    return found


def keys() -> dict[str, tuple[str, ...]]:
    """Every section with its keys."""
    return {name: tuple(model.model_fields) for name, model in sections().items()}


def explain(
    error: ErrorDetails, lines: Mapping[KeyPath, int], environment: Mapping[str, str]
) -> Problem:
    """One finding as a problem, with the place its value came from."""
    path = tuple(part for part in error["loc"] if isinstance(part, str))
    path = COMBINATIONS.get(error["type"], path)
    source = _source(path, environment)
    line = None if source else lines.get(path) or lines.get(path[:1])
    if error["type"] == "extra_forbidden":
        problem, advice = "is no setting", _meant(path)
    elif len(path) == 1:
        problem = "is missing" if error["type"] == "missing" else "is a section, not a value"
        advice = f"write [{path[0]}] on a line and its keys below"
        if source:
            advice = f"write {source.upper()}__KEY for each of its keys"
    else:
        problem, advice = _wrong(path, error), f"write {_words(*path[:2])}"
    return Problem(".".join(path), problem, advice, line, source)


def problem_of(section: str, key: str, value: object) -> Problem | None:
    """What is wrong with one value for one key, if anything."""
    try:
        sections()[section].model_validate({key: value})
    except ValidationError as findings:
        for error in findings.errors(include_url=False):
            if error["loc"][0] == key:
                return explain({**error, "loc": (section, *error["loc"])}, {}, {})
    return None


def _source(path: tuple[str, ...], environment: Mapping[str, str]) -> str | None:
    names = [variable(*path[:2])] if len(path) > 1 else [f"{PREFIX}{path[0]}".upper()]
    names += [SHORT_NAMES[path]] if path in SHORT_NAMES else []
    return next((found for name in names if (found := spelled(environment, name))), None)


def _wrong(path: tuple[str, ...], error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "value_error":
        what = str(error["ctx"]["error"])
    else:
        what = WRONG.get(kind) or BOUNDS.get(kind) or error["msg"]
    return f"{_shown(path, error)}{what}"


def _shown(path: tuple[str, ...], error: ErrorDetails) -> str:
    """The value as written, where it is short and can be no secret."""
    value = error["input"]
    if error["type"] == "missing" or path in UNSHOWN or not isinstance(value, str | int | float):
        return ""
    shown = f'"{value}"' if isinstance(value, str) else str(value).lower()
    if len(shown) > LONGEST_SHOWN or "@" in shown or TOKEN_PATTERN.search(shown):
        return ""
    return f"{shown} "


def _words(section: str, key: str) -> str:
    metadata: list[Any] = sections()[section].model_fields[key].metadata
    return next(item.words for item in metadata if isinstance(item, Write))


def _meant(path: tuple[str, ...]) -> str:
    known = keys()
    if len(path) == 1:
        at_home = [name for name in known if path[0] in known[name]]
        if at_home:
            return f"put it below [{at_home[0]}]"
        near = get_close_matches(path[0], known, n=1)
        choice = ", ".join(f"[{name}]" for name in known)
        return f"did you mean [{near[0]}]" if near else f"the sections are {choice}"
    section, key = path[:2]
    near = get_close_matches(key, known[section], n=1, cutoff=0.7)
    if near:
        return f"did you mean {near[0]}"
    for other in known:
        if key in known[other]:
            return f"put it below [{other}]"
    far = get_close_matches(key, known[section], n=1)
    return f"did you mean {far[0]}" if far else f"[{section}] knows {', '.join(known[section])}"
