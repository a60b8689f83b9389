"""/newcampaign: an owner writes a new campaign in the chat, question by question.

It is kept in the dialog until it is looked at and saved: as a draft that nobody sees, or open.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from campaign.catalogue import ChangedMeanwhile
from campaign.definition import new_campaign
from campaign.definition.export import to_toml
from campaign.definition.model import Definition
from campaign.definition.new_campaign import NO, PROPOSED, YES, NewCampaign
from campaign.definition.parts import InvalidText
from campaign.definition.problems import Problem, key_of
from campaign.questionnaire import REVIEW, NotAsked
from handlers.actions import Action
from handlers.context import Context, Left, NotAllowed, NotEditable, Stale
from handlers.heard import Heard
from handlers.labels import typed_button
from handlers.routes import Command, Routes
from handlers.screens import Attachment, Button, Rows, Screen, Text
from handlers.staff.draft_campaigns import put_live, to_open
from handlers.supporter.fallback import kind_of

FLOW = "newcampaign"
FROM_BEFORE = ("organiser", "contact")
"""What is likely to be as in the campaign before."""

Act = Literal["pick", "use", "skip", "back", "change", "list", "file", "draft", "open", "throw"]


class Work(Action, prefix="newcampaign"):
    """Answer the open question, or go on from the look at all of it.

    Attributes:
        argument: of "pick", the choice; of "change", the place of the question.
    """

    serial: int
    act: Act
    argument: str | None = None


class Begin(Action, prefix="newcampaign:begin"):
    """Begin to write one."""


async def command(context: Context) -> Screen:
    """/newcampaign: go on with what is begun; else the drafts there are, or the first question."""
    await context.require(None, "owner")
    with suppress(Left):
        return replace(await _go_to(context, _kept(context)), fresh=True)
    drafts = await to_open(context)
    if not drafts:
        return replace(await _go_to(context, NewCampaign.begin()), fresh=True)
    new = [Button("newcampaign_begin", Begin())]
    return Screen(Text("new_campaign/drafts"), [*drafts, new], fresh=True)


async def begin(context: Context, _: Begin) -> Screen:
    """The first question, or where one was."""
    await context.require(None, "owner")
    with suppress(Left):
        return await _go_to(context, _kept(context))
    return await _go_to(context, NewCampaign.begin())


async def work(context: Context, action: Work) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    await context.require(None, "owner")
    if action.serial == context.dialog.serial - 1:
        return Screen(toast="toast/done_already")
    if context.dialog.flow != FLOW or action.serial != context.dialog.serial:
        raise Stale
    form = _kept(context)
    try:
        return await ACTS[action.act](context, form, action.argument or "")
    except NotAsked:
        raise Stale from None


async def present(context: Context) -> Screen:
    """Where the person is."""
    return replace(await _shown(context, await _current(context)), fresh=True)


async def written(context: Context) -> Screen:
    """A message while a question is open."""
    form = await _current(context)
    message = context.event.message
    if message is None or message.text is None:
        return await _again(context, Text(f"unexpected/{kind_of(context.event)}"))
    button = typed_button(context, (await _shown(context, form)).buttons, message.text)
    meant = button.data if button is not None else None
    if isinstance(meant, Work) and meant.act in ("pick", "use", "skip", "back"):
        return await ACTS[meant.act](context, form, meant.argument or "")
    if not form.is_question or new_campaign.kind_of(form.step) == "choice":
        return await _again(context, Text("timeline/tap"))
    try:
        value = new_campaign.parse(form.step, message.text)
    except InvalidText as wrong:
        return await _again(context, _why_not(wrong))
    return replace(await _go_to(context, form.answer(value)), fresh=True)


async def edited(context: Context, known: Heard) -> Screen:
    """An edit of an answer: the answer changes."""
    form = await _current(context)
    message = context.event.edited_message
    if message is None or known.step not in form.keys or known.step == "postcode":
        raise NotEditable
    try:
        value = new_campaign.parse(known.step, message.text or "")
    except InvalidText as wrong:
        return await _again(context, _why_not(wrong))
    screen = await _go_to(context, form.put_right(known.step, value))
    return replace(screen, above=Text("timeline/put_right"), fresh=True)


async def put_aside(context: Context) -> Screen:
    """/cancel: what was written is kept, and /newcampaign comes back to it."""
    await _current(context)
    context.leave()
    return Screen(Text("new_campaign/kept"))


async def _current(context: Context) -> NewCampaign:
    """What the person is writing.

    Raises:
        Left: nothing, or they are no owner any more.
    """
    try:
        await context.require(None, "owner")
    except NotAllowed:
        raise Left from None
    return _kept(context)


def _kept(context: Context) -> NewCampaign:
    kept = context.dialog.answers.get(FLOW)
    if not kept:
        raise Left
    return NewCampaign.from_dict(kept)


async def _go_to(context: Context, form: NewCampaign) -> Screen:
    context.go_to(context.dialog.campaign_id, FLOW, form.step, form.to_dict())
    return await _shown(context, form)


async def _again(context: Context, note: Text) -> Screen:
    return replace(await present(context), above=note)


async def _shown(context: Context, form: NewCampaign) -> Screen:
    return await (_question if form.is_question else _look)(context, form)


async def _question(context: Context, form: NewCampaign) -> Screen:
    key = form.step
    kind, offered = new_campaign.kind_of(key), _offered(context, form)
    asked = [one for one in form.keys if one not in PROPOSED]
    variables = {
        "name": key,
        "kind": kind,
        "limit": new_campaign.limit_of(key) if kind in ("line", "paragraphs") else 0,
        "current": None if offered is None or kind == "choice" else str(offered),
        "place": asked.index(key) + 1 if key in asked else 0,
        "count": len(asked),
    }
    rows: list[list[Button]] = []
    if kind == "choice":
        rows.append([_to(context, f"newcampaign_{one}", "pick", one) for one in (YES, NO)])
    elif offered is not None:
        rows.append([_to(context, "newcampaign_use", "use")])
    elif form.may_skip(key):
        rows.append([_to(context, "skip", "skip")])
    back = [_to(context, "back", "back")] if form.back() is not None else []
    return Screen(Text("new_campaign/ask", variables), [*rows, *([back] if back else [])])


def _offered(context: Context, form: NewCampaign) -> str | int | None:
    """What the question may be answered with by a tap: what was said, what is proposed, or what
    the campaign before says."""
    key = form.step
    if (before := form.answers.get(key)) is not None:
        return str(before) if key != "goal" else int(before)
    if key in PROPOSED:
        return new_campaign.proposal(form.answers, key, _proposing(context))
    if key in FROM_BEFORE and context.petitions:
        return str(getattr(context.petitions[-1].definition, key))
    return None


async def _look(context: Context, form: NewCampaign) -> Screen:
    """All of it, before anybody sees it."""
    given = new_campaign.complete(form.answers, _proposing(context))
    rows = [
        [_to(context, "newcampaign_open", "open")],
        [_to(context, "newcampaign_draft", "draft")],
        [_to(context, "newcampaign_change", "list"), _to(context, "newcampaign_file", "file")],
        [_to(context, "newcampaign_throw", "throw")],
    ]
    variables = {**{key: given.get(key) for key in _ALL}, "postcode": given["postcode"] == YES}
    return Screen(Text("new_campaign/look", variables), rows)


def _to(context: Context, label: str, act: Act, argument: str | None = None) -> Button:
    return Button(label, Work(context.dialog.serial, act, argument))


def _proposing(context: Context) -> new_campaign.Propose:
    def propose(key: str, named: Mapping[str, Any]) -> str:
        return context.services.renderer.text(f"new_campaign/{key}", context.language, **named)

    return propose


def _why_not(wrong: InvalidText) -> Text:
    variables = {"reason": wrong.reason, "limit": wrong.limit, "over": wrong.over}
    return Text("new_campaign/not_like_that", variables)


async def _pick(context: Context, form: NewCampaign, choice: str) -> Screen:
    if form.step != "postcode" or choice not in (YES, NO):
        raise NotAsked
    return await _go_to(context, form.answer(choice))


async def _use(context: Context, form: NewCampaign, _: str) -> Screen:
    offered = _offered(context, form)
    if not form.is_question or offered is None:
        raise NotAsked
    is_proposed = form.step in PROPOSED and form.answers.get(form.step) is None
    return await _go_to(context, form.skip() if is_proposed else form.answer(offered))


async def _skip(context: Context, form: NewCampaign, _: str) -> Screen:
    return await _go_to(context, form.skip())


async def _back(context: Context, form: NewCampaign, _: str) -> Screen:
    earlier = form.back()
    if earlier is None:
        raise NotAsked
    return await _go_to(context, earlier)


async def _list(context: Context, form: NewCampaign, _: str) -> Screen:
    """Which answer is to change?"""
    if form.step != REVIEW:
        raise NotAsked
    buttons = [
        _to(context, f"newcampaign_of_{key}", "change", str(place))
        for place, key in enumerate(form.keys)
    ]
    pairs: Rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
    return Screen(Text("new_campaign/which"), pairs)


async def _change(context: Context, form: NewCampaign, place: str) -> Screen:
    keys = list(form.keys)
    if not place.isdecimal() or int(place) >= len(keys):
        raise NotAsked
    return await _go_to(context, form.change(keys[int(place)]))


async def _file(context: Context, form: NewCampaign, _: str) -> Screen:
    """Every word of it, as a campaign file."""
    definition, problems = _definition(context, form, "draft")
    if definition is None:
        return problems
    file = Attachment(f"{definition.slug}.toml", to_toml(definition).encode())
    return replace(await _look(context, form), files=[file], fresh=True)


async def _draft(context: Context, form: NewCampaign, _: str) -> Screen:
    return await _save(context, form, "draft")


async def _open(context: Context, form: NewCampaign, _: str) -> Screen:
    return await _save(context, form, "open")


async def _save(context: Context, form: NewCampaign, status: str) -> Screen:
    definition, problems = _definition(context, form, status)
    if definition is None:
        return problems
    try:
        saved = await put_live(context, definition, over=0)
    except ChangedMeanwhile:
        screen = await _go_to(context, form.change("slug"))
        return replace(screen, above=Text("new_campaign/slug_taken", {"slug": definition.slug}))
    context.leave(forget=FLOW)
    return saved


async def _throw(context: Context, _: NewCampaign, __: str) -> Screen:
    context.leave(forget=FLOW)
    return Screen(Text("new_campaign/thrown"))


def _definition(
    context: Context, form: NewCampaign, status: str
) -> tuple[Definition | None, Screen]:
    """The campaign; or what is wrong with it, by the rules of a campaign file."""
    if form.step != REVIEW or not form.complete:
        raise NotAsked
    language = context.language
    made, found = new_campaign.definition_of(
        form.answers, _proposing(context), language=language, status=status
    )
    problems = [Problem(key_of(one.path), one.what, one.instead) for one in found[:5]]
    variables = {"problems": problems, "more": len(found) - len(problems)}
    change = [[_to(context, "newcampaign_change", "list")]]
    return made, Screen(Text("content/file_problems", variables), change)


_ALL = (
    *("title", "ask", "target", "target_short", "summary", "statement"),
    *("organiser", "contact", "goal", *PROPOSED),
)

ACTS: dict[Act, Callable[[Context, NewCampaign, str], Awaitable[Screen]]] = {
    "pick": _pick,
    "use": _use,
    "skip": _skip,
    "back": _back,
    "list": _list,
    "change": _change,
    "file": _file,
    "draft": _draft,
    "open": _open,
    "throw": _throw,
}

ROUTES = Routes(
    commands={"newcampaign": Command(command, least="owner", over_all=True)},
    actions={Begin: begin, Work: work},
)
