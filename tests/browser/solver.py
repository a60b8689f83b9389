"""What a browser's script does with the work that it is given."""

import json
import re
from html import unescape

from altcha import Challenge, Payload, solve_challenge

from tests.browser.visitor import Page

_ASKED = re.compile(r'data-challenge="([^"]*)"')


def challenge_on(page: Page) -> str:
    """The challenge on a page, as JSON."""
    found = _ASKED.search(page.html)
    assert found, page.heading
    return unescape(found[1])


def solved(asked: str) -> str:
    """What goes into the field *altcha*."""
    challenge = Challenge.from_dict(json.loads(asked))
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def is_work(page: Page) -> bool:
    """Whether a page asks for work."""
    return "data-challenge" in page.html


def with_solution(page: Page) -> Page:
    """The page once its script has done the work."""
    page.hidden["chat"]["altcha"] = solved(challenge_on(page))
    return page
