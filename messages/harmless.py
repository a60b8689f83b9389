"""What people wrote, shown to others in a chat, without anything that Telegram makes tappable.

Telegram turns links, @names, /commands, #tags, $TAGS, addresses and phone numbers in any text into
something to tap, no matter who wrote it. A word joiner (U+2060), which nobody sees, stops that.

The templates need not think of it: `protect` puts the filter round every value of a chat template
but those in OURS. A new variable is somebody else's words until it is named there.
"""

import re
from collections.abc import Collection, MutableMapping
from typing import Any

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

_JOINER = "\u2060"
_BEGINS = re.compile(r"(?<=[/@#$＠＃／])(?=[\w\u00b7\u200c])")
_DOT = re.compile(r"(?<=\S)([.．。｡])(?=\w)")  # domains have hyphens and emoji, too
_SCHEME = re.compile(r"(?<=[A-Za-z]):(?=[^\s\u2060])")
_NUMBER = re.compile(r"\+?\d(?:[\s().\u2010-\u2015-]{0,32}\d){4,}")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_TOWER = re.compile(f"({_MARK}{{3}}){_MARK}+")
_SUSPECT = re.compile(rf"[/@#$＠＃／.．。｡:\d{_MARK[1:-1]}]")
"""What each of these has something of: most words have none."""

OURS = frozenset(
    {
        # addresses of ours, and what is to be copied exactly
        *("link", "sign_url", "address", "picture", "root", "seal", "reference", "code", "slug"),
        *("share_text", "short_text", "language", "zone"),
        # what the campaign says, shown as it stands: people sign and agree to these very words
        *("reason", "answer", "question", "claim", "wording"),
        *("sign_wording", "updates_wording", "named_wording", "unnamed_wording"),
        # what staff look at before it goes live, and what somebody sees of their own
        *("text", "current", "shown", "body", "subject", "to", "email", "command"),
    }
)
"""Variables that are shown as they are."""

SAID_BY_CAMPAIGN = frozenset(
    {
        "contact",
        "statement",
        "about",
        "privacy_notice",
        "summary",
        "question",
        "claim",
        "watch",
        "zone",
        "text",
    }
)
"""Attributes that are shown as they are, of whatever has them."""


def _in_threes(number: re.Match[str]) -> str:
    """No app rings three figures, and a joiner behind each would make a caption too long."""
    digits = number[0]
    return _JOINER.join(digits[place : place + 3] for place in range(0, len(digits), 3))


def harmless(value: object) -> object:
    """The value with nothing in it to tap; what is no plain text stays as it is."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    if not _SUSPECT.search(value):
        return value
    text = _TOWER.sub(r"\1", value)
    text = _BEGINS.sub(_JOINER, text)
    text = _DOT.sub(rf"\1{_JOINER}", text)
    text = _SCHEME.sub(f":{_JOINER}", text)
    return _NUMBER.sub(_in_threes, text)


class ChatEnvironment(ImmutableSandboxedEnvironment):
    """Compiles chat templates so that every value that is not ours is made harmless."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if name is not None and name.endswith(".html.j2"):
            protect(tree, formats=self.our_filters)
        return tree

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dict, not a chain of them, whose names are looked through at each import."""
        return {**self.globals, **(d or {})}

    our_filters: Collection[str] = ()
    """Filters that give numbers, dates and words of ours."""


def protect(tree: nodes.Template, *, formats: Collection[str]) -> None:
    """Put the filter `harmless` round what a template shows, and within what it shortens: its
    joiners count, so a text is made harmless before it is measured."""
    for shortened in list(tree.find_all(nodes.Filter)):
        whole = shortened.node
        if whole is not None and _is_shortened(shortened) and not _is_ours(shortened, formats):
            shortened.node = _filtered(whole)
    for output in tree.find_all(nodes.Output):
        before = ""
        for place, node in enumerate(output.nodes):
            if isinstance(node, nodes.TemplateData):
                before = node.data
            elif not (before.endswith('="') or _is_shortened(node) or _is_ours(node, formats)):
                output.nodes[place] = _filtered(node)


def _is_shortened(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Filter) and node.name == "shorten"


def _filtered(node: nodes.Expr) -> nodes.Filter:
    filtered = nodes.Filter(node, "harmless", [], [], None, None)
    filtered.set_lineno(node.lineno)
    if node.environment is not None:
        filtered.set_environment(node.environment)
    return filtered


def _is_ours(node: nodes.Expr, formats: Collection[str]) -> bool:
    while isinstance(node, nodes.Filter) and node.node is not None:
        if node.name in formats:
            return True
        node = node.node
    if isinstance(node, nodes.Call | nodes.Const):
        return True  # a macro or a label: its own values have been through this
    if isinstance(node, nodes.Getattr):
        return node.attr in SAID_BY_CAMPAIGN
    return isinstance(node, nodes.Name) and node.name in OURS
