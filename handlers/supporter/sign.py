"""Signing in a conversation: every tap and every text of a person who fills the form."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from campaign import form as forms
from campaign import reminders, signing, timeline
from campaign.errors import (
    AlreadySigned,
    Blocked,
    CampaignClosed,
    NotSigned,
    UnderReview,
    WordingChanged,
)
from campaign.fields import FieldProblem
from campaign.form import CONSENT, Form, NotAsked
from campaign.form_funnel import CODE, SIGNED
from campaign.petition import Petition
from campaign.referrals import arrivals, links
from campaign.signing_limit import minutes_to_wait
from handlers.screen import Button, Screen, Text
from handlers.supporter import confirm, earlier, progress, questions
from handlers.supporter.share import buttons_after_signing
from handlers.supporter.start import (
    blocked_page,
    campaign_page,
    front_door,
    held_page,
    signed_page,
    which,
)
from handlers.supporter.steps.offers import more_button
from handlers.visit import SIGNING, Visit
from storage import signatures
from storage.signatures import Recorded

FLOW = SIGNING

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
    here = _here(visit)
    if not visit.args[1] or here is None or here[0].id != petition.id:
        return screen
    try:
        return await _use_all(visit, *here, visit.args[1])
    except NotAsked:
        return screen


async def begin_with(visit: Visit, petition: Petition) -> Screen:
    """Begin to sign this petition, or go on where the person stopped."""
    try:
        await signing.may_sign(visit.db, petition, visit.supporter)
    except AlreadySigned as already:
        return await signed_page(visit, petition, already.signature)
    except UnderReview as held:
        return await held_page(visit, petition, held.signature)
    except CampaignClosed:
        return await campaign_page(visit, petition)
    except Blocked:
        return await blocked_page(visit, petition)
    form = _stored(visit, petition)
    if form is None or form.amending:
        await arrivals.began(visit.db, petition, visit.supporter, now=visit.now)
        await reminders.arm(visit.db, petition, visit.supporter.id, "unfinished", now=visit.now)
        form = Form.begin(petition.definition)
    return await go_to(visit, petition, form.resumed() if not _at(visit, petition) else form)


async def amend(visit: Visit) -> Screen:
    """Change what stands under a signature."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    if not petition.is_open:
        return await campaign_page(visit, petition)
    try:
        signature = await signing.signature_of(visit.db, petition, visit.supporter)
    except NotSigned:
        return await campaign_page(visit, petition)
    return await go_to(visit, petition, Form.amend(petition.definition, signature))


async def tapped(visit: Visit) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    serial, name, argument = int(visit.args[0]), visit.args[1], visit.args[2] or ""
    here = _here(visit)
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
        return with_notice(await present(visit), _says(problem))


async def typed(visit: Visit, text: str) -> Screen:
    """A text where an answer was asked; help where a tap was."""
    here = _here(visit)
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
        return with_notice(await present(visit), _says(problem))
    return await go_to(visit, petition, form.answer(value))


async def contact(visit: Visit) -> Screen:
    """The person's own number, handed over by Telegram's button; no other is taken."""
    here = _here(visit)
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
        return with_notice(await present(visit), _says(problem))
    return await go_to(visit, petition, form.answer(value))


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop signing and forget the answers."""
    here = _here(visit)
    if here is None:
        return await front_door(visit)
    return await _cancel(visit, *here, "")


async def unexpected(visit: Visit, note: Text) -> Screen:
    """Something that answers no question: say so, and repeat the question if there is one."""
    if _here(visit) is None:
        return Screen(note)
    return with_notice(await present(visit), note)


async def present(visit: Visit) -> Screen:
    """The screen of where the person is: the open question, or the front door."""
    here = _here(visit)
    if here is None:
        petition = visit.current_petition
        return (
            await campaign_page(visit, petition, fresh=True)
            if petition
            else await front_door(visit)
        )
    return questions.ask(visit, *here, await earlier.found(visit, here[0]))


async def in_new_language(visit: Visit) -> Screen:
    """Where the person is, after a change of language; a consent shown in the old one is shown
    anew, because what is agreed to is the wording on the screen."""
    here = _here(visit)
    if here is None:
        return await present(visit)
    return await go_to(visit, *here)


def with_notice(screen: Screen, note: Text) -> Screen:
    """A screen with a notice above it, as a new message."""
    return replace(screen, above=note, fresh=True)


async def go_to(visit: Visit, petition: Petition, form: Form) -> Screen:
    """Put the person at the form's present step, and ask it."""
    if form.step == CONSENT:
        form = form.showing(petition.shown(visit.language))
    at_phone = visit.dialog.flow == FLOW and visit.dialog.step == "phone"
    visit.go_to(petition.id, FLOW, form.step, form.to_dict(), under=str(petition.id))
    if not form.amending:
        await progress.come_to(visit, petition, form.step)
    given = await earlier.found(visit, petition) if form.is_question else []
    screen = questions.ask(visit, petition, form, given)
    return replace(screen, puts_keyboard_away=at_phone and form.step != "phone")


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
    given = earlier.of(await earlier.found(visit, petition), where)
    if given is None or form.step not in given.answers:
        raise NotAsked
    return await go_to(visit, petition, form.answer(given.answers[form.step]))


async def _use_all(visit: Visit, petition: Petition, form: Form, where: str) -> Screen:
    given = earlier.of(await earlier.found(visit, petition), where)
    return await go_to(visit, petition, form.fill(given.answers if given else {}))


async def _use_telegram_name(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    name = questions.telegram_name(visit)
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


async def _sign(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    if not form.complete:
        return await go_to(visit, petition, form.resumed())
    try:
        if form.amending:
            return await _save_changes(visit, petition, form)
        return await _record(visit, petition, form)
    except WordingChanged:
        return await go_to(visit, petition, form.ask_consent_again())
    except AlreadySigned as already:
        visit.leave_form(petition, forget=True)
        return await signed_page(visit, petition, already.signature)
    except UnderReview as held:
        visit.leave_form(petition, forget=True)
        return await held_page(visit, petition, held.signature)
    except Blocked:
        visit.leave_form(petition, forget=True)
        return await blocked_page(visit, petition)
    except NotSigned:
        visit.leave_form(petition, forget=True)
        return await campaign_page(visit, petition)
    except CampaignClosed:
        visit.leave_form(petition, forget=True)
        return Screen(Text("sign/closed_meanwhile", {"campaign": await visit.view(petition)}))


async def _record(visit: Visit, petition: Petition, form: Form) -> Screen:
    if form.shown is None:
        raise WordingChanged
    if busy := await _has_to_wait(visit):
        return with_notice(await present(visit), busy)
    signed = await signing.sign(
        visit.db,
        petition,
        visit.supporter,
        form.answers,
        choices=form.choices,
        shown=form.shown,
        language=petition.language(visit.language),
        now=visit.now,
        key=visit.house.identity_key,
    )
    visit.leave_form(petition, forget=True)
    if signed.signature.status == "pending" and petition.definition.identity == "email":
        visit.after_commit = visit.house.codes_wanted.set
        await progress.come_to(visit, petition, CODE)
        return await confirm.page(visit, petition, signed.signature)
    visit.after_commit = visit.house.has_signed
    await progress.come_to(visit, petition, SIGNED)
    return await signed_screen(visit, petition, signed, updates=form.choices.updates)


async def signed_screen(
    visit: Visit, petition: Petition, signed: Recorded, *, updates: bool
) -> Screen:
    """Thanks, the number, and a link for friends; without one, if the signature waits for staff,
    of which the signer is told nothing."""
    if signed.signature.status != "live":
        return await signed_page(visit, petition, signed.signature)
    own = await links.personal(visit.db, petition, visit.supporter, now=visit.now)
    variables = {
        "campaign": petition.view(visit.language, signed.totals),
        "number": signed.signature.number,
        "first_name": visit.supporter.first_name or None,
        "link": visit.house.shared_link(own.code),
        "updates": updates,
        "so_far": await timeline.so_far(visit.db, petition, visit.language, now=visit.now),
    }
    buttons = [*buttons_after_signing(visit, petition, own.code), *more_button(petition)]
    return Screen(Text("sign/signed", variables), buttons)


async def _has_to_wait(visit: Visit) -> Text | None:
    """Whether this account, or everybody together, signs too often; the form stays as it is."""
    doorkeeper = visit.house.doorkeeper
    if not doorkeeper.may_sign(visit.now):
        return Text("limits/signing", {"minutes": 0})
    minutes = await minutes_to_wait(
        visit.db, visit.supporter.id, doorkeeper.rates.signings, now=visit.now
    )
    return Text("limits/signing", {"minutes": minutes}) if minutes else None


async def _save_changes(visit: Visit, petition: Petition, form: Form) -> Screen:
    await signing.change(visit.db, petition, visit.supporter, form.answers, now=visit.now)
    visit.leave_form(petition, forget=True)
    return Screen(
        Text("sign/changed", {"campaign": await visit.view(petition)}),
        [[Button("home", f"page:home:{petition.id}")]],
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
    "sign": _sign,
}


def _here(visit: Visit) -> tuple[Petition, Form] | None:
    """The campaign and form the person is in the middle of."""
    petition = visit.petition(visit.dialog.campaign_id)
    if visit.dialog.flow != FLOW or petition is None:
        return None
    form = _stored(visit, petition)
    return (petition, form) if form is not None else None


def _stored(visit: Visit, petition: Petition) -> Form | None:
    stored = visit.dialog.answers.get(str(petition.id))
    if stored is None:
        return None
    step = visit.dialog.step if _at(visit, petition) else ""
    return Form.from_dict(petition.definition, step, stored)


def _at(visit: Visit, petition: Petition) -> bool:
    return visit.dialog.flow == FLOW and visit.dialog.campaign_id == petition.id


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
    before = earlier.for_question(form, await earlier.found(visit, petition))
    if before is None:
        return None
    button = questions.use_earlier(visit, form, before)
    offered = label(button.label, visit.language, **button.variables)
    return (_use_earlier, str(before.campaign_id)) if offered == text else None


def _says(problem: FieldProblem) -> Text:
    variables = {} if problem.limit is None else {"limit": problem.limit}
    return Text(f"sign/problem_{problem.field}_{problem.reason}", variables)
