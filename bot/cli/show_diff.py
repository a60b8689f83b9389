"""Show at a terminal what a campaign file would change."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from campaign.definition.diff import Change, words
from campaign.definition.model import Definition
from storage.audit_chain import Entry

MEANINGS = {
    "asks_anew": "asks again: people who sign from now on are asked with these words; "
    "those who have agreed stay with the words they saw",
    "new_version": "a new version of the petition: earlier signatures stay with the words "
    "they were given under",
    "closes": "closes signing",
    "opens": "opens signing",
    "hides": "takes the campaign out of sight: nobody can see or sign it",
    "languages": "people whose language is not there any more read the first one",
    "fields": "signers are asked for other things from now on",
    "data": "people read this about their data",
}
"""What a change brings with it; see campaign.definition.diff.Meaning."""


def show_new(definition: Definition) -> None:
    """A campaign that is not there yet."""
    lines = [
        Text.assemble(("A new campaign: ", "bold"), f"“{definition.slug}”, {definition.status}"),
        Text(f"goal {definition.goal:,}; {', '.join(definition.languages)}"),
        *(Text(f"{code}: {texts.title}") for code, texts in definition.text.items()),
    ]
    _print(lines)


def show_changes(found: Sequence[Change]) -> None:
    """Each key that is different, old and new; {+what comes+} and [-what goes-]."""
    for change in found:
        _print([_heading(change), *_lines(change), *_meaning(change)])


def show_edits(edits: Sequence[Entry], *, exported: bool, by: str) -> None:
    """That the campaign has been edited in the chat since the file was made.

    Args:
        exported: whether the file tells from which version it was exported.
        by: who made the newest edit.
    """
    if not edits:
        return
    since = "this file was exported" if exported else "a file was loaded last"
    times = "once" if len(edits) == 1 else f"{len(edits)} times"
    told = (
        f"Edited in the chat since {since}: {times}, last on {edits[0].at:%Y-%m-%d %H:%M} UTC "
        f"by {by}. What the file does not have of that would be undone."
    )
    _print([Text(told, "yellow")])


def _heading(change: Change) -> Text:
    moved = f" (moved; it was number {change.moved_from})" if change.moved_from else ""
    return Text.assemble((change.key, "bold"), moved)


def _lines(change: Change) -> list[Text]:
    if change.moved_from:
        return []
    pieces = words(change.before or "", change.after or "")
    if not any(piece.kind == "same" for piece in pieces):
        return [*_each("-", "red", change.before), *_each("+", "green", change.after)]
    marked = Text("  ")
    for piece in pieces:
        match piece.kind:
            case "gone":
                marked.append(f"[-{piece.text.rstrip()}-]", "red").append(_space(piece.text))
            case "new":
                marked.append(f"{{+{piece.text.rstrip()}+}}", "green").append(_space(piece.text))
            case _:
                marked.append(piece.text)
    return [marked]


def _each(mark: str, style: str, text: str | None) -> list[Text]:
    return [Text(f"  {mark} {line}", style) for line in (text or "").splitlines() if line]


def _space(text: str) -> str:
    return text[len(text.rstrip()) :]


def _meaning(change: Change) -> list[Text]:
    return [Text(f"  → {MEANINGS[change.meaning]}", "yellow")] if change.meaning else []


def _print(lines: Sequence[Text]) -> None:
    console = Console(soft_wrap=True)
    for line in lines:
        console.print(line)
