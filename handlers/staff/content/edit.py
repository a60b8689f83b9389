"""Edit a text: one question at a time in each of the campaign's languages, then a preview."""

from dataclasses import replace

from campaign.catalogue import ChangedMeanwhile
from campaign.definition import publish_edits
from campaign.definition.diff import changes
from campaign.definition.edits import (
    Edit,
    Gone,
    PageFull,
    applied,
    begun_anew,
    next_question,
    offered,
    rebased,
)
from campaign.definition.parts import PARTS, InvalidEdit, InvalidText, may_skip, rule_for, text_for
from campaign.petition import Petition
from handlers.context import Context, NotEditable
from handlers.screens import Screen, Text
from handlers.staff.content import overview, state
from handlers.staff.content.buttons import about, to
from handlers.staff.content.diff_view import describe


def begin(context: Context, petition: Petition, change: Edit) -> Screen:
    """Ask for what is to be written next; when all is there, show how it will look."""
    wanted = next_question(petition.definition, change)
    if wanted is None:
        return preview(context, petition, change)
    state.keep(context, petition, state.ASKING, change)
    part, (language, field) = PARTS[change.part], wanted
    rule, current = rule_for(part, field), offered(change, language, field)
    several = part.translated and len(petition.definition.languages) > 1
    names = overview.language_names(context)
    variables = {
        "part": part.name,
        "field": field,
        "language_name": names.get(language, language) if several else None,
        "limit": rule.limit,
        "one_line": rule.one_line,
        "current": current,
        "optional": may_skip(petition.definition, part, language, field),
    }
    rows = [[about(context, "keep", "keep", value=current)]] if current else []
    if variables["optional"]:
        rows.append([about(context, "content_without", "skip")])
    return Screen(
        Text("content/ask", variables),
        [*rows, [about(context, "content_throw", "throw")]],
        fresh=True,
    )


def preview(context: Context, petition: Petition, change: Edit) -> Screen:
    """The change as it will be, before anybody sees it: on what the campaign says now, whatever it
    said when the change was begun."""
    if change.version != petition.campaign.version:
        again = rebased(petition.definition, change, petition.campaign.version) or change
        screen = preview(context, petition, replace(again, version=petition.campaign.version))
        return _with_news(screen, change, again)
    try:
        changed = applied(petition.definition, change)
    except InvalidEdit as refused:
        return _not_like_that(context, petition, change, refused)
    found, more = describe(changes(petition.definition, changed), overview.language_names(context))
    state.keep(context, petition, state.LOOKING, change)
    if not found:
        state.leave(context)
        return Screen(Text("content/same"), [[to(petition, "back", "list", change.part)]])
    variables = {"changes": found, "more": more}
    return Screen(
        Text("content/look", variables),
        [
            [about(context, "content_live", "live")],
            [about(context, "content_anew", "anew")],
            [about(context, "content_throw", "throw")],
        ],
        fresh=True,
    )


def written(context: Context, petition: Petition, change: Edit, text: str) -> Screen:
    """An answer to the open question; a text that cannot stand there is explained."""
    wanted = next_question(petition.definition, change)
    if wanted is None:
        return preview(context, petition, change)
    language, field = wanted
    try:
        given = text_for(PARTS[change.part], field, text)
    except InvalidText as bad:
        variables = {"reason": bad.reason, "limit": bad.limit, "over": bad.over}
        screen = begin(context, petition, change)
        return replace(screen, above=Text("content/not_like_that", variables))
    context.taken_for = _as_taken(change, language, field)
    return begin(context, petition, change.with_text(language, field, given))


def edited(context: Context, petition: Petition, change: Edit, taken_for: str, text: str) -> Screen:
    """A text of this change as it reads now that its message was edited."""
    written = [(code, field) for code, fields in (change.given or {}).items() for field in fields]
    found = next((one for one in written if _as_taken(change, *one) == taken_for), None)
    if found is None:
        raise NotEditable
    try:
        given = text_for(PARTS[change.part], found[1], text)
    except InvalidText as bad:
        variables = {"reason": bad.reason, "limit": bad.limit, "over": bad.over}
        screen = begin(context, petition, change)
        return replace(screen, above=Text("content/not_like_that", variables))
    screen = begin(context, petition, change.with_text(*found, given))
    return replace(screen, above=Text("content/put_right"))


def _as_taken(change: Edit, language: str, field: str) -> str:
    return f"{change.part}/{change.place}/{language}/{field}"


def kept_as_it_is(context: Context, petition: Petition, change: Edit) -> Screen:
    """The text that stands there, or was written before, stays."""
    wanted = next_question(petition.definition, change)
    text = offered(change, *wanted) if wanted else None
    if wanted is None or text is None:
        return begin(context, petition, change)
    return begin(context, petition, change.with_text(*wanted, text))


def left_out(context: Context, petition: Petition, change: Edit) -> Screen:
    """A field that need not be there is left out, in every language."""
    wanted = next_question(petition.definition, change)
    if wanted is None or not may_skip(petition.definition, PARTS[change.part], *wanted):
        return begin(context, petition, change)
    return begin(context, petition, change.with_text(*wanted, None))


def anew(context: Context, petition: Petition, change: Edit) -> Screen:
    """From the first question on; what has been written can be kept."""
    return begin(context, petition, begun_anew(change) if change.given else change)


async def live(context: Context, petition: Petition, change: Edit) -> Screen:
    """Put it before the public, unless a colleague has been faster: then nothing is lost."""
    if next_question(petition.definition, change) is not None:
        return begin(context, petition, change)
    try:
        now = await publish_edits.put_live(
            context.db, petition, change, actor=context.supporter.telegram_id, now=context.now
        )
    except (ChangedMeanwhile, Gone):
        return await _meanwhile(context, await state.campaign(context, petition.id), change)
    except InvalidEdit as refused:
        return _not_like_that(context, petition, change, refused)
    context.after_commit = context.services.catalogue.look_again
    screen = await overview.listed(context, now, PARTS[change.part])
    return replace(screen, above=Text("content/live", {"version": now.campaign.version}))


async def _meanwhile(context: Context, petition: Petition, change: Edit) -> Screen:
    again = rebased(petition.definition, change, petition.campaign.version)
    if again is None:
        screen = await overview.listed(context, petition, PARTS[change.part])
        return replace(screen, above=Text("content/meanwhile", {"what": "gone"}))
    return _with_news(begin(context, petition, again), change, again)


def _with_news(screen: Screen, change: Edit, again: Edit) -> Screen:
    """That a colleague has changed the campaign while this was being written."""
    what = "gone" if again.act == "add" and change.act == "change" else "changed"
    return replace(screen, above=Text("content/meanwhile", {"what": what}))


def _not_like_that(
    context: Context, petition: Petition, change: Edit, refused: InvalidEdit
) -> Screen:
    """What has been written stays in hand: shorten it, or throw it away."""
    state.keep(context, petition, state.LOOKING, change)
    over = refused.over if isinstance(refused, PageFull) else 0
    reason = "page" if isinstance(refused, PageFull) else "many"
    variables = {"reason": reason, "limit": PARTS[change.part].most, "over": over}
    return Screen(
        Text("content/not_like_that", variables),
        [
            [about(context, "content_anew", "anew")],
            [about(context, "content_throw", "throw")],
        ],
        fresh=True,
    )
