"""Signing in a conversation: every tap and every text of a person who fills the form."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from campaign import reminders
from campaign.errors import (
    AlreadySigned,
    Blocked,
    CampaignClosed,
    NotSigned,
    UnderReview,
)
from campaign.fields import FieldProblem
from campaign.petition import Petition
from campaign.referrals import arrivals
from campaign.signing import form as forms
from campaign.signing import sign
from campaign.signing.form import Form, NotAsked
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import (
    blocked_page,
    campaign_page,
    front_door,
    held_page,
    signed_page,
    which,
)
from handlers.supporter.signing import previous_answers, screens
from handlers.supporter.signing.state import go_to, is_in, kept, place, present, says, with_notice
from handlers.supporter.signing.submit import sign_now
from storage import signatures

Tap = Callable[[Visit, Petition, Form, str], Awaitable[Screen]]
"""What a button under a question does; the last argument stands in its data."""


async def command(visit: Visit) -> Screen:
    """/sign: begin, or go on where the person stopped."""
    signed = {one.campaign_id for one in await signatures.live_of(visit.db, visit.supporter.id)}
    to_sign = [petition for petition in visit.open_petitions if petition.id not in signed]
    current = visit.current_petition
    if current is not None and (current in to_sign or not to_sign):
        return await begin_with(visit, current)
    if len(to_sign) == 1:
        return await begin_with(visit, to_sign[0])
    return which(visit, to_sign, "sign:{}") if to_sign else await front_door(visit)


async def begin(visit: Visit) -> Screen:
    """The Sign button under a campaign, or the one that takes earlier answers over as well."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    screen = await begin_with(visit, petition)
    here = place(visit)
    if not visit.args[1] or here is None or here[0].id != petition.id:
        return screen
    try:
        return await _use_all(visit, *here, visit.args[1])
    except NotAsked:
        return screen


async def begin_with(visit: Visit, petition: Petition) -> Screen:
    """Begin to sign this petition, or go on where the person stopped."""
    try:
        key = visit.house.identity_key
        await sign.may_sign(visit.db, petition, visit.supporter, key=key)
    except AlreadySigned as already:
        return await signed_page(visit, petition, already.signature)
    except UnderReview as held:
        return await held_page(visit, petition, held.signature)
    except CampaignClosed:
        return await campaign_page(visit, petition)
    except Blocked:
        return await blocked_page(visit, petition)
    form = kept(visit, petition)
    if form is None or form.amending:
        await arrivals.began(visit.db, petition, visit.supporter, now=visit.now)
        await reminders.arm(visit.db, petition, visit.supporter.id, "unfinished", now=visit.now)
        form = Form.begin(petition.definition)
    return await go_to(visit, petition, form.resumed() if not is_in(visit, petition) else form)


async def amend(visit: Visit) -> Screen:
    """Change what stands under a signature."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    if not petition.is_open:
        return await campaign_page(visit, petition)
    try:
        signature = await sign.signature_of(visit.db, petition, visit.supporter)
    except NotSigned:
        return await campaign_page(visit, petition)
    return await go_to(visit, petition, Form.amend(petition.definition, signature))


async def tapped(visit: Visit) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    serial, name, argument = int(visit.args[0]), visit.args[1], visit.args[2] or ""
    here = place(visit)
    if here is None:
        screen = await front_door(visit)
        return replace(screen, toast="toast/stale", fresh=True)
    petition, form = here
    if serial == visit.dialog.serial - 1:
        return Screen(toast="toast/done_already")
    if serial != visit.dialog.serial:
        return replace(await present(visit), toast="toast/stale", fresh=True)
    try:
        return await TAPS[name](visit, petition, form, argument)
    except (NotAsked, KeyError):
        return replace(await present(visit), toast="toast/stale", fresh=True)
    except FieldProblem as problem:
        return with_notice(await present(visit), says(problem))


async def typed(visit: Visit, text: str) -> Screen:
    """A text where an answer was asked; help where a tap was."""
    here = place(visit)
    if here is None:
        return Screen(Text("unexpected/idle_text"))
    petition, form = here
    if tap := await _keyboard_tap(visit, petition, form, text):
        act, argument = tap
        return await act(visit, petition, form, argument)
    if not form.is_question:
        view = await visit.view(petition)
        note = Text("help/step", {"campaign": view, "step": form.step})
        return with_notice(await present(visit), note)
    try:
        value = forms.parse(form.step, text, visit.language)
    except FieldProblem as problem:
        return with_notice(await present(visit), says(problem))
    return await go_to(visit, petition, form.answer(value))


async def contact(visit: Visit) -> Screen:
    """The person's own number, handed over by Telegram's button; no other is taken."""
    here = place(visit)
    message = visit.update.effective_message
    shared = message.contact if message else None
    if here is None or here[1].step != "phone" or shared is None:
        return await unexpected(visit, Text("unexpected/contact"))
    petition, form = here
    try:
        value = forms.phone_of_contact(
            shared.phone_number, owner=shared.user_id, sender=visit.supporter.telegram_id
        )
    except FieldProblem as problem:
        return with_notice(await present(visit), says(problem))
    return await go_to(visit, petition, form.answer(value))


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop signing and forget the answers."""
    here = place(visit)
    if here is None:
        return await front_door(visit)
    return await _cancel(visit, *here, "")


async def unexpected(visit: Visit, note: Text) -> Screen:
    """Something that answers no question: say so, and repeat the question if there is one."""
    if place(visit) is None:
        return Screen(note)
    return with_notice(await present(visit), note)


async def _back(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    earlier = form.back()
    if earlier is not None:
        return await go_to(visit, petition, earlier)
    visit.leave_form(petition, forget=False)
    return await campaign_page(visit, petition)


async def _skip(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(visit, petition, form.skip())


async def _keep(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(visit, petition, form.keep())


async def _use_earlier(visit: Visit, petition: Petition, form: Form, where: str) -> Screen:
    """What was given for another petition, if it still stands there."""
    given = previous_answers.of(await previous_answers.found(visit, petition), where)
    if given is None or form.step not in given.answers:
        raise NotAsked
    return await go_to(visit, petition, form.answer(given.answers[form.step]))


async def _use_all(visit: Visit, petition: Petition, form: Form, where: str) -> Screen:
    given = previous_answers.of(await previous_answers.found(visit, petition), where)
    return await go_to(visit, petition, form.fill(given.answers if given else {}))


async def _use_telegram_name(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    name = screens.telegram_name(visit)
    if form.step != "name" or name is None:
        raise NotAsked
    return await go_to(visit, petition, form.answer(name))


async def _pick(visit: Visit, petition: Petition, form: Form, value: str) -> Screen:
    if form.step != "country":
        raise NotAsked
    return await go_to(visit, petition, form.answer(forms.parse("country", value, visit.language)))


async def _change(visit: Visit, petition: Petition, form: Form, kind: str) -> Screen:
    return await go_to(visit, petition, form.change(kind))


async def _toggle_updates(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(visit, petition, form.choose(updates=not form.choices.updates))


async def _toggle_other(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(visit, petition, form.choose(other=not form.choices.other))


async def _agree(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    if form.shown != petition.shown(visit.language):
        return await go_to(visit, petition, form.ask_consent_again())
    return await go_to(visit, petition, form.agree())


async def _cancel(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    visit.leave_form(petition, forget=True)
    if form.amending:
        return await campaign_page(visit, petition)
    return Screen(
        Text("sign/cancelled", {"campaign": await visit.view(petition)}),
        [[Button("sign", f"sign:{petition.id}"), Button("home", f"page:home:{petition.id}")]],
        puts_keyboard_away=form.step == "phone",
    )


TAPS: dict[str, Tap] = {
    "back": _back,
    "skip": _skip,
    "keep": _keep,
    "earlier": _use_earlier,
    "all": _use_all,
    "telegram_name": _use_telegram_name,
    "pick": _pick,
    "change": _change,
    "updates": _toggle_updates,
    "other": _toggle_other,
    "agree": _agree,
    "cancel": _cancel,
    "sign": sign_now,
}


async def _keyboard_tap(
    visit: Visit, petition: Petition, form: Form, text: str
) -> tuple[Tap, str] | None:
    """The act behind a button of the phone question's keyboard, whose taps arrive as texts."""
    if form.step != "phone":
        return None
    acts = {"back": _back, "cancel": _cancel} | ({} if form.required else {"skip": _skip})
    label = visit.house.renderer.label
    for key, act in acts.items():
        if label(key, visit.language) == text:
            return act, ""
    before = previous_answers.for_question(form, await previous_answers.found(visit, petition))
    if before is None:
        return None
    button = screens.use_earlier(visit, form, before)
    offered = label(button.label, visit.language, **button.variables)
    return (_use_earlier, str(before.campaign_id)) if offered == text else None
