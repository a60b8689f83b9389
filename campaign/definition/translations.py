"""Check that every language of a campaign file says everything.

Looks at the file as read, before its values are known to be right, so that a person sees missing
translations together with all other problems.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from campaign.definition.problems import Finding, key_of, language_name
from campaign.definition.text_rules import telegram_length

READ_MORE_LIMIT = 4096
# What stands around statement and reasons on the page "Read more": title, headings, the count.
READ_MORE_FRAME = 500
_REASON_FRAME = 3

_OPTIONAL = (
    *(("target_short",), ("about",), ("outcome",), ("letter",)),
    ("consent", "other_campaigns"),
)
_LISTS = ("reasons", "questions", "endorsements", "opponents", "share_texts")
_MOST_LANGUAGES = 20


def translation_findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What one language has and another lacks, and pages that would not fit a message."""
    languages, text = data.get("languages"), data.get("text")
    if not isinstance(languages, list) or not isinstance(text, Mapping):
        return
    wanted = [language for language in languages if isinstance(language, str)][:_MOST_LANGUAGES]
    yield from _tables(wanted, text)
    present = [language for language in wanted if isinstance(text.get(language), Mapping)]
    for other in present[1:]:
        yield from _differences(present[0], other, text)
    for language in present:
        yield from _read_more(language, text[language])


def _tables(languages: list[str], text: Mapping[str, Any]) -> Iterator[Finding]:
    for language in languages:
        if language not in text:
            yield Finding(
                ("text", language),
                f"is missing: every text is needed in {language_name(language)}",
                f"add a table [text.{language}], or take {language} out of languages",
            )
    for language in text:
        if language not in languages:
            yield Finding(
                ("text", language),
                "is a language that the campaign does not list",
                f'add "{language}" to languages, or take the table out',
            )


def _differences(first: str, second: str, text: Mapping[str, Any]) -> Iterator[Finding]:
    for key in _OPTIONAL:
        for here, there in ((first, second), (second, first)):
            if _at(text[here], key) is not None and _at(text[there], key) is None:
                yield Finding(
                    ("text", there, *key),
                    f"is missing: it is there in {language_name(here)}",
                    f"translate it to {language_name(there)}, or leave it out of both",
                )
    for name in _LISTS:
        counts = [len(_list(text[language], name)) for language in (first, second)]
        if counts[0] != counts[1]:
            yield Finding(
                ("text", second, name),
                f"has {counts[1]} entries, {key_of(('text', first, name))} has {counts[0]}",
                f"write the same {name} in {language_name(second)}",
            )
    yield from _quotes(first, second, text)


def _quotes(first: str, second: str, text: Mapping[str, Any]) -> Iterator[Finding]:
    """An endorsement has its quote in every language or in none."""
    both = [_list(text[language], "endorsements") for language in (first, second)]
    for place, pair in enumerate(zip(*both, strict=False)):
        has = [isinstance(one, Mapping) and one.get("quote") is not None for one in pair]
        if has[0] != has[1]:
            there, here = (second, first) if has[0] else (first, second)
            yield Finding(
                ("text", there, "endorsements", place, "quote"),
                f"is missing: it is there in {language_name(here)}",
                f"translate it to {language_name(there)}, or leave it out of both",
            )


def _read_more(language: str, texts: Mapping[str, Any]) -> Iterator[Finding]:
    statement = texts.get("statement")
    if not isinstance(statement, str):
        return
    reasons = [reason for reason in _list(texts, "reasons") if isinstance(reason, str)]
    length, most = read_more_length(statement, reasons), READ_MORE_LIMIT - READ_MORE_FRAME
    if length > most:
        yield Finding(
            ("text", language, "reasons"),
            f"are {length} characters long with the statement, {length - most} too many",
            f"write at most {most} in all: both are shown in one message",
        )


def read_more_length(statement: str, reasons: Sequence[str]) -> int:
    """How long they are on the page "Read more", in UTF-16 units."""
    return telegram_length(statement) + sum(telegram_length(r) + _REASON_FRAME for r in reasons)


def _at(texts: Mapping[str, Any], key: tuple[str, ...]) -> Any:
    value: Any = texts
    for part in key:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _list(texts: Mapping[str, Any], name: str) -> list[Any]:
    value = texts.get(name)
    return value if isinstance(value, list) else []
