"""/update: staff write an update as they would to a friend, look at it, and send it."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import telegram

from campaign.broadcasts import audience as audiences
from campaign.broadcasts import life, quiet, times
from campaign.broadcasts.content import Content, LinkButton
from campaign.petition import Petition
from handlers.letters import Letters
from handlers.screen import Button, Screen, Text
from handlers.staff.rights import addressed, may_edit, theirs_as
from handlers.staff.steering import progress
from handlers.staff.writing import problem_with, version_of
from handlers.supporter.start import front_door
from handlers.supporter.unexpected import unknown_command
from handlers.visit import Visit
from storage import audiences as found
from storage import broadcasts, campaigns
from storage.broadcasts import Broadcast

FLOW = "update"
MESSAGE, WHEN, LOOKING = "message", "when", "looking"
WHO = ("everyone", "signers", "not_signed")


async def command(visit: Visit) -> Screen:
    """/update: begin a new one, or go on with the draft that is open. For staff only."""
    theirs = await theirs_as(visit, "editor")
    if theirs is None:
        return await unknown_command(visit)
    petition, _ = addressed(visit, theirs)
    if petition is None:
        return Screen(Text("staff/source_refused", {"reason": "campaign"}))
    open_draft = await _draft(visit)
    if open_draft is not None and open_draft.campaign_id == petition.id:
        return await present(visit)
    return Screen(
        Text("update/kind", {"campaign": petition.view(visit.language)}),
        [[Button(f"kind_{kind}", f"upd:new:{petition.id}:{kind}")] for kind in life.KINDS],
    )


async def begin(visit: Visit) -> Screen:
    """A kind has been chosen: a draft is made, and its message asked for."""
    petition = visit.petition(visit.args[0])
    if petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    draft = await broadcasts.add(
        visit.db,
        campaign_id=petition.id,
        kind=visit.args[1],
        author_id=visit.supporter.id,
        content=Content({}).to_dict(),
        audience=audiences.to_dict(found.Audience()),
        options=life.Options().to_dict(),
        now=visit.now,
    )
    return _ask_message(visit, petition, draft)


async def present(visit: Visit) -> Screen:
    """Where the person is with their draft."""
    draft = await _draft(visit)
    petition = visit.petition(draft.campaign_id) if draft else None
    if draft is None or petition is None:
        _leave(visit)
        return await front_door(visit)
    if visit.dialog.step == MESSAGE or not draft.content["versions"]:
        return _ask_message(visit, petition, draft)
    if visit.dialog.step == WHEN:
        return Screen(Text("update/when"), [[_to(draft, "back", "look")]], fresh=True)
    return await _panel(visit, petition, draft)


async def received(visit: Visit) -> Screen:
    """A message while a draft is open: its content, or the time it is to be sent at."""
    draft = await _draft(visit)
    petition = visit.petition(draft.campaign_id) if draft else None
    message = visit.update.effective_message
    if draft is None or petition is None or message is None:
        _leave(visit)
        return await front_door(visit)
    if visit.dialog.step == WHEN:
        return await _time_given(visit, petition, draft, message.text or "")
    return await _content_given(visit, petition, draft, message)


async def put_aside(visit: Visit) -> Screen:
    """/cancel: the draft is kept, and /update comes back to it."""
    kept = visit.dialog.answers.get(FLOW)
    _leave(visit)
    if kept is not None:
        visit.dialog = replace(visit.dialog, answers={**visit.dialog.answers, FLOW: kept})
    return await front_door(visit)


async def tapped(visit: Visit) -> Screen:
    """A button under a draft. One of an older version shows the present one."""
    broadcast_id, version, act = int(visit.args[0]), int(visit.args[1]), visit.args[2]
    broadcast = await broadcasts.of(visit.db, broadcast_id)
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    _open(visit, broadcast, LOOKING)
    if broadcast.status != "draft" or broadcast.version != version:
        screen = await _current(visit, petition, broadcast)
        return replace(screen, toast="toast/stale", fresh=True)
    return await ACTS[act](visit, petition, broadcast)


async def _content_given(
    visit: Visit, petition: Petition, draft: Broadcast, message: telegram.Message
) -> Screen:
    version = version_of(message)
    if version is None:
        return Screen(Text("update/not_that"), [[_to(draft, "back", "look")]], fresh=True)
    if problem := problem_with(version):
        return Screen(problem, fresh=True)
    content = Content.from_dict(draft.content)
    versions = {**content.versions, petition.language(visit.language): version}
    await _change(visit, draft, content=replace(content, versions=versions).to_dict())
    _open(visit, draft, LOOKING)
    return await present(visit)


async def _time_given(visit: Visit, petition: Petition, draft: Broadcast, written: str) -> Screen:
    try:
        when = times.parse_when(written, now=visit.now, zone=petition.zone, language=visit.language)
    except times.WhenError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        buttons = [[_to(draft, "back", "look")]]
        return Screen(Text("update/when_not", {"reason": reason}), buttons, fresh=True)
    await _change(visit, draft, due_at=when.at)
    changed = await broadcasts.of(visit.db, draft.id) or draft
    return await _ask_to_confirm(visit, petition, changed, when.at)


async def _panel(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    """The message as it will arrive, and under it what can be done with it."""
    content = Content.from_dict(draft.content)
    audience = audiences.from_dict(draft.audience)
    total = (await campaigns.totals(visit.db, petition.id)).total
    letters = Letters(visit.house).preview(
        draft, petition, visit.language, visit.supporter.first_name, total
    )
    kinds = {button.kind for button in content.buttons}
    variables = {
        "campaign": petition.view(visit.language),
        "kind": draft.kind,
        "who": audience.who,
        "count": await found.count(visit.db, petition.id, draft.kind, audience),
        "languages": list(content.versions),
    }
    return Screen(
        Text("update/panel", variables),
        [
            [_to(draft, f"to_{audience.who}", "who")],
            [
                _to(draft, "with_sign", "sign", on="sign" in kinds),
                _to(draft, "with_share", "share", on="share" in kinds),
            ],
            [_to(draft, "update_rewrite", "rewrite")],
            [_to(draft, "update_send", "ask"), _to(draft, "update_later", "later")],
            [_to(draft, "update_throw", "throw")],
        ],
        letters=letters,
        fresh=True,
    )


async def _current(visit: Visit, petition: Petition, broadcast: Broadcast) -> Screen:
    if broadcast.status == "draft":
        return await present(visit)
    return progress(broadcast, petition, visit.language, visit.now)


async def _who(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    audience = audiences.from_dict(draft.audience)
    following = WHO[(WHO.index(audience.who) + 1) % len(WHO)]
    changed = replace(audience, who=following)  # type: ignore[arg-type]
    await _change(visit, draft, audience=audiences.to_dict(changed))
    return await _panel_again(visit)


async def _with_sign(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    return await _toggled(visit, draft, "sign")


async def _with_share(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    return await _toggled(visit, draft, "share")


async def _toggled(visit: Visit, draft: Broadcast, kind: str) -> Screen:
    content = Content.from_dict(draft.content)
    others = tuple(button for button in content.buttons if button.kind != kind)
    more = () if len(others) < len(content.buttons) else (LinkButton(kind),)  # type: ignore[arg-type]
    await _change(visit, draft, content=replace(content, buttons=(*others, *more)).to_dict())
    return await _panel_again(visit)


async def _rewrite(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    return _ask_message(visit, petition, draft)


async def _later(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    _open(visit, draft, WHEN)
    return await present(visit)


async def _look(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    return await present(visit)


async def _throw(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    await life.cancel(visit.db, draft.id, now=visit.now)
    _leave(visit)
    return Screen(Text("update/thrown"))


async def _ask(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    await _change(visit, draft, due_at=None)
    changed = await broadcasts.of(visit.db, draft.id) or draft
    return await _ask_to_confirm(visit, petition, changed, None)


async def _ask_to_confirm(
    visit: Visit, petition: Petition, draft: Broadcast, at: datetime | None
) -> Screen:
    """The last question: how many people, how long it takes, and when."""
    _open(visit, draft, LOOKING)
    audience = audiences.from_dict(draft.audience)
    count = await found.count(visit.db, petition.id, draft.kind, audience)
    if count == 0:
        return Screen(Text("update/nobody"), [[_to(draft, "back", "look")]], fresh=True)
    hours = petition.definition.quiet_hours
    quiet_until = quiet.quiet_until(at or visit.now, hours, petition.zone)
    options = life.Options.from_dict(draft.options)
    variables = {
        "quiet_until": None if options.in_quiet_hours else quiet_until,
        "count": count,
        "minutes": math.ceil(count / visit.house.bulk_rate / 60),
        "at": at,
        "zone": petition.definition.timezone,
    }
    return Screen(
        Text("update/confirm", variables),
        [
            [_to(draft, "update_yes" if at is None else "update_yes_later", "yes", count=count)],
            *(
                [[_to(draft, "in_quiet_hours", "quiet", on=options.in_quiet_hours)]]
                if quiet_until and draft.kind == "decision"
                else []
            ),
            [_to(draft, "back", "look")],
        ],
        fresh=True,
    )


async def _in_quiet_hours(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    options = life.Options.from_dict(draft.options)
    changed = replace(options, in_quiet_hours=not options.in_quiet_hours)
    await _change(visit, draft, options={**draft.options, **changed.to_dict()})
    draft = await broadcasts.of(visit.db, draft.id) or draft
    return replace(await _ask_to_confirm(visit, petition, draft, draft.due_at), fresh=False)


async def _yes(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    query = visit.update.callback_query
    if query is not None and query.message is not None:
        place = {"chat": query.message.chat.id, "message": query.message.message_id}
        quietly = {
            "quiet_hours": petition.definition.quiet_hours,
            "zone": petition.definition.timezone,
        }
        await _change(visit, draft, options={**draft.options, **quietly, "progress": place})
    if draft.due_at is not None:
        await life.schedule(visit.db, draft.id, draft.due_at, now=visit.now)
    else:
        await life.start(visit.db, draft.id, now=visit.now)
    visit.after_commit = partial(_watch, visit, draft.id)
    _leave(visit)
    begun = await broadcasts.of(visit.db, draft.id) or draft
    return progress(begun, petition, visit.language, visit.now)


def _watch(visit: Visit, broadcast_id: int) -> None:
    visit.house.watched_broadcasts.add(broadcast_id)
    visit.house.dispatch_woken.set()


ACTS: dict[str, Callable[[Visit, Petition, Broadcast], Awaitable[Screen]]] = {
    "who": _who,
    "sign": _with_sign,
    "share": _with_share,
    "rewrite": _rewrite,
    "later": _later,
    "look": _look,
    "throw": _throw,
    "ask": _ask,
    "quiet": _in_quiet_hours,
    "yes": _yes,
}


async def _panel_again(visit: Visit) -> Screen:
    """The panel alone, changed in place: the message itself stands above it already."""
    return replace(await present(visit), letters=(), fresh=False)


def _ask_message(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    _open(visit, draft, MESSAGE)
    variables = {"campaign": petition.view(visit.language), "kind": draft.kind}
    return Screen(Text("update/message", variables), fresh=True)


async def _change(visit: Visit, draft: Broadcast, **values: Any) -> None:
    await life.change(visit.db, draft, now=visit.now, **values)


def _open(visit: Visit, draft: Broadcast, step: str) -> None:
    answers = {**visit.dialog.answers, FLOW: {"id": draft.id}}
    visit.dialog = replace(
        visit.dialog,
        campaign_id=draft.campaign_id,
        flow=FLOW,
        step=step,
        answers=answers,
        serial=visit.dialog.serial + 1,
    )


def _leave(visit: Visit) -> None:
    kept = {key: value for key, value in visit.dialog.answers.items() if key != FLOW}
    visit.dialog = replace(
        visit.dialog, flow="", step="", answers=kept, serial=visit.dialog.serial + 1
    )


async def _draft(visit: Visit) -> Broadcast | None:
    kept = visit.dialog.answers.get(FLOW)
    if kept is None:
        return None
    draft = await broadcasts.of(visit.db, kept["id"])
    petition = visit.petition(draft.campaign_id) if draft else None
    if draft is None or petition is None or not await may_edit(visit, petition):
        return None
    return draft if draft.status == "draft" else None


def _to(draft: Broadcast, label: str, act: str, **variables: Any) -> Button:
    return Button(label, f"upd:{draft.id}:{draft.version}:{act}", variables=variables)
