"""A screen as bubbles of the conversation: JSON-safe, to be kept and shown again."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from channels.browser.capabilities import WEB
from channels.fit import fit
from channels.page import Choice, Page, page_of
from handlers.screens import Attachment, Screen
from messages import Renderer

PICTURE = "picture"


class File(TypedDict):
    """A file to be fetched."""

    name: str
    size: int


class Button(TypedDict, total=False):
    """A button: a label, and one of the others."""

    label: str
    data: str
    says: str
    url: str
    copy: str
    stays: bool
    style: str


class Bubble(TypedDict, total=False):
    """One message of a conversation; empty parts are left out.

    `id` names it within the conversation; `who` is "me", "bot" or "note", which is a word about
    what has just happened; `lang` is the language of an answer; `words` are in the templates' HTML,
    or plain for "me" and "note"; `alt` is for those who do not see the picture. `after` is what the
    person did (`done`), where it can be asked for again what came of it: a picture or files are not
    kept.
    """

    id: str
    who: str
    lang: str
    words: str
    rows: list[list[Button]]
    picture: bool
    alt: str
    files: list[File]
    after: dict[str, str]


def said(name: str, words: str) -> Bubble:
    """What the person said or tapped."""
    return {"id": name, "who": "me", "words": words}


def note(name: str, words: str) -> Bubble:
    """A word about what has just happened."""
    return {"id": name, "who": "note", "words": words}


def answer(
    renderer: Renderer, screen: Screen, language: str, *, name: str, after: Mapping[str, str]
) -> list[Bubble]:
    """A screen as bubbles, in order.

    Args:
        name: the first part of their names.
        after: what the person did, to get pictures and files again.
    """
    made: list[Bubble] = []
    if screen.toast:
        made.append(note("", renderer.text(screen.toast, language)))
    for letter in screen.letters:
        made += _letter(letter, after)
    if screen.body is not None:
        pages = fit(page_of(renderer, screen, language), WEB)
        alt = renderer.label(screen.picture_label, language, **screen.picture_variables)
        made += [_bubble(page, after, alt) for page in pages]
    if screen.files:
        made.append(_with_files(made, screen.files, after))
    for place, bubble in enumerate(made):
        bubble["id"] = f"{name}-{place}"
        bubble["lang"] = language
    return made


def _bubble(page: Page, after: Mapping[str, str], alt: str) -> Bubble:
    bubble: Bubble = {"who": "bot", "words": page.text}
    if page.rows:
        bubble["rows"] = [[_button(choice) for choice in row] for row in page.rows]
    if page.has_picture:
        bubble["picture"] = True
        bubble["alt"] = alt
        bubble["after"] = dict(after)
    return bubble


def _button(choice: Choice) -> Button:
    button: Button = {"label": choice.label}
    if choice.data:
        button["data"] = choice.data
    elif choice.url:
        button["url"] = choice.url
        if choice.stays:
            button["stays"] = True
    elif choice.copy:
        button["copy"] = choice.copy
    else:
        button["says"] = choice.says
    if choice.style:
        button["style"] = choice.style
    return button


def _with_files(
    made: list[Bubble], files: Sequence[Attachment], after: Mapping[str, str]
) -> Bubble:
    """The last bubble, or a new one, with files under it."""
    last: Bubble = made.pop() if made and made[-1]["who"] == "bot" else {"who": "bot", "words": ""}
    last["files"] = [{"name": file.name, "size": len(file.content)} for file in files]
    last["after"] = dict(after)
    return last


def _letter(letter: Any, after: Mapping[str, str]) -> list[Bubble]:
    """A message that is written already, as far as it has words."""
    words = letter.parameters.get("text") or letter.parameters.get("caption") or ""
    return [{"who": "bot", "words": words}] if words else []


def group_of(bubble: Bubble) -> str:
    """What a bubble's name begins with: the number of the event that it answers."""
    return bubble["id"].partition("-")[0]


def label_of(bubbles: Sequence[Bubble], data: str) -> str | None:
    """What the newest button with this data says; None if there is none in the conversation."""
    for bubble in reversed(bubbles):
        for row in bubble.get("rows", ()):
            for button in row:
                if button.get("data") == data:
                    return button["label"]
    return None
