"""The weekly digest: made when its time has come, by whichever process sees it first."""

from functools import partial

from bot.jobs.loops import keep_doing, to_its_end
from campaign import digests
from campaign.broadcasts.states import KINDS
from campaign.digests import News
from campaign.petition import CampaignView, Petition
from handlers.services import House
from messages.personal import literal

SECONDS = 30.0
"""Between two looks."""


async def keep_digesting(house: House) -> None:
    """Make each campaign's digest once a week; never returns."""
    await keep_doing("digests", partial(make_all_due, house), every=min(SECONDS, house.looks_every))


async def make_all_due(house: House) -> None:
    """Make the digest of each campaign of which it is due.

    Raises:
        DatabaseUnavailable: those that are not made are due still.
    """
    for petition in await house.catalogue.petitions():
        await to_its_end(make_due(house, petition))


async def make_due(house: House, petition: Petition) -> None:
    """Make this campaign's digest, if it is due and not made.

    Raises:
        DatabaseUnavailable: it is not made yet.
    """
    now = house.clock()
    if not digests.is_due(petition, now):
        return
    async with house.database.reading() as db:
        if await digests.is_made(db, petition, now):
            return

    def words(view: CampaignView, news: News, language: str) -> str:
        return _words(house, petition, view, news, language)

    async with house.database.transaction() as db:
        made = await digests.make(db, petition, words, now=now)
    if made is not None:
        house.dispatch_woken.set()


def _words(house: House, petition: Petition, view: CampaignView, news: News, language: str) -> str:
    speaks = house.renderer.match(language)
    html = house.renderer.html(
        "digest/weekly",
        speaks,
        campaign=view,
        change=news.change,
        since=news.since.astimezone(petition.zone).date(),
        updates=[(kind, news.updates[kind]) for kind in KINDS if kind in news.updates],
    )
    return literal(html)
