"""The public pages."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.caching import ANYWHERE, answered
from bot.web.embed import Embed, asset
from bot.web.flood_gate import FloodGate
from bot.web.numbers import Numbers
from bot.web.pass_on import PassOn
from bot.web.picture_cache import PictureCache
from bot.web.public_campaigns import PublicCampaigns
from bot.web.security_headers import SecurityHeaders
from bot.web.share import Share
from bot.web.stop_emails import FORMS as STOP_FORMS
from bot.web.stop_emails import StopEmails
from channels.browser.crowds import FLOODS_OF_ONE, LEAST_REQUESTS, Crowds
from channels.browser.pages import FORMS, Chat
from channels.floods import Floods
from handlers.services import Services
from storage.errors import DatabaseUnavailable

ASSETS = ("card.css", "page.css", "chat.css", "chat.js", "work.js")
ASSET_SECONDS = 3600


def public_app(
    services: Services,
    *,
    public_url: str,
    chat: bool = False,
    behind_proxy: bool = False,
    people_of_network: int = 400,
    framed_by: str = "",
) -> FloodGate:
    """Everything the world may ask for.

    Args:
        public_url: under which address the world finds it, without a slash at its end.
        chat: whether people can sign on the site itself.
        behind_proxy: whether every call comes through a web server of ours.
        people_of_network: how many of one network may begin in 100 seconds; 0 for any number. More
            than FLOODS_OF_ONE requests of each in 10 seconds, and than LEAST_REQUESTS, are a flood.
        framed_by: see SecurityHeaders.
    """
    public_campaigns = PublicCampaigns(services, signs_at=public_url if chat else "")
    picture_cache = PictureCache(services.renderer)
    embed = Embed(picture_cache, services.renderer)
    share = Share(
        public_campaigns, picture_cache, services.renderer, public_url=public_url, chat=chat
    )
    crowds = Crowds.of(services.monotonic, people_of_network, behind_proxy=behind_proxy)
    talking = Chat(services, crowds, public_url=public_url) if chat else None
    app = Starlette(
        routes=[
            *(talking.routes if talking else ()),
            *(_stop_emails(services) if services.emails_updates else ()),
            Route("/healthz", alive),
            Route("/favicon.ico", no_icon),
            Route("/assets/{name}", stylesheet),
            Route("/api/campaigns/{slug}.json", public_campaigns.only(Numbers().answer)),
            Route("/embed/{slug}.js", public_campaigns.only(embed.script)),
            Route("/embed/{slug}.html", public_campaigns.only(embed.card)),
            Route("/embed/{slug}.png", public_campaigns.only(embed.picture)),
            Route("/embed/{slug}.svg", public_campaigns.only(embed.drawing)),
            Route("/embed/{slug}", public_campaigns.only(embed.page)),
            Route("/picture/{slug}.png", public_campaigns.only(share.picture)),
            Route("/s/{code}", share.page),
            Route("/s/{code}/{way}", PassOn(share, services).lead),
            Route("/{path:path}", share.nothing),
        ],
        exception_handlers={DatabaseUnavailable: share.busy},
    )
    app.router.redirect_slashes = False
    forms = (*(FORMS if chat else ()), *((STOP_FORMS,) if services.emails_updates else ()))
    pages = SecurityHeaders(app, takes_forms=forms, framed_by=framed_by)
    most = people_of_network and max(people_of_network * FLOODS_OF_ONE, LEAST_REQUESTS)
    slow = _slow(services, public_url)
    return FloodGate(pages, Floods(services.monotonic, most, slow), behind_proxy=behind_proxy)


def _slow(services: Services, public_url: str) -> bytes:
    """What those read whose network floods us: written once, so in one language."""
    renderer = services.renderer
    first = renderer.languages[0].code
    words = {"why": "slow", "goes_on": False, "campaigns": [], "root": f"{public_url}/"}
    return renderer.page("web/chat_problem", first, **words).encode()


def _stop_emails(services: Services) -> list[Route]:
    page = StopEmails(services)
    path = f"{STOP_FORMS}{{token}}"
    return [Route(path, page.page, methods=["GET"]), Route(path, page.end, methods=["POST"])]


async def alive(request: Request) -> Response:
    """/healthz: the process lives; nothing is looked up."""
    return Response("ok\n", media_type="text/plain", headers={"Cache-Control": "no-store"})


async def no_icon(request: Request) -> Response:
    """Browsers ask for one; there is none."""
    return Response(status_code=204, headers={"Cache-Control": f"max-age={ASSET_SECONDS}"})


async def stylesheet(request: Request) -> Response:
    """A page's style."""
    name = request.path_params["name"]
    if name not in ASSETS:
        return Response(status_code=404)
    return answered(request, asset(name), seconds=ASSET_SECONDS, more=ANYWHERE)
