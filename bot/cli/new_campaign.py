"""Ask for a campaign at the terminal, and write its file."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from bot.cli.output import complain, good, say
from campaign.definition import new_campaign
from campaign.definition.export import to_toml
from campaign.definition.new_campaign import NO, PROPOSED, YES, NewCampaign
from campaign.definition.parts import InvalidText
from messages import bot_texts

BACK, END = "<", "."

WORDS = {
    "title": ("What is the petition called?", "Keep the library open"),
    "ask": ("What do you ask for? One sentence.", "Keep Mill Road library open six days a week."),
    "target": ("Who decides? Names and offices, as in “We ask …”.", "the Mayor of Upton, Ann Lee"),
    "target_short": ("And in two or three words? Enter to leave it out.", "the Mayor"),
    "summary": ("Why does it matter? A sentence or two.", "400 children read there each week. …"),
    "statement": ("The petition itself, as people sign it.", "We, who live in Upton, ask …"),
    "organiser": ("Who runs the campaign?", "Friends of Mill Road Library"),
    "contact": ("Where can people write to you about their data?", "hello@millroad.example.org"),
    "postcode": ("Ask for a postcode, beside the name? Councils and MPs want one.", ""),
    "goal": ("How many signatures do you hope for?", "1,000"),
    "slug": ("The short name in links", ""),
    "share_text": ("What signers send to friends, beside their link", ""),
    "consent_sign": ("What people agree to when they sign", ""),
    "consent_updates": ("What people agree to when they want to hear from you", ""),
    "privacy_notice": ("What you do with people’s data", ""),
}
"""Each question, and an example of an answer."""


def write_new(file: Path, language: str, *, overwrite: bool) -> None:
    """Ask, and write the file; what has been answered is kept after each answer.

    Raises:
        typer.Exit: the file is there already, or the person has stopped.
        typer.BadParameter: the bot does not speak that language.
    """
    spoken = [one.code for one in bot_texts().languages]
    if language not in spoken:
        raise typer.BadParameter(f"the bot speaks {', '.join(spoken)}, not {language}")
    if file.exists() and not overwrite:
        complain(f"{file} is there already. Name another file, or use --overwrite to replace it.")
        raise typer.Exit(1)
    kept = file.with_name(f"{file.stem}.draft.json")
    try:
        form = _ask_all(_begun(kept), kept, language)
    except (typer.Abort, KeyboardInterrupt, EOFError):
        say("")
        if kept.exists():
            say(f"Stopped. Your answers are in {kept}: the same command goes on from there.")
        raise typer.Exit(1) from None
    definition, found = new_campaign.definition_of(
        form.answers, _proposing(language), language=language
    )
    if definition is None:
        for one in found:
            complain(f"{'.'.join(map(str, one.path))} {one.what}: {one.instead}.")
        raise typer.Exit(1)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(to_toml(definition), encoding="utf-8")
    kept.unlink(missing_ok=True)
    good(f"Written: {file}.")
    say("Open it in an editor to add reasons, questions, a picture or another language.")
    say(f"Next: clamour campaign check {file}, then clamour campaign load {file}.")
    say('Nobody sees the petition until its status is "open".')


def _begun(kept: Path) -> NewCampaign:
    """What was answered before, if the person wants to go on with it."""
    form = NewCampaign.begin()
    with suppress(OSError, ValueError, RecursionError):
        before = NewCampaign.from_dict(json.loads(kept.read_text(encoding="utf-8")))
        done = sum(value is not None for value in before.answers.values())
        if done and typer.confirm(f"Go on where you stopped ({done} answers)?", default=True):
            return before.resumed()
    say(f"One question at a time. {BACK} goes back to the one before; Ctrl-C stops for today.")
    return form


def _ask_all(form: NewCampaign, kept: Path, language: str) -> NewCampaign:
    asked = [key for key in form.keys if key not in PROPOSED]
    while not form.complete:
        place = asked.index(form.step) + 1
        answer = _ask(form, f"{place} of {len(asked)}")
        if answer == BACK:
            form = form.back() or form
            continue
        form = form.skip() if answer is None else form.answer(answer)
        _keep(form, kept)
    say("")
    say("Nearly done. These are written for you: press Enter to keep each, or write your own.")
    for key in PROPOSED:
        proposed = new_campaign.proposal(form.answers, key, _proposing(language))
        form = form.put_right(key, _own_words(key, form.answers.get(key) or proposed, proposed))
        _keep(form, kept)
    return form


def _ask(form: NewCampaign, place: str) -> str | int | None:
    """A valid answer to the open question; BACK, or None where it is left out."""
    key = form.step
    question, example = WORDS[key]
    kind, before = new_campaign.kind_of(key), form.answers.get(key)
    say("")
    say(f"{place}. {question}", style="bold")
    if example:
        say(f"For example: {example}", style="dim")
    if before is not None:
        say(f"Now: {before} (Enter keeps it)")
    while True:
        written = _lines() if kind == "paragraphs" and key == "statement" else _line()
        if written.strip() == BACK:
            return BACK
        if not written.strip() and before is not None:
            return str(before) if kind != "number" else int(before)
        if not written.strip() and form.may_skip(key):
            return None
        if kind == "choice":
            if written.strip().lower() in ("y", "yes", "n", "no"):
                return YES if written.strip().lower().startswith("y") else NO
            complain("Please type y for yes or n for no.")
            continue
        try:
            return new_campaign.parse(key, written)
        except InvalidText as wrong:
            complain(_why_not(wrong))


def _own_words(key: str, now: str, proposed: str) -> str | None:
    """What the person writes in its place; None where it stays as it was proposed."""
    say("")
    say(f"{WORDS[key][0]}:", style="bold")
    say(now)
    while True:
        written = _line()
        if not written.strip():
            return None if now == proposed else now
        try:
            return str(new_campaign.parse(key, written))
        except InvalidText as wrong:
            complain(_why_not(wrong))


def _line() -> str:
    return str(typer.prompt(">", default="", show_default=False, prompt_suffix=" "))


def _lines() -> str:
    """Several lines, until one with a full stop alone; nothing at all is one empty line."""
    say(f"Write as many lines as you like, then a line with {END} alone.", style="dim")
    lines: list[str] = []
    while (line := _line()).strip() != END:
        if not lines and line.strip() in ("", BACK):
            return line
        lines.append(line)
    return "\n".join(lines)


def _why_not(wrong: InvalidText) -> str:
    return {
        "empty": "Please write something: this one is needed.",
        "hidden": "There is an invisible character in that. Please type it rather than paste it.",
        "line_break": "Please write it on one line.",
        "long": f"That is {wrong.over:,} characters too long; {wrong.limit:,} fit.",
        "number": "Please write a whole number, such as 1,000.",
        "slug": "Small letters a to z, digits and hyphens only, 32 at most.",
    }[wrong.reason]


def _proposing(language: str) -> new_campaign.Propose:
    def propose(key: str, named: Mapping[str, Any]) -> str:
        return bot_texts().text(f"new_campaign/{key}", language, **named)

    return propose


def _keep(form: NewCampaign, kept: Path) -> None:
    from bot.config.token_file import write_private

    kept.parent.mkdir(parents=True, exist_ok=True)
    write_private(kept, json.dumps(form.to_dict(), ensure_ascii=False, indent=1) + "\n")
