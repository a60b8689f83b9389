"""Choose a page's language: from its address, else from the browser."""

from collections.abc import Collection

from starlette.requests import Request

from messages.renderer import Renderer

MOST_WISHES = 20


def chosen(request: Request, languages: Collection[str], default: str) -> str:
    """One of the languages (short codes).

    Args:
        default: where nothing that is wished for is there.
    """
    for wish in (request.query_params.get("lang", ""), *preferred(request)):
        code = wish.partition("-")[0].strip().lower()
        if code in languages:
            return code
    return default


def of_page(request: Request, renderer: Renderer) -> str:
    """The one of our languages that a page is read in; the first of them where none is wished."""
    languages = [one.code for one in renderer.languages]
    return chosen(request, languages, languages[0])


def preferred(request: Request) -> list[str]:
    """What the browser prefers, most first (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)."""
    weighed = []
    for wish in request.headers.get("Accept-Language", "").split(",")[:MOST_WISHES]:
        tag, _, weight = wish.partition(";")
        weighed.append((_quality(weight), tag.strip()))
    return [tag for quality, tag in sorted(weighed, key=lambda one: -one[0]) if quality > 0]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value) if len(value) <= 5 else 0.0
    except ValueError:
        return 0.0
