"""/email/stop/TOKEN: ends somebody's emails by one POST, without cookies (RFC 8058), or changes
what comes and when. Opening the page ends nothing: mail filters open links."""

from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from campaign import email_updates
from campaign.petition import Petition
from channels.browser.language import of_page
from channels.email import unsubscribe
from channels.email.petition_letter import STOP_PAGE
from channels.email.unsubscribe import Unsubscribe
from handlers.services import Services
from handlers.supporter.subscriptions_page import KINDS_TO_HEAR, QUIET_HOURS
from storage import addresses, subscriptions, supporters

FORMS = f"/{STOP_PAGE}/"
"""What may be posted to begins with it."""

HTML = "text/html; charset=utf-8"
HEADERS = {"Cache-Control": "no-store"}
LONGEST_FORM = 16_384
MOST_FIELDS = 30


@dataclass(frozen=True, slots=True)
class Heard:
    """How somebody stands with a petition whose emails go to them.

    Attributes:
        hears: whether they still come.
        muted: the kinds that do not.
        quiet_hours: their own; "" for the campaign's.
    """

    petition: Petition
    hears: bool
    muted: frozenset[str]
    quiet_hours: str


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
        return self._written(request, found, "ask" if found.hears else "ended", 200)

    async def end(self, request: Request) -> Response:
        """End them: of this petition, or all that we send; or change what comes. The second time
        says so again."""
        what = self._what(request)
        if what is None:
            return self._written(request, None, "unknown", 404)
        found = await self._about(what)
        if found is None:
            return self._written(request, None, "gone", 200)
        form = await _form(request)
        state = "chosen" if "choose" in form else "all" if form.get("all") == ["1"] else "ended"
        if not await self._do(what, found, form, state):
            return self._written(request, None, "gone", 200)
        if state == "chosen":
            found = await self._about(what) or found
        return self._written(request, found, state, 200)

    async def _do(
        self, what: Unsubscribe, found: Heard, form: dict[str, list[str]], state: str
    ) -> bool:
        now, petition = self._services.clock(), found.petition
        async with self._services.database.transaction() as db:
            if state != "chosen":
                return await email_updates.stop_at(
                    db, what.address_id, petition.id, everything=state == "all", now=now
                )
            wanted = {kind: kind in form.get("kind", []) for kind in KINDS_TO_HEAR}
            hours = next(iter(form.get("quiet", [])), "")
            hours = hours if hours in QUIET_HOURS else found.quiet_hours
            return await email_updates.choose_at(
                db, what.address_id, petition, wanted, quiet_hours=hours, now=now
            )

    def _what(self, request: Request) -> Unsubscribe | None:
        return unsubscribe.read_token(request.path_params["token"], self._services.letters_key)

    async def _about(self, what: Unsubscribe) -> Heard | None:
        """Of which petition they are, and whether they still come; None once the address has been
        taken away, or the person erased."""
        petition = (await self._services.catalogue.by_id()).get(what.campaign_id)
        async with self._services.database.reading() as db:
            address = await addresses.by_id(db, what.address_id)
            person = await supporters.by_id(db, address.supporter_id) if address else None
            if person is None or petition is None:
                return None
            return Heard(
                petition,
                hears=await email_updates.hears(db, petition, person),
                muted=frozenset(await subscriptions.muted(db, petition.id, person.id)),
                quiet_hours=await subscriptions.quiet_hours(db, person.id),
            )

    def _written(self, request: Request, found: Heard | None, state: str, status: int) -> Response:
        renderer = self._services.renderer
        language = of_page(request, renderer)
        html = renderer.page(
            "web/stop_emails",
            language,
            state=state,
            title_of=found.petition.texts(language).title if found else "",
            kinds={kind: kind not in found.muted for kind in KINDS_TO_HEAR} if found else {},
            hours={one: one == found.quiet_hours for one in QUIET_HOURS} if found else {},
            root="../../",
        )
        return Response(html, status, HEADERS, HTML)


async def _form(request: Request) -> dict[str, list[str]]:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return {}
    return read_form(bytes(body))


def read_form(body: bytes) -> dict[str, list[str]]:
    """What was posted, as far as it is a form of ours. What mail programs post is not of our
    making, and whatever it is, it ends this petition's emails."""
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
