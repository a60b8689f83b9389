"""/email/stop/TOKEN: ends somebody's emails by one POST, without cookies (RFC 8058). Opening the
page ends nothing: mail filters open links."""

from starlette.requests import Request
from starlette.responses import Response

from campaign import email_updates
from campaign.petition import Petition
from channels.browser.language import chosen
from channels.email import unsubscribe
from channels.email.petition_letter import STOP_PAGE
from channels.email.unsubscribe import Unsubscribe
from handlers.services import Services
from storage import addresses, supporters

FORMS = f"/{STOP_PAGE}/"
"""What may be posted to begins with it."""

HTML = "text/html; charset=utf-8"
HEADERS = {"Cache-Control": "no-store"}
LONGEST_FORM = 16_384


class StopEmails:
    """The page that every letter leads to."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def page(self, request: Request) -> Response:
        """What can be ended, and a button for each."""
        what = self._what(request)
        if what is None:
            return self._written(request, None, "unknown", 404)
        found = await self._about(what)
        if found is None:
            return self._written(request, None, "gone", 200)
        petition, hears = found
        return self._written(request, petition, "ask" if hears else "ended", 200)

    async def end(self, request: Request) -> Response:
        """End them: of this petition, or all that we send. The second time says so again."""
        what = self._what(request)
        if what is None:
            return self._written(request, None, "unknown", 404)
        found = await self._about(what)
        if found is None:
            return self._written(request, None, "gone", 200)
        petition, _ = found
        everything = await _wants_everything(request)
        now = self._services.clock()
        async with self._services.database.transaction() as db:
            known = await email_updates.stop_at(
                db, what.address_id, petition.id, everything=everything, now=now
            )
        if not known:
            return self._written(request, None, "gone", 200)
        return self._written(request, petition, "all" if everything else "ended", 200)

    def _what(self, request: Request) -> Unsubscribe | None:
        return unsubscribe.read_token(request.path_params["token"], self._services.letters_key)

    async def _about(self, what: Unsubscribe) -> tuple[Petition, bool] | None:
        """Of which petition they are, and whether they still come; None once the address has been
        taken away, or the person erased."""
        petition = (await self._services.catalogue.by_id()).get(what.campaign_id)
        async with self._services.database.reading() as db:
            address = await addresses.by_id(db, what.address_id)
            person = await supporters.by_id(db, address.supporter_id) if address else None
            if person is None or petition is None:
                return None
            return petition, await email_updates.hears(db, petition, person)

    def _written(
        self, request: Request, petition: Petition | None, state: str, status: int
    ) -> Response:
        renderer = self._services.renderer
        codes = [one.code for one in renderer.languages]
        language = chosen(request, codes, codes[0])
        html = renderer.page(
            "web/stop_emails",
            language,
            state=state,
            title_of=petition.texts(language).title if petition else "",
            root="../../",
        )
        return Response(html, status, HEADERS, HTML)


async def _wants_everything(request: Request) -> bool:
    """Whether the second button was tapped. What mail programs post is not of our making, and
    whatever it is, it ends this petition's emails."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return False
    return body == b"all=1"
