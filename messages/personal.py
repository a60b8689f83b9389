"""Texts that staff write in the chat, with variables such as {{ first_name }} in them.

A sandboxed Jinja2 template of which nothing is allowed but words, comments and plain variables: no
filters, no loops, no calls. So rendering is bounded by the text's own length.
"""

import difflib
import re
from typing import Literal

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from messages.harmless import harmless
from messages.limits import one_line, sendable, shorten, visible_length

LONGEST_TEXT = 20_000
LONGEST = {
    "first_name": 64,
    "title": 120,
    "link": 84,
    "count": 11,
    "goal": 11,
    "friends": 11,
    "progress": 200,
}
"""Each variable, and how many UTF-16 units what is put in for it may take. A link is
https://t.me/ with a name of 32 (https://core.telegram.org/bots/features#botfather), ?start= and a
petition's short name of 32."""

MOST_BRACES = 400
"""Signs { in a text: what stands between braces costs Jinja a thousand times as much as words."""

_LONG_EXPRESSION = re.compile(r"\{[{%][^{}]{200}")
_ENVIRONMENT = ImmutableSandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
)


def _filled_in(name: str, value: str) -> str:
    return str(harmless(one_line(value))) if name == "first_name" else one_line(value)


class UnknownVariable(ValueError):
    """There is no such variable.

    Attributes:
        nearest: the one that may be meant.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = next(iter(difflib.get_close_matches(name[:64], LONGEST, n=1)), None)


class BadTemplate(ValueError):
    """What stands between the braces is no variable, or the text is too long to look at.

    Attributes:
        line: where, counted from 1; 0 if it cannot be said.
    """

    def __init__(self, why: Literal["syntax", "not_a_variable", "too_long"], line: int = 0) -> None:
        super().__init__(why)
        self.why, self.line = why, line


class PersonalText:
    """A text in Telegram's HTML, parsed once.

    Attributes:
        variables: those that it uses.
    """

    def __init__(self, html: str) -> None:
        """
        Raises:
            UnknownVariable: one that is not in LONGEST.
            BadTemplate: anything else than words and variables.
        """
        if len(html) > LONGEST_TEXT:
            raise BadTemplate("too_long")
        if html.count("{") > MOST_BRACES or _LONG_EXPRESSION.search(html):
            raise BadTemplate("not_a_variable")
        tree = _parse(html)
        self.variables = frozenset(_variables(tree))
        self._template = _ENVIRONMENT.from_string(tree)

    def render(self, **values: object) -> str:
        """The text with everything filled in; values are escaped and cut to their lengths.

        Raises:
            LookupError: the text uses a variable that has no value.
        """
        fitting = {
            name: shorten(_filled_in(name, str(values[name])), LONGEST[name])
            for name in self.variables
        }
        return sendable(self._template.render(fitting))

    def longest_length(self) -> int:
        """UTF-16 units that Telegram may count at the most, without the HTML's tags."""
        return visible_length(self.render(**{name: "x" * LONGEST[name] for name in self.variables}))


def escape_variables(html: str) -> str:
    """A text in Telegram's HTML, such that PersonalText fills nothing in: what looks like a
    variable is shown as it is written. It must have no braces inside its tags."""
    return html.replace("\r", "").replace("{", "&#123;")  # Jinja would begin a line there


def _parse(html: str) -> nodes.Template:
    try:
        return _ENVIRONMENT.parse(html)
    except TemplateSyntaxError as error:
        raise BadTemplate("syntax", error.lineno) from None
    except (RecursionError, ValueError):  # braces within braces; a number that is too long
        raise BadTemplate("syntax") from None


def _variables(tree: nodes.Template) -> set[str]:
    found = set()
    for part in tree.body:
        if not isinstance(part, nodes.Output):
            raise BadTemplate("not_a_variable", part.lineno)
        for node in part.nodes:
            if isinstance(node, nodes.TemplateData):
                continue
            if not isinstance(node, nodes.Name):
                raise BadTemplate("not_a_variable", node.lineno)
            if node.name not in LONGEST:
                raise UnknownVariable(node.name)
            found.add(node.name)
    return found
