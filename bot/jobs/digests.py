"""The weekly digest, made when it is due by whichever process gets there first."""

from bot.jobs.loops import shielded
from campaign import digests
from campaign.broadcasts.states import KINDS
from campaign.digests import News
from campaign.petition import CampaignView, Petition
from handlers.drafted_updates import with_figures
from handlers.services import Services


async def make_all_due(services: Services) -> None:
    """Make the digest of each campaign of which it is due.

    Raises:
        DatabaseUnavailable: those that are not made are due still.
    """
    for petition in await services.catalogue.petitions():
        await shielded(make_due(services, petition))


async def make_due(services: Services, petition: Petition) -> None:
    """Make this campaign's digest, if it is due and not made.

    Raises:
        DatabaseUnavailable: it is not made yet.
    """
    now = services.clock()
    if not digests.is_due(petition, now):
        return
    async with services.database.reading() as db:
        if await digests.is_made(db, petition, now):
            return

    def words(view: CampaignView, news: News, language: str) -> str:
        return _words(services, petition, view, news, language)

    async with services.database.transaction() as db:
        made = await digests.make(db, petition, words, now=now)
    if made is not None:
        services.dispatch_woken.set()


def _words(
    services: Services, petition: Petition, view: CampaignView, news: News, language: str
) -> str:
    speaks = services.renderer.match(language)
    return with_figures(
        lambda progress: services.renderer.html(
            "digest/weekly",
            speaks,
            campaign=view,
            change=news.change,
            since=news.since.astimezone(petition.zone).date(),
            updates=[(kind, news.updates[kind]) for kind in KINDS if kind in news.updates],
            progress=progress,
        )
    )
