"""Make a page fit what a channel can do, without losing a choice. Pure."""

from dataclasses import replace
from urllib.parse import urlsplit

from channels.markup import plain
from channels.page import Choice, Page, escaped
from channels.split_text import split
from handlers.events import Capabilities
from messages.limits import shorten, visible_length

Rows = tuple[tuple[Choice, ...], ...]
WEB_ADDRESSES = ("http", "https", "tg")


def fit(page: Page, can: Capabilities, *, part: int = 0) -> tuple[Page, ...]:
    """The page as one message or several, in order; the choices stand under the last one.

    Buttons where there are buttons, else numbers in the text. An address or words to be copied for
    which there is no button stand in the text. Too many buttons are divided into parts: the last
    button of each leads to the next part, and that of the last back to the first.

    Args:
        part: which part of the buttons is shown, from 0; one that is not there is the first.
    """
    rows, spelt_out = _with_what_it_can(page.rows, can)
    menu: tuple[Choice, ...] = ()
    if not _has_buttons_for(sum(map(len, rows)), can):
        rows, spelt_out = _with_what_it_can(page.rows, replace(can, buttons=0))
        menu, rows = tuple(choice for row in rows for choice in row), ()
    numbered = "\n".join(f"{place}. {escaped(one.label)}" for place, one in enumerate(menu, 1))
    text = "\n\n".join(one for one in (page.text, *spelt_out, numbered) if one)
    rows = tuple(
        tuple(replace(choice, label=shorten(choice.label, can.label)) for choice in row)
        for row in _part(rows, can, part, page.more)
    )
    texts = _texts(text, can, has_picture=page.has_picture)
    first = Page(texts[0], has_picture=page.has_picture)
    whole = [first, *(Page(one) for one in texts[1:])]
    whole[-1] = replace(whole[-1], rows=rows, menu=menu, more=page.more)
    return tuple(whole)


def _with_what_it_can(rows: Rows, can: Capabilities) -> tuple[Rows, list[str]]:
    """Rows of what can be a button there, and the rest as lines of text."""
    kept, spelt_out = [], []
    for row in rows:
        buttons = []
        for choice in row:
            if choice.inline is not None and not (can.inline and can.buttons):
                continue
            if choice.gives_contact and not (can.contact_request and can.buttons):
                continue
            if choice.url and not _opens(choice.url, can):
                spelt_out.append(f"{escaped(choice.label)}: {escaped(choice.url)}")
            elif choice.copy and not _copies(can):
                spelt_out.append(f"{escaped(choice.label)}:\n<code>{escaped(choice.copy)}</code>")
            else:
                buttons.append(choice)
        if buttons:
            kept.append(tuple(buttons))
    return tuple(kept), spelt_out


def _opens(address: str, can: Capabilities) -> bool:
    if not can.link_buttons or not can.buttons:
        return False
    return can.any_address or urlsplit(address).scheme in WEB_ADDRESSES


def _copies(can: Capabilities) -> bool:
    return can.copies and can.buttons > 0


def _has_buttons_for(count: int, can: Capabilities) -> bool:
    """Whether there is room for so many, or for some and the way to the others."""
    return count == 0 or (can.rows > 0 and can.buttons >= min(count, 2))


def _part(rows: Rows, can: Capabilities, part: int, more: str) -> Rows:
    """The part of the rows that is shown."""
    if len(rows) <= can.rows and sum(map(len, rows)) <= can.buttons:
        return rows
    parts = list(_parts(rows, can))
    shown = part if 0 <= part < len(parts) else 0
    onward = Choice(more, more=(shown + 1) % len(parts))
    if can.rows == 1:
        return ((*parts[shown][0], onward),)
    return (*parts[shown], (onward,))


def _parts(rows: Rows, can: Capabilities) -> list[Rows]:
    """Rows divided such that each part has room for one button more."""
    most_rows, most = max(1, can.rows - 1), can.buttons - 1
    found: list[list[tuple[Choice, ...]]] = [[]]
    for row in rows:
        for start in range(0, len(row), most):
            piece = row[start : start + most]
            here = found[-1]
            if here and (len(here) == most_rows or sum(map(len, here)) + len(piece) > most):
                found.append([])
            found[-1].append(piece)
    return [tuple(one) for one in found]


def _texts(html: str, can: Capabilities, *, has_picture: bool) -> list[str]:
    """The text in messages that are not too long, under a picture or not; at least one."""
    text = escaped(plain(html)) if can.markup == "plain" else html
    parts = split(text, can.text)
    if has_picture and parts and visible_length(parts[0]) > can.caption:
        parts.insert(0, "")
    if can.markup == "plain":
        parts = [plain(one).strip(" \n") for one in parts]  # as split measures them
    return parts or [""]
