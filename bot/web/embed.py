"""/embed/<slug>: the counter that other websites show."""

import json
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from bot.web.caching import ANYWHERE, Content, answered
from bot.web.picture_cache import PictureCache
from bot.web.public_campaigns import PublicCampaign
from bot.web.security_headers import POLICY
from channels.browser.language import chosen
from messages import Renderer

FRESH_SECONDS = 10
SCRIPT_SECONDS = 3600
TELEGRAM = "telegram"
"""The `target` of counters whose button opens the bot although people can sign on the site."""

FRAMED = {
    "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Language",
}
SPOKEN = {**ANYWHERE, "Vary": "Accept-Language"}
STYLED = {**SPOKEN, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class Embed:
    """The counter as script, as part of a page, as a page, and as a picture."""

    def __init__(self, picture_cache: PictureCache, renderer: Renderer) -> None:
        self._picture_cache = picture_cache
        self._renderer = renderer

    async def script(self, request: Request, shown: PublicCampaign) -> Response:
        """What a website's script tag loads; it asks for the card by itself."""
        return answered(request, script(), seconds=SCRIPT_SECONDS, more=ANYWHERE)

    async def card(self, request: Request, shown: PublicCampaign) -> Response:
        """The counter itself, in words and numbers of this moment."""
        html = self._page("web/card", request, shown)
        return answered(request, html, seconds=FRESH_SECONDS, more=SPOKEN)

    async def page(self, request: Request, shown: PublicCampaign) -> Response:
        """The counter as a page, for a frame and for browsers without scripts."""
        html = self._page("web/counter", request, shown)
        return answered(request, html, seconds=FRESH_SECONDS, more=FRAMED)

    async def picture(self, request: Request, shown: PublicCampaign) -> Response:
        """The counter as PNG."""
        content = await self._picture_cache.counter(shown, _language(request, shown))
        return answered(request, content, seconds=FRESH_SECONDS, more=SPOKEN)

    async def drawing(self, request: Request, shown: PublicCampaign) -> Response:
        """The counter as SVG."""
        content = await self._picture_cache.counter_svg(shown, _language(request, shown))
        return answered(request, content, seconds=FRESH_SECONDS, more=STYLED)

    def _page(self, template: str, request: Request, shown: PublicCampaign) -> Content:
        language = _language(request, shown)
        in_telegram = not shown.site_url or request.query_params.get("target") == TELEGRAM
        html = self._renderer.page(
            template,
            language,
            campaign=shown.view(language),
            sign_url=shown.telegram_url if in_telegram else f"{shown.site_url}?lang={language}",
            in_telegram=in_telegram,
            slug=shown.petition.campaign.slug,
            root="../",
        )
        return Content(html.encode(), "text/html; charset=utf-8")


@cache
def script() -> Content:
    """The counter's script with its style in it."""
    style, words = asset("card.css").body.decode(), asset("counter.js").body.decode()
    body = words.replace('"__STYLE__"', json.dumps(style))
    return Content(body.encode(), "text/javascript; charset=utf-8")


@cache
def asset(name: str) -> Content:
    """A file of assets/.

    Raises:
        FileNotFoundError: there is none of this name.
    """
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    body = files("bot.web").joinpath("assets", name).read_bytes()
    return Content(body, f"{kind}; charset=utf-8")


def _language(request: Request, shown: PublicCampaign) -> str:
    languages = shown.petition.definition.languages
    return chosen(request, languages, languages[0])
