"""Published campaigns with figures that are at most a second old."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.web.caching import ANYWHERE
from campaign import comments, public_figures, timeline
from campaign.comments import Quote
from campaign.petition import CampaignView, Petition
from campaign.public_figures import PublicFigures
from campaign.referrals import links
from campaign.timeline import Entry
from handlers.services import Services
from storage.database import Connection
from storage.errors import StorageError

Endpoint = Callable[[Request], Awaitable[Response]]
OfCampaign = Callable[[Request, "PublicCampaign"], Awaitable[Response]]

log = structlog.get_logger()

SOURCE = "website"
FRESH_SECONDS = 1.0
MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class PublicCampaign:
    """A published campaign and its numbers.

    Attributes:
        coming: of one that has closed, what comes next in its story, by language.
        quotes: why people signed, the newest of those that visitors may read.
        telegram_url: leads to the bot; who comes by it counts for the source link "website".
        site_url: where it is signed on the site itself, and counts likewise; "" where it cannot be.
    """

    petition: Petition
    figures: PublicFigures
    telegram_url: str
    site_url: str = ""
    coming: Mapping[str, Entry] = field(default_factory=dict)
    quotes: Sequence[Quote] = ()

    @property
    def sign_url(self) -> str:
        """Where to sign: on the site, where that can be."""
        return self.site_url or self.telegram_url

    def view(self, language: str) -> CampaignView:
        return self.petition.view(language, self.figures.totals)


class PublicCampaigns:
    """Published campaigns by name; their numbers are read once a second at most."""

    def __init__(self, services: Services, *, signs_at: str = "") -> None:
        """
        Args:
            signs_at: the address of the site, where people can sign on it; else "".
        """
        self.services, self._signs_at = services, signs_at
        self._kept: dict[str, tuple[float, PublicCampaign]] = {}
        self._website: dict[int, str] = {}
        self._lock = asyncio.Lock()

    async def of(self, slug: str) -> PublicCampaign | None:
        """The campaign of this name; None for a draft and for none.

        Raises:
            storage.errors.DatabaseUnavailable: try again later.
        """
        for petition in await self.services.catalogue.petitions():
            if petition.campaign.slug == slug:
                return await self._shown(petition)
        return None

    def only(self, answer: OfCampaign) -> Endpoint:
        """An endpoint whose path names a campaign as `slug`: 404 for a draft and for none."""

        async def endpoint(request: Request) -> Response:
            shown = await self.of(request.path_params["slug"])
            if shown is None:
                return Response(status_code=404, headers=ANYWHERE)
            return await answer(request, shown)

        return endpoint

    async def by_id(self, campaign_id: int) -> PublicCampaign | None:
        """The campaign of this number; None for a draft and for none."""
        for petition in await self.services.catalogue.petitions():
            if petition.id == campaign_id:
                return await self._shown(petition)
        return None

    async def open_ones(self) -> list[Petition]:
        """Campaigns that can be signed."""
        return [one for one in await self.services.catalogue.petitions() if one.is_open]

    async def others(self, shown: PublicCampaign) -> list[Petition]:
        """Where this one has closed, what else the same office has open."""
        if shown.petition.is_open:
            return []
        return [one for one in await self.open_ones() if one.is_of_office(shown.petition)]

    async def _coming(self, db: Connection, petition: Petition) -> dict[str, Entry]:
        if petition.is_open:
            return {}
        found = {}
        for language in petition.definition.languages:
            entry = await timeline.ahead(db, petition, language, now=self.services.clock())
            if entry is not None:
                found[language] = entry
        return found

    async def _shown(self, petition: Petition) -> PublicCampaign:
        if (kept := self._fresh(petition)) is not None:
            return kept
        async with self._lock:
            if (kept := self._fresh(petition)) is not None:
                return kept
            code = await self._website_code(petition)
            async with self.services.database.reading() as db:
                figures = await public_figures.figures(db, petition)
                coming = await self._coming(db, petition)
                quotes = await comments.to_visitors(db, petition.id, limit=MOST_QUOTES)
            shown = PublicCampaign(
                petition,
                figures,
                self.services.link(code),
                f"{self._signs_at}/s/{code}" if self._signs_at else "",
                coming,
                quotes,
            )
            self._kept[petition.campaign.slug] = (self.services.monotonic(), shown)
            return shown

    def _fresh(self, petition: Petition) -> PublicCampaign | None:
        read_at, shown = self._kept.get(petition.campaign.slug, (0.0, None))
        if shown is None or shown.petition is not petition:
            return None
        return shown if self.services.monotonic() - read_at < FRESH_SECONDS else None

    async def _website_code(self, petition: Petition) -> str:
        """The code of the source link; the campaign's name if none can be made now."""
        if petition.id not in self._website:
            try:
                async with self.services.database.transaction() as db:
                    link, _ = await links.source(
                        db, petition, SOURCE, created_by=None, now=self.services.clock()
                    )
            except StorageError as away:
                log.warning("no source link for the website", reason=type(away).__name__)
                return petition.campaign.slug
            self._website[petition.id] = link.code
        return self._website[petition.id]
