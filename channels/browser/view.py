"""Bubbles as the page shows them."""

from collections.abc import Collection, Sequence
from typing import Any

from markupsafe import Markup, escape

from channels.browser.bubbles import Bubble, Button, group_of
from channels.browser.safe_html import safe

MOST_SHOWN = 24
"""Bubbles that a page begins with; all others are a link away."""


def shown(
    bubbles: Sequence[Bubble], commands: Collection[str], *, after: str = "", newest: str = ""
) -> list[dict[str, Any]]:
    """What the template needs of them.

    Args:
        commands: those that the words may name as something to tap.
        after: show only what comes after the bubble of this name.
        newest: the group of the newest answer; by default the last bubble's.
    """
    group = newest or (group_of(bubbles[-1]) if bubbles else "")
    begins = next(
        (one["id"] for one in bubbles if group_of(one) == group and one["who"] != "me"), ""
    )
    rest = list(bubbles)
    for place, bubble in enumerate(bubbles):
        if after and bubble["id"] == after:
            rest = list(bubbles[place + 1 :])
    return [
        _shown(bubble, commands, now=bubble["id"] == begins, old=group_of(bubble) != group)
        for bubble in rest
    ]


def _shown(bubble: Bubble, commands: Collection[str], *, now: bool, old: bool) -> dict[str, Any]:
    words = bubble.get("words", "")
    html = Markup(safe(words, commands)) if bubble["who"] == "bot" else escape(words)  # noqa: S704
    return {
        "id": escape(bubble["id"]),
        "who": bubble["who"],
        "html": html,
        "lang": bubble.get("lang", ""),
        "now": now,
        "old": old,
        "picture": bubble.get("picture", False),
        "alt": escape(bubble.get("alt", "")),
        "files": [
            {"name": file["name"], "kilobytes": max(1, round(file["size"] / 1000))}
            for file in bubble.get("files", ())
        ],
        "rows": [[_button(one) for one in row] for row in bubble.get("rows", ())],
    }


def _button(button: Button) -> dict[str, Any]:
    return {
        "label": escape(button["label"]),
        "data": button.get("data", ""),
        "says": button.get("says", ""),
        "url": button.get("url", ""),
        "stays": button.get("stays", False),
        "copied": button.get("copy", ""),
        "style": button.get("style", ""),
    }
