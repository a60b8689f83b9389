"""The words of an update, for whoever reads them: each in their language, with what is their own
filled in."""

from collections.abc import Mapping, Sequence, Set

from campaign.broadcasts.content import Content, Version
from campaign.petition import Petition
from handlers.services import Services
from messages.personal import PersonalText
from storage import campaigns, referral_links, signatures
from storage.campaigns import Totals
from storage.delivery_claims import Recipient

PERSONAL = frozenset({"first_name", "friends", "link"})
KEPT = 200


class BroadcastWords:
    """What every channel fills in alike."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._texts: dict[str, PersonalText] = {}

    async def petition(self, campaign_id: int) -> Petition:
        """The campaign of this number.

        Raises:
            LookupError: it is published no longer.
        """
        for petition in await self._services.catalogue.petitions():
            if petition.id == campaign_id:
                return petition
        raise LookupError(f"campaign {campaign_id} is not published")

    async def totals(self, petition: Petition, needed: set[str]) -> Totals | None:
        """Those of this moment, if they are needed."""
        if not needed & {"count", "goal", "progress"}:
            return None
        async with self._services.database.reading() as db:
            return await campaigns.totals(db, petition.id)

    def shared(
        self, petition: Petition, language: str, totals: Totals | None, needed: Set[str]
    ) -> dict[str, str]:
        """What everybody reads in a language: the figures are those of the moment of sending, and
        not of the moment when it was written."""
        view = petition.view(language, totals)
        values = {"title": view.title}
        if totals is not None:
            values |= {"count": f"{totals.total:,}", "goal": f"{view.goal:,}"}
        if "progress" in needed:
            spoken, figures = self._services.renderer.match(language), "broadcasts/figures"
            values["progress"] = self._services.renderer.line(figures, spoken, campaign=view)
        return values

    async def signed(
        self, petition: Petition, content: Content, recipients: Sequence[Recipient]
    ) -> Set[int]:
        """Who of them has signed already; not asked where no button says Sign."""
        if not any(button.kind == "sign" for button in content.buttons):
            return frozenset()
        async with self._services.database.reading() as db:
            return await signatures.signed_among(
                db, petition.id, [recipient.supporter_id for recipient in recipients]
            )

    async def own(
        self, petition: Petition, recipients: Sequence[Recipient]
    ) -> Mapping[int, tuple[str, int]]:
        """The code and the friends of each of them who has a link, by their numbers."""
        async with self._services.database.reading() as db:
            return await referral_links.of_many(
                db, petition.id, [recipient.supporter_id for recipient in recipients]
            )

    def personal(
        self, petition: Petition, recipient: Recipient, own: Mapping[int, tuple[str, int]]
    ) -> dict[str, str]:
        """What one of them alone reads; the link leads into Telegram."""
        code, friends = own.get(recipient.supporter_id, (petition.campaign.slug, 0))
        return {
            "first_name": recipient.first_name,
            "friends": f"{friends:,}",
            "link": self._services.link(code),
        }

    def text(self, version: Version) -> PersonalText:
        """The words of a version, read once for all who get it."""
        if version.html not in self._texts:
            if len(self._texts) >= KEPT:
                self._texts.clear()
            self._texts[version.html] = PersonalText(version.html)
        return self._texts[version.html]
