"""/s/<code>: the page behind a shared link; it leads into Telegram and keeps the referral.

How often a page is opened is not counted: previews and scanners of messengers open it as well, and
to tell people from them, or one person from another, one would have to look at who they are.
"""

from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.web.caching import ANYWHERE, Content, answered
from bot.web.picture_cache import PictureCache
from bot.web.public_campaigns import PublicCampaign, PublicCampaigns
from campaign.referrals import links
from channels.browser.language import chosen, of_page
from messages import Renderer
from pictures import previews
from storage.referral_links import Link

log = structlog.get_logger()

FRESH_SECONDS = 10
PICTURE_SECONDS = 3600
LOCAL = {"Vary": "Accept-Language"}
HTML = "text/html; charset=utf-8"


class Share:
    """Share pages and their pictures."""

    def __init__(
        self,
        public_campaigns: PublicCampaigns,
        picture_cache: PictureCache,
        renderer: Renderer,
        *,
        public_url: str,
        chat: bool = False,
    ) -> None:
        """
        Args:
            public_url: under which address the world finds it, without a slash at its end.
            chat: whether people can sign on the site itself.
        """
        self._public_campaigns = public_campaigns
        self._picture_cache = picture_cache
        self._renderer = renderer
        self._public_url = public_url
        self._chat = chat

    async def page(self, request: Request) -> Response:
        """The campaign of a link, or of the name of one; else a kind page."""
        code = request.path_params["code"]
        found = await self.find(code)
        if found is None:
            return await self.nothing(request)
        shown, _ = found
        languages = shown.petition.definition.languages
        language = chosen(request, languages, languages[0])
        html = self._renderer.page(
            "web/share",
            language,
            campaign=shown.view(language),
            sign_url=self._public_campaigns.services.link(code),
            chat=self._chat,
            code=code,
            address=self.address(code),
            picture=self._picture_url(shown, language),
            coming=shown.coming.get(language),
            zone=shown.petition.definition.timezone,
            quotes=shown.quotes,
            others=[one.view(language) for one in await self._public_campaigns.others(shown)],
            languages=[one for one in self._renderer.languages if one.code in languages],
            root="../",
        )
        return answered(request, Content(html.encode(), HTML), seconds=FRESH_SECONDS, more=LOCAL)

    async def nothing(self, request: Request) -> Response:
        """404, with what is open."""
        language = of_page(request, self._renderer)
        html = self._renderer.page(
            "web/nothing",
            language,
            campaigns=[one.view(language) for one in await self._public_campaigns.open_ones()],
            root=f"{self._public_url}/",
        )
        return Response(html, 404, LOCAL, HTML)

    async def busy(self, request: Request, fault: Exception) -> Response:
        """503, until the database is back."""
        log.warning("page not shown: database away")
        html = self._renderer.page(
            "web/busy", of_page(request, self._renderer), root=f"{self._public_url}/"
        )
        return Response(html, 503, {**LOCAL, **ANYWHERE, "Retry-After": "10"}, HTML)

    async def picture(self, request: Request, shown: PublicCampaign) -> Response:
        """The picture of link previews."""
        languages = shown.petition.definition.languages
        content = await self._picture_cache.preview(shown, chosen(request, languages, languages[0]))
        return answered(request, content, seconds=PICTURE_SECONDS, more={**ANYWHERE, **LOCAL})

    async def find(self, code: str) -> tuple[PublicCampaign, Link | None] | None:
        """The campaign of a code, and the link that it is the code of; None if it is none."""
        if (shown := await self._public_campaigns.of(code)) is not None:
            return shown, None
        async with self._public_campaigns.services.database.reading() as db:
            link = await links.find(db, code)
        of_link = await self._public_campaigns.by_id(link.campaign_id) if link else None
        return (of_link, link) if of_link else None

    def address(self, code: str) -> str:
        """Where the world finds the page of a code."""
        return f"{self._public_url}/s/{quote(code)}"

    def _picture_url(self, shown: PublicCampaign, language: str) -> str:
        """Another address for another count: messengers keep what they have fetched."""
        slug = shown.petition.campaign.slug
        count = previews.rounded(shown.figures.count)
        return f"{self._public_url}/picture/{slug}.png?lang={language}&count={count}"
