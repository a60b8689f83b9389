"""Broadcasts as letters: the same words as in the chat, links for buttons, a way out at the end."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import structlog
from markupsafe import Markup

from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.delivery.messenger import Unreachable
from campaign.petition import Petition
from channels.email.letter import Button, Letter, Picture, plain
from channels.email.message_ids import Sent
from channels.email.petition_letter import (
    Addressed,
    addressed,
    by_whatsapp,
    petition_letter,
)
from channels.email.transport import MailTransport
from handlers.broadcast_words import BroadcastWords
from handlers.channel import EmailForm
from handlers.services import Services
from storage.broadcasts import Broadcast
from storage.campaigns import Totals
from storage.delivery_claims import Recipient

log = structlog.get_logger()

PICTURES_KEPT = 8
SUBJECT = "email/update_subject"
TRIAL = "email_subjects/trial"
CORRECT = "correct"

Fetch = Callable[[str], Awaitable[bytes]]
"""Gives the file that staff sent, by its id in their app."""


@dataclass(frozen=True, slots=True)
class _Edition:
    """What the letters of a page of readers have alike.

    Attributes:
        shared: what all of a language read, once somebody does.
    """

    broadcast: Broadcast
    petition: Petition
    content: Content
    needed: set[str]
    totals: Totals | None
    own: Mapping[int, tuple[str, int]]
    signed: Set[int]
    shared: dict[str, dict[str, str]] = field(default_factory=dict)


class LetterComposer:
    """Writes the letters of broadcasts; see campaign.delivery.messenger.Composer."""

    def __init__(self, services: Services, *, sender: str, fetch: Fetch) -> None:
        """
        Args:
            sender: the address that they come from.
        """
        self.sender = sender
        self._services = services
        self._fetch = fetch
        self._words = BroadcastWords(services)
        self._pictures: OrderedDict[str, Picture] = OrderedDict()

    async def write(
        self, broadcast: Broadcast, recipients: Sequence[Recipient]
    ) -> Sequence[Addressed | None]:
        """One letter for each; None for who has no address any more. Of a broadcast that corrects
        another, a letter that says so: what has arrived cannot be changed.

        Raises:
            LookupError: its campaign is published no longer.
        """
        edition = await self._edition(broadcast, recipients)
        letters: list[Addressed | None] = []
        for recipient in recipients:
            if recipient.email is None or recipient.address_id is None:
                letters.append(None)
                continue
            letter = addressed(
                self._services,
                await self._letter(edition, recipient),
                sender=self.sender,
                to=recipient.email,
                number=Sent(broadcast.id, recipient.supporter_id, recipient.address_id),
            )
            letters.append(letter)
            await asyncio.sleep(0)  # a letter takes milliseconds; nobody waits for all of them
        return letters

    async def preview(self, broadcast: Broadcast, language: str, first_name: str) -> EmailForm:
        """What somebody of this language would get. See handlers.channel.Letters."""
        reader = _reader(language, first_name)
        edition = await self._edition(broadcast, [reader])
        letter = await self._letter(edition, reader, with_pictures=False)
        media = edition.content.version_for(language).media
        photos = sum(one.kind == "photo" for one in media)
        return EmailForm(
            subject=letter.subject,
            office=letter.office,
            text=plain(letter, self._services.renderer),
            photos=photos,
            left_out=len(media) - photos,
        )

    async def trial(self, broadcast: Broadcast, language: str, first_name: str) -> Letter:
        """A test for one of the staff: what others would get, but that ends nobody's emails."""
        reader = _reader(language, first_name)
        letter = await self._letter(await self._edition(broadcast, [reader]), reader)
        subject = self._services.renderer.text(TRIAL, letter.language, subject=letter.subject)
        return replace(letter, subject=" ".join(subject.split()), unsubscribe="")

    async def _edition(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> "_Edition":
        petition = await self._words.petition(broadcast.campaign_id)
        content = Content.from_dict(broadcast.content)
        needed = {
            name for one in content.versions.values() for name in self._words.text(one).variables
        }
        shares = needed & {"friends", "link"} or content.buttons
        return _Edition(
            broadcast=broadcast,
            petition=petition,
            content=content,
            needed=needed,
            totals=await self._words.totals(petition, needed),
            own=await self._words.own(petition, recipients) if shares else {},
            signed=await self._words.signed(petition, content, recipients),
        )

    async def _letter(
        self, edition: "_Edition", recipient: Recipient, *, with_pictures: bool = True
    ) -> Letter:
        petition, content, services = edition.petition, edition.content, self._services
        language = services.renderer.match(recipient.language, recipient.telegram_language)
        version = content.version_for(language)
        if language not in edition.shared:
            edition.shared[language] = self._words.shared(
                petition, language, edition.totals, edition.needed
            )
        code = edition.own.get(recipient.supporter_id, (petition.campaign.slug, 0))[0]
        values = {
            **edition.shared[language],
            **self._words.personal(petition, recipient, edition.own),
            "link": services.shared_link(code),
        }
        text = self._words.text(version)
        html = text.render(**{name: values[name] for name in text.variables})
        return petition_letter(
            services,
            petition,
            language,
            address_id=recipient.address_id or 0,
            subject=self._subject(edition.broadcast, petition, language, html),
            html=html,
            pictures=await self._pictures_of(version) if with_pictures else (),
            buttons=self._buttons(content, petition, recipient, language, edition.signed, code),
        )

    def _subject(self, broadcast: Broadcast, petition: Petition, language: str, html: str) -> str:
        """The first line of the words, or the petition's title."""
        lines = (Markup(line).striptags() for line in html.splitlines())  # noqa: S704 - escaped
        first = next((line for line in lines if line), "")
        subject = self._services.renderer.text(
            SUBJECT,
            language,
            begins=first or petition.texts(language).title,
            corrects=broadcast.act == CORRECT,
        )
        return " ".join(subject.split())

    def _buttons(
        self,
        content: Content,
        petition: Petition,
        recipient: Recipient,
        language: str,
        signed: Set[int],
        code: str,
    ) -> list[Button]:
        """Links for buttons. To share takes more than a link, so it is WhatsApp's, too: the way
        that most people take."""
        made = []
        for one in content.buttons:
            url = self._address(one, petition, code)
            has_signed = one.kind == "sign" and recipient.supporter_id in signed
            if url is None or has_signed:
                continue
            label = one.label
            if one.named or one.kind != "link":
                label = self._services.renderer.label(one.named or one.kind, language)
            if one.kind == "share":
                made += by_whatsapp(self._services, code, language)
            made.append(Button(label, url))
        return made

    def _address(self, button: LinkButton, petition: Petition, code: str) -> str | None:
        """Where a button leads; None where it would lead nowhere any more."""
        if button.url:
            return button.url
        if not petition.is_open:
            return None
        return self._services.shared_link(petition.campaign.slug if button.kind == "sign" else code)

    async def _pictures_of(self, version: Version) -> list[Picture]:
        found = [await self._picture(one.file_id) for one in version.media if one.kind == "photo"]
        return [one for one in found if one is not None]

    async def _picture(self, file_id: str) -> Picture | None:
        """Fetched once for all who get it; a letter without it is better than none."""
        if file_id in self._pictures:
            return self._pictures[file_id]
        try:
            content = await self._fetch(file_id)
            kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
            picture = Picture(content, kind)
        except Exception:
            log.exception("picture not fetched for letters")
            return None
        self._pictures[file_id] = picture
        if len(self._pictures) > PICTURES_KEPT:
            self._pictures.popitem(last=False)
        return picture


def _reader(language: str, first_name: str) -> Recipient:
    """Nobody yet: a reader as they will be."""
    return Recipient(
        supporter_id=0,
        telegram_id=0,
        first_name=first_name,
        language=language,
        telegram_language=None,
        tries=0,
        wants=True,
    )


class MailMessenger:
    """Sends letters; see campaign.delivery.messenger.Messenger."""

    def __init__(self, transport: MailTransport) -> None:
        self._transport = transport

    @property
    def rate(self) -> float:
        """Letters a second."""
        return self._transport.rate

    async def send(self, recipient: Recipient, message: Addressed | None) -> Sequence[int]:
        """Hand the letter over; mail servers give no numbers, so what is kept is to which of the
        person's addresses it went.

        Raises:
            DeliveryFault: by what is known of whether it was taken.
        """
        if message is None:
            raise Unreachable
        await self._transport.send(message.to, message.letter)
        return [] if recipient.address_id is None else [recipient.address_id]
