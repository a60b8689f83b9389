"""/proof: a signer gets what proves that their name is in the pack that was handed in."""

import json

from campaign.errors import NotSigned
from campaign.handin import proof
from campaign.handin.proof import ChangedSince, NoPack, NotInPack, Proof
from campaign.petition import CampaignView, Petition
from campaign.signing import standing
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Attachment, Button, Screen, Text
from storage import signatures

_REASONS = {NoPack: "none", NotInPack: "later", ChangedSince: "changed"}


class Prove(Action, prefix="proof"):
    """The proof that a signature of this petition was handed in."""

    petition_id: int


async def command(context: Context) -> Screen:
    """/proof: for every petition that the person has signed, the first that has a pack."""
    signed = [
        p for p in context.petitions if await signatures.of(context.db, p.id, context.supporter.id)
    ]
    current = context.current_petition
    if current and (current in signed or not signed):
        return await _prove(context, current)
    if len(signed) == 1:
        return await _prove(context, signed[0])
    if not signed:
        return _not(None, "not_signed")
    buttons = [
        [Button("campaign", Prove(p.id), variables={"title": p.texts(context.language).title})]
        for p in signed
    ]
    return Screen(Text("petitions/which"), buttons)


async def prove(context: Context, action: Prove) -> Screen:
    """One of several petitions is chosen."""
    petition = context.find_petition(action.petition_id)
    return await _prove(context, petition) if petition else _not(None, "not_signed")


async def _prove(context: Context, petition: Petition) -> Screen:
    view = await context.view(petition)
    try:
        signature = await standing.signature_of(context.db, petition, context.supporter)
        made = await proof.prove(context.db, petition, signature)
    except NotSigned:
        before = await signatures.of(context.db, petition.id, context.supporter.id)
        reason = "withdrawn" if before else "not_signed"
        return _not(view, reason)
    except (NoPack, NotInPack, ChangedSince) as why:
        return _not(view, _REASONS[type(why)])
    variables = {
        "campaign": view,
        "number": made.number,
        "root": made.root,
        "at": made.made_at,
        "zone": petition.definition.timezone,
    }
    return Screen(Text("proof/yes", variables), files=[_file(petition, made)])


def _not(view: CampaignView | None, reason: str) -> Screen:
    return Screen(Text("proof/not", {"campaign": view, "reason": reason}))


def _file(petition: Petition, made: Proof) -> Attachment:
    written = json.dumps(made.file, ensure_ascii=False, indent=2).encode()
    name = f"{petition.campaign.slug}-proof-{made.number}.json"
    return Attachment(name, written)


ROUTES = Routes(
    commands={"proof": Command(command, in_menu=False)},
    actions={Prove: prove},
)
