"""/s/<code>/<way>: counts that a way to pass the petition on was tapped, and leads there.

Where it leads is made here from the code, never taken from the request, so it leads nowhere else.
A number for each campaign and way is all that is kept. What says of itself that it is no person
(HEAD, a prefetch, the name of a crawler) is led on and not counted. A tap that is repeated is, and
so is a program that pretends.
"""

import asyncio
import re
from collections import Counter

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.share import Share
from campaign.petition import Petition
from channels.browser.language import chosen
from handlers.services import Services
from handlers.supporter.share_ways import BY_APP
from storage import share_ways
from storage.errors import StorageError
from storage.referral_links import Link

log = structlog.get_logger()

WRITTEN_EVERY_SECONDS = 1.0
KEPT_NOWHERE = {"Cache-Control": "no-store"}
SHEET = "sheet"
"""The system's own share sheet: a script opens it, and tells us here."""

NO_PEOPLE = re.compile(
    r"(?<!cu)bot|crawl|spider|preview|fetch|scan|monitor|curl|wget|python|externalhit|whatsapp/"
    r"|slack|embed|headless",
    re.IGNORECASE,
)
"""In the names of programs that look at a link by themselves. (A Cubot is a phone.)"""


class PassOn:
    """The ways, and the taps that are still to be written."""

    def __init__(self, share: Share, services: Services) -> None:
        self._share, self._taps, self._services = share, Taps(services), services

    async def lead(self, request: Request) -> Response:
        """302 to the way; a kind page for a link or a way that is not known."""
        code, way = request.path_params["code"], request.path_params["way"]
        found = await self._share.find(code)
        if found is None or way not in (*BY_APP, SHEET):
            return await self._share.nothing(request)
        shown, link = found
        petition, page = shown.petition, self._share.address(code)
        if not petition.is_open:
            return _redirect(page)
        languages = petition.definition.languages
        words = await self._words(petition, link, chosen(request, languages, languages[0]))
        if is_counted(request):
            self._taps.note(petition.id, way)
        if way == SHEET:
            return Response(status_code=204, headers=KEPT_NOWHERE)
        return _redirect(BY_APP[way](words, page))

    async def _words(self, petition: Petition, link: Link | None, language: str) -> str:
        """The sharer's own words; of those who have no link, what is asked for."""
        if link is None:
            return petition.texts(language).ask
        services = self._services
        return await services.share_texts.words_on_page(services.database, petition, link, language)


class Taps:
    """Taps that have not been written yet: whatever comes, once a second is enough."""

    def __init__(self, services: Services, *, every: float = WRITTEN_EVERY_SECONDS) -> None:
        self._services, self._every = services, every
        self._waiting: Counter[tuple[int, str]] = Counter()
        self._writer: asyncio.Task[None] | None = None

    def note(self, campaign_id: int, way: str) -> None:
        """Count a tap. Killed within the second, it is lost: it is a figure, no promise."""
        self._waiting[campaign_id, way] += 1
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._every)
            taken, self._waiting = self._waiting, Counter()
            try:
                async with self._services.database.transaction() as db:
                    await share_ways.add(db, taken, now=self._services.clock())
            except StorageError as away:
                log.warning("taps not written yet", reason=type(away).__name__)
                self._waiting.update(taken)


def is_counted(request: Request) -> bool:
    """Whether a request may be a person's, as far as it says so itself."""
    purpose = request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    name = request.headers.get("user-agent", "")
    ahead = "prefetch" in purpose.lower() or "preview" in purpose.lower()
    is_program = not name or NO_PEOPLE.search(name) is not None
    return request.method == "GET" and not ahead and not is_program


def _redirect(address: str) -> Response:
    return RedirectResponse(address, 302, headers=KEPT_NOWHERE)
