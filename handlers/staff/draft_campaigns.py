"""Campaigns that are kept as drafts, which nobody sees: which there are, and opening one."""

from typing import Literal

from campaign import catalogue
from campaign.definition import publish_edits
from campaign.definition.model import Definition
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Stale
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text


class OpenDraft(Action, prefix="opendraft"):
    """Open a draft for signing; asked first."""

    campaign_id: int
    version: int
    sure: Literal["yes"] | None = None


async def to_open(context: Context) -> Rows:
    """A button for each draft that opens it; none if there is no draft."""
    drafts = [one for one in await catalogue.every_petition(context.db) if _is_draft(one)]
    return [
        [
            Button(
                "newcampaign_open_draft",
                OpenDraft(one.id, one.campaign.version),
                variables={"title": one.texts(context.language).title},
            )
        ]
        for one in drafts
    ]


async def _still_a_draft(context: Context, action: OpenDraft) -> Petition:
    """The draft that the button is about.

    Raises:
        Stale: it is gone, open by now, or has been changed since.
    """
    found = await catalogue.current(context.db, action.campaign_id)
    if found and _is_draft(found) and found.campaign.version == action.version:
        return found
    raise Stale


async def open_draft(context: Context, action: OpenDraft) -> Screen:
    """Let everybody sign a campaign that was kept as a draft."""
    await context.require(None, "owner")
    petition = await _still_a_draft(context, action)
    if action.sure is None:
        yes = Button("newcampaign_open", OpenDraft(petition.id, action.version, "yes"))
        variables = {"campaign": petition.view(context.language)}
        return Screen(Text("new_campaign/open_draft", variables), [[yes]])
    definition = petition.definition.model_copy(update={"status": "open"})
    return await put_live(context, definition, over=action.version)


async def put_live(context: Context, definition: Definition, *, over: int) -> Screen:
    """Publish what was written in the chat, as a draft or open, and say where it is.

    Args:
        over: the version that this one takes the place of; 0 for a new campaign.

    Raises:
        ChangedMeanwhile: there is another version by now.
    """
    petition = await publish_edits.put_file_live(
        context.db,
        definition,
        over=over,
        actor=context.supporter.telegram_id,
        now=context.now,
        by=publish_edits.NEW,
    )
    context.after_commit = context.services.campaign_changed
    link = context.services.link(petition.campaign.slug)
    variables = {"campaign": petition.view(context.language), "link": link}
    return Screen(Text("new_campaign/saved", variables), fresh=True)


def _is_draft(petition: Petition) -> bool:
    return petition.campaign.status == "draft"


ROUTES = Routes(actions={OpenDraft: open_draft})
