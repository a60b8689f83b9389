"""Signing in a conversation: every tap of a person who fills the form. See `typed`, too."""

from collections.abc import Awaitable, Callable

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
from campaign.questionnaire import REVIEW, NotAsked
from campaign.referrals import arrivals
from campaign.signing import parse_answer, standing
from campaign.signing.form import HOME, Form
from handlers.context import Context, Stale
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import ChangeAnswers, Page, Sign
from handlers.supporter.home import home, stale, which
from handlers.supporter.petition_page import (
    blocked_page,
    petition_page,
    signed_page,
    under_review_page,
)
from handlers.supporter.signing import no_codes, previous_answers, prompts
from handlers.supporter.signing.prompts import Answer
from handlers.supporter.signing.state import (
    answered,
    closed_meanwhile,
    go_to,
    is_in,
    is_too_late,
    kept,
    parsed,
    place,
    present,
    says,
    with_notice,
)
from handlers.supporter.signing.submit import submit
from storage import signatures

Tap = Callable[[Context, Petition, Form, str], Awaitable[Screen]]
"""What a button under a question does; the last argument stands in its data."""


async def command(context: Context) -> Screen:
    """/sign: begin, or go on where the person stopped."""
    signed = {one.campaign_id for one in await signatures.live_of(context.db, context.supporter.id)}
    to_sign = [petition for petition in context.open_petitions if petition.id not in signed]
    current = context.current_petition
    if current is not None and (current in to_sign or not to_sign):
        return await begin_with(context, current)
    if len(to_sign) == 1:
        return await begin_with(context, to_sign[0])
    return which(context, to_sign, Sign) if to_sign else await home(context)


async def begin(context: Context, action: Sign) -> Screen:
    """The Sign button under a campaign, or the one that takes earlier answers over as well."""
    petition = context.petition(action.petition_id)
    screen = await begin_with(context, petition)
    here = place(context)
    if action.as_for is None or here is None or here[0].id != petition.id:
        return screen
    try:
        return await _use_all(context, *here, str(action.as_for))
    except NotAsked:
        return screen


async def begin_with(context: Context, petition: Petition) -> Screen:
    """Begin to sign this petition, or go on where the person stopped."""
    try:
        key = context.services.identity_key
        await standing.may_sign(context.db, petition, context.supporter, key=key)
    except AlreadySigned as already:
        return await signed_page(context, petition, already.signature)
    except UnderReview as held:
        return await under_review_page(context, petition, held.signature)
    except CampaignClosed:
        return await petition_page(context, petition)
    except Blocked:
        return await blocked_page(context, petition)
    if no_codes.cannot_sign(context):
        return no_codes.page(context, petition)
    form = kept(context, petition)
    if form is None or form.amending:
        await arrivals.began(context.db, petition, context.supporter, now=context.now)
        await reminders.arm(
            context.db, petition, context.supporter.id, "unfinished", now=context.now
        )
        form = Form.begin(petition.definition, by_email=not context.can.proves_person)
    return await go_to(context, petition, form.resumed() if not is_in(context, petition) else form)


async def amend(context: Context, action: ChangeAnswers) -> Screen:
    """Change what stands under a signature; what is wrong can be put right after the close."""
    petition = context.petition(action.petition_id)
    try:
        signature = await standing.signature_of(context.db, petition, context.supporter)
    except NotSigned:
        return await petition_page(context, petition)
    return await go_to(context, petition, Form.amend(petition.definition, signature))


async def answer(context: Context, action: Answer) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    here = place(context)
    if here is None:
        return await stale(context)
    in_time = action.name == "sign" and here[0].ended_since(context.tapped_at, context.now)
    if is_too_late(*here) and not in_time:
        return await closed_meanwhile(context, here[0])
    if action.serial == context.dialog.serial - 1 and action.name != "sign":  # that has not signed
        return Screen(toast="toast/done_already")
    if action.serial != context.dialog.serial or action.name not in TAPS:
        raise Stale
    try:
        return await TAPS[action.name](context, *here, action.value or "")
    except (NotAsked, KeyError) as not_now:
        raise Stale from not_now
    except FieldProblem as problem:
        return with_notice(await present(context), says(problem))


async def contact(context: Context) -> Screen:
    """The person's own number, handed over by Telegram's button; no other is taken."""
    here = place(context)
    message = context.event.message
    shared = message.contact if message else None
    if here is None or here[1].step != "phone" or shared is None:
        return await unexpected(context, Text("unexpected/contact"))
    if is_too_late(*here):
        return await closed_meanwhile(context, here[0])
    petition, form = here
    try:
        value = parse_answer.phone_of_contact(
            shared.phone_number, owner=shared.owner, sender=context.supporter.telegram_id
        )
    except FieldProblem as problem:
        return with_notice(await present(context), says(problem))
    return await go_to(context, petition, form.answer(value))


async def cancel(context: Context) -> Screen:
    """/cancel: stop signing and forget the answers."""
    here = place(context)
    if here is None:
        return await home(context)
    return await stop(context, *here, "")


async def unexpected(context: Context, note: Text) -> Screen:
    """Something that answers no question: say so, and repeat the question if there is one."""
    if place(context) is None:
        return Screen(note)
    return with_notice(await present(context), note)


async def _back(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    earlier = form.back()
    if earlier is not None:
        return await go_to(context, petition, earlier)
    context.leave_form(petition, forget=False)
    return await petition_page(context, petition)


async def _skip(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(context, petition, form.skip())


async def _keep(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(context, petition, form.keep())


async def _use_earlier(context: Context, petition: Petition, form: Form, where: str) -> Screen:
    """What was given for another petition, if it still stands there."""
    given = previous_answers.of(await previous_answers.found(context, petition), where)
    if given is None or form.step not in given.answers:
        raise NotAsked
    return await go_to(context, petition, form.answer(given.answers[form.step]))


async def _use_all(context: Context, petition: Petition, form: Form, where: str) -> Screen:
    given = previous_answers.of(await previous_answers.found(context, petition), where)
    return await go_to(context, petition, form.fill(given.answers if given else {}))


async def _use_telegram_name(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    name = prompts.telegram_name(context)
    if form.step != "name" or name is None:
        raise NotAsked
    return await go_to(context, petition, form.answer(name))


async def _pick(context: Context, petition: Petition, form: Form, value: str) -> Screen:
    if form.step != "country":
        raise NotAsked
    picked = parse_answer.parse("country", value, context.language)
    return await answered(context, petition, form, picked)


async def _likely(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    """What was likely meant by the answer that was asked back."""
    doubt = form.doubted
    if doubt is not None and doubt.reason == "country":
        return await _from(context, petition, form, doubt.likely)
    if doubt is None or doubt.reason != "typo":
        raise NotAsked
    return await go_to(context, petition, form.answer(doubt.likely))


async def _as_typed(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    """The answer that was asked back is meant as it is."""
    doubt = form.doubted
    if doubt is None or not doubt.possible:
        raise NotAsked
    value = parsed(context, form.step, doubt.value)
    return await answered(context, petition, form, value)


async def _again(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    """The question once more, without what was asked back."""
    return await go_to(context, petition, form.without_doubt())


async def _outside(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    return await _from(context, petition, form, None)


async def _from(context: Context, petition: Petition, form: Form, country: str | None) -> Screen:
    """Lives outside the United Kingdom: in which country, if the campaign counts them."""
    if not petition.definition.from_anywhere:
        return prompts.only_uk(context, petition)
    return await go_to(context, petition, form.has_no_postcode(country))


async def _no_address(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(context, petition, form.has_no_postcode(HOME))


async def _has_postcode(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    return await go_to(context, petition, form.has_postcode())


async def _change(context: Context, petition: Petition, form: Form, kind: str) -> Screen:
    if not kind and form.step == REVIEW:
        return prompts.which_to_change(context, petition, form)
    return await go_to(context, petition, form.change(kind))


async def stop(context: Context, petition: Petition, form: Form, _: str) -> Screen:
    context.leave_form(petition, forget=True)
    if form.amending:
        return await petition_page(context, petition)
    return Screen(
        Text("sign/cancelled", {"campaign": await context.view(petition)}),
        [[Button("sign", Sign(petition.id)), Button("home", Page("home", petition.id))]],
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
    "likely": _likely,
    "as_typed": _as_typed,
    "again": _again,
    "outside": _outside,
    "no_address": _no_address,
    "has_postcode": _has_postcode,
    "change": _change,
    "cancel": stop,
    "sign": submit,
}


async def keyboard_tap(
    context: Context, petition: Petition, form: Form, text: str
) -> tuple[Tap, str] | None:
    """The act behind a button of the phone question's keyboard, whose taps arrive as texts."""
    if form.step != "phone":
        return None
    acts = {"back": _back, "cancel": stop} | ({} if form.required else {"skip": _skip})
    label = context.services.renderer.label
    for key, act in acts.items():
        if label(key, context.language) == text:
            return act, ""
    before = previous_answers.for_question(form, await previous_answers.found(context, petition))
    if before is None:
        return None
    button = prompts.use_earlier(context, form, before)
    offered = label(button.label, context.language, **button.variables)
    return (_use_earlier, str(before.campaign_id)) if offered == text else None


ROUTES = Routes(
    commands={"sign": Command(command)},
    actions={Sign: begin, ChangeAnswers: amend, Answer: answer},
)
