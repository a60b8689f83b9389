"""The last tap: a signature is recorded, or what stands under it is changed."""

from collections.abc import Mapping
from dataclasses import replace

from campaign import signature_corrections
from campaign.errors import (
    AlreadySigned,
    Blocked,
    CampaignClosed,
    NotSigned,
    UnderReview,
    WordingChanged,
)
from campaign.petition import Petition
from campaign.questionnaire import NotAsked
from campaign.signing import sign
from campaign.signing.choices import Choices
from campaign.signing.form import Form
from campaign.signing.funnel import CODE, SIGNED
from campaign.signing.limit import minutes_to_wait
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Page
from handlers.supporter.petition_page import (
    blocked_page,
    petition_page,
    signed_page,
    under_review_page,
)
from handlers.supporter.signing import code_page, funnel, no_codes
from handlers.supporter.signing.done import signed_screen
from handlers.supporter.signing.state import closed_meanwhile, go_to, present, with_notice
from handlers.supporter.signing.work import want_work
from storage import supporters

HOW: Mapping[str, Choices] = {"hear": Choices(updates=True), "only": Choices()}
"""The two ways to sign, as their buttons name them."""
ALONE: Mapping[str, Choices] = {"only": Choices()}
"""The one way where nobody can be written to afterwards."""


async def submit(context: Context, petition: Petition, form: Form, how: str) -> Screen:
    """Sign with what is in the form, or save it under the signature there is.

    Raises:
        NotAsked: the button is of the version before, whose last screen said other words.
    """
    ways = HOW if context.can.writes_first else ALONE
    if not form.amending and how not in ways:
        raise NotAsked
    if not form.complete:
        return await go_to(context, petition, form.resumed())
    try:
        if form.amending:
            return await _save_changes(context, petition, form)
        return await _record(context, petition, form, ways[how])
    except WordingChanged:
        return await go_to(context, petition, form.resumed())
    except AlreadySigned as already:
        context.leave_form(petition, forget=True)
        return await signed_page(context, petition, already.signature)
    except UnderReview as held:
        context.leave_form(petition, forget=True)
        return await under_review_page(context, petition, held.signature)
    except Blocked:
        context.leave_form(petition, forget=True)
        return await blocked_page(context, petition)
    except NotSigned:
        context.leave_form(petition, forget=True)
        return await petition_page(context, petition)
    except CampaignClosed:
        return await closed_meanwhile(context, petition)


async def _record(context: Context, petition: Petition, form: Form, choices: Choices) -> Screen:
    if form.by_email and not context.services.sends_codes:
        return no_codes.page(context, petition)
    if form.shown is None:
        raise WordingChanged
    if busy := await _has_to_wait(context):
        return with_notice(await present(context), busy)
    if form.by_email:
        await want_work(context, petition)
    signed = await sign.sign(
        context.db,
        petition,
        context.supporter,
        form.answers,
        choices=choices,
        shown=form.shown,
        language=petition.language(context.language),
        now=context.now,
        tapped_at=context.tapped_at,
        key=context.services.identity_key,
        channel=context.channel,
        unproven=form.by_email,
    )
    await _call_by_name(context, form)
    context.leave_form(petition, forget=True)
    by_email = form.by_email or petition.definition.identity == "email"
    if signed.signature.status == "pending" and by_email:
        funnel.record_step(context, petition, CODE)
        if signed.code_in is not None:
            return code_page.no_code_yet(petition, signed.code_in)
        context.after_commit = context.services.codes_wanted.set
        return await code_page.page(context, petition, signed.signature)
    context.after_commit = context.services.has_signed
    funnel.record_step(context, petition, SIGNED)
    return await signed_screen(context, petition, signed, updates=choices.updates)


async def _call_by_name(context: Context, form: Form) -> None:
    """Where the channel does not know who somebody is, they are called as they have signed."""
    name = form.answers.get("name", "").split()
    if name and not context.supporter.first_name and not context.can.proves_person:
        await supporters.call(context.db, context.supporter.id, name[0])
        context.supporter = replace(context.supporter, first_name=name[0])


async def _has_to_wait(context: Context) -> Text | None:
    """Whether this account, or everybody together, signs too often; the form stays as it is."""
    rate_limiter = context.services.rate_limiter
    if not rate_limiter.may_sign(context.services.monotonic()):
        return Text("limits/signing", {"minutes": 0})
    minutes = await minutes_to_wait(
        context.db,
        context.supporter.telegram_id,
        rate_limiter.rates.signings,
        key=context.services.identity_key,
        now=context.now,
    )
    return Text("limits/signing", {"minutes": minutes}) if minutes else None


async def _save_changes(context: Context, petition: Petition, form: Form) -> Screen:
    handed_over = await signature_corrections.correct(
        context.db, petition, context.supporter, form.answers, now=context.now
    )
    context.notified = handed_over is not None
    context.leave_form(petition, forget=True)
    variables = {"campaign": await context.view(petition), "handed_over": handed_over}
    return Screen(
        Text("sign/changed", variables),
        [[Button("home", Page("home", petition.id))]],
    )
