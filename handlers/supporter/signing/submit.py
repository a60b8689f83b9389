"""The last tap: a signature is recorded, or what stands under it is changed."""

from campaign.errors import (
    AlreadySigned,
    Blocked,
    CampaignClosed,
    NotSigned,
    UnderReview,
    WordingChanged,
)
from campaign.petition import Petition
from campaign.signing import sign
from campaign.signing.form import Form
from campaign.signing.funnel import CODE, SIGNED
from campaign.signing.limit import minutes_to_wait
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import blocked_page, campaign_page, held_page, signed_page
from handlers.supporter.signing import email_code, funnel
from handlers.supporter.signing.done import signed_screen
from handlers.supporter.signing.state import go_to, present, with_notice


async def sign_now(visit: Visit, petition: Petition, form: Form, _: str) -> Screen:
    """Sign with what is in the form, or save it under the signature there is."""
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
    signed = await sign.sign(
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
        await funnel.come_to(visit, petition, CODE)
        if signed.code_in is not None:
            return email_code.no_code_yet(petition, signed.code_in)
        visit.after_commit = visit.house.codes_wanted.set
        return await email_code.page(visit, petition, signed.signature)
    visit.after_commit = visit.house.has_signed
    await funnel.come_to(visit, petition, SIGNED)
    return await signed_screen(visit, petition, signed, updates=form.choices.updates)


async def _has_to_wait(visit: Visit) -> Text | None:
    """Whether this account, or everybody together, signs too often; the form stays as it is."""
    doorkeeper = visit.house.doorkeeper
    if not doorkeeper.may_sign(visit.house.monotonic()):
        return Text("limits/signing", {"minutes": 0})
    minutes = await minutes_to_wait(
        visit.db,
        visit.supporter.telegram_id,
        doorkeeper.rates.signings,
        key=visit.house.identity_key,
        now=visit.now,
    )
    return Text("limits/signing", {"minutes": minutes}) if minutes else None


async def _save_changes(visit: Visit, petition: Petition, form: Form) -> Screen:
    await sign.change(visit.db, petition, visit.supporter, form.answers, now=visit.now)
    visit.leave_form(petition, forget=True)
    return Screen(
        Text("sign/changed", {"campaign": await visit.view(petition)}),
        [[Button("home", f"page:home:{petition.id}")]],
    )
