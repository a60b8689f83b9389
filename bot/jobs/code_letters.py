"""What codes are sent for: a signature that waits for one, or an address that somebody wants to be
written to at. Each says where its code goes, in which words, and what its person hears of it."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from telegram.ext import ExtBot

from bot.jobs.notifications import tell_elsewhere, tell_now
from campaign import own_email
from campaign.petition import Petition
from handlers.screens import Screen, Text
from handlers.services import Services
from handlers.supporter.own_email_page import BUTTONS
from handlers.supporter.signing import code_page
from storage import accounts, pending_addresses, pending_signatures, signatures, supporters
from storage.addresses import WEB
from storage.codes import Key
from storage.pending_addresses import PendingAddress
from storage.pending_signatures import Pending
from storage.supporters import Supporter

News = Literal["delayed", "refused", "reminder"]
"""What a person may hear of their code: templates in email_code/."""


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """To whom and where a code goes, in which template's words, and in which language."""

    supporter_id: int
    to: str
    template: str
    petition: Petition
    language: str


class CodeRequest(Protocol):
    """One code that is wanted.

    Attributes:
        waiting: as it was when it was found to be due.
        key, number: what it is for; see storage.codes.
        about: what its hash is bound to.
    """

    @property
    def waiting(self) -> Pending | PendingAddress: ...

    @property
    def key(self) -> Key: ...

    @property
    def number(self) -> int: ...

    @property
    def about(self) -> int | str: ...

    async def letter(self, services: Services) -> CodeLetter | None:
        """None if nobody needs it any more."""

    async def tell(self, services: Services, bot: ExtBot[Any], news: News) -> None:
        """Let the person hear what has become of it."""


@dataclass(frozen=True, slots=True)
class SignatureCode:
    """For a signature."""

    waiting: Pending

    @property
    def key(self) -> Key:
        return pending_signatures.KEY

    @property
    def number(self) -> int:
        return self.waiting.signature_id

    @property
    def about(self) -> int | str:
        return self.waiting.signature_id

    async def letter(self, services: Services) -> CodeLetter | None:
        found = await self._found(services)
        if found is None:
            return None
        petition, email, supporter = found
        return CodeLetter(
            supporter.id, email, "email/code", petition, _language(services, supporter)
        )

    async def tell(self, services: Services, bot: ExtBot[Any], news: News) -> None:
        found = await self._found(services)
        if found is None:
            return
        petition, email, supporter = found
        if not supporter.reachable and accounts.is_telegrams(supporter.telegram_id):
            return  # in a browser it stands in the chat when they come back
        language = _language(services, supporter)
        variables = {"campaign": petition.view(language), "email": email}
        screen = Screen(Text(f"email_code/{news}", variables), code_page.buttons(petition))
        await tell_now(services, bot, supporter.telegram_id, screen, language, about="code")

    async def _found(self, services: Services) -> tuple[Petition, str, Supporter] | None:
        """The petition comes from the catalogue, which takes a connection of its own: many who
        hold one and wait for another would wait for ever. After its close, no code counts."""
        petition = (await services.catalogue.by_id()).get(self.waiting.campaign_id)
        async with services.database.reading() as db:
            signature = await signatures.of(db, self.waiting.campaign_id, self.waiting.supporter_id)
            supporter = await supporters.by_id(db, self.waiting.supporter_id)
        if petition is None or not petition.is_open or signature is None or supporter is None:
            return None
        return petition, signature.email or "", supporter


@dataclass(frozen=True, slots=True)
class AddressCode:
    """For an email address."""

    waiting: PendingAddress

    @property
    def key(self) -> Key:
        return pending_addresses.KEY

    @property
    def number(self) -> int:
        return self.waiting.supporter_id

    @property
    def about(self) -> int | str:
        return own_email.about(self.waiting.email)

    async def letter(self, services: Services) -> CodeLetter | None:
        petitions = await services.catalogue.petitions()
        supporter = await self._supporter(services)
        if supporter is None or not petitions:
            return None
        spoken_of = [one for one in petitions if one.id == self.waiting.campaign_id]
        petition = (spoken_of or list(petitions))[-1]
        language = _language(services, supporter)
        return CodeLetter(
            supporter.id, self.waiting.email, "email/address_code", petition, language
        )

    async def tell(self, services: Services, bot: ExtBot[Any], news: News) -> None:
        supporter = await self._supporter(services)
        if supporter is None:
            return
        language = _language(services, supporter)
        variables = {"campaign": None, "email": self.waiting.email}
        screen = Screen(Text(f"email_code/{news}", variables), BUTTONS)
        account = supporter.telegram_id
        if self.waiting.asked_in == WEB:
            await tell_elsewhere(services, account, screen, language)
        else:
            await tell_now(services, bot, account, screen, language, about="code")

    async def _supporter(self, services: Services) -> Supporter | None:
        async with services.database.reading() as db:
            return await supporters.by_id(db, self.waiting.supporter_id)


def _language(services: Services, supporter: Supporter) -> str:
    return services.renderer.match(supporter.language, supporter.telegram_language)
