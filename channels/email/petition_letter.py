"""What every letter about a petition has alike: who writes, how to reach them, the way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from campaign.petition import Petition
from channels.email import message_ids, unsubscribe
from channels.email.letter import TEMPLATE, Button, Letter, Picture, write
from channels.email.mailbox_address import address_in, address_of
from channels.email.message_ids import SentLetter
from channels.email.unsubscribe import Unsubscribe
from handlers.services import Services

STOP_PAGE = "email/stop"


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter, ready for the transport."""

    to: str
    letter: EmailMessage


def petition_letter(
    services: Services,
    petition: Petition,
    language: str,
    *,
    address_id: int,
    subject: str,
    html: str,
    buttons: Sequence[Button],
    pictures: Sequence[Picture] = (),
    template: str = TEMPLATE,
    subscribed: bool = True,
) -> Letter:
    """
    Args:
        address_id: of the row of `addresses` that it goes to.
        template: says why people get it.
        subscribed: whether they get it because they asked for such letters, and so a mail program
            can end them.
    """
    what = unsubscribe.token(Unsubscribe(address_id, petition.id), services.letters_key)
    page = f"{services.public_url}/{STOP_PAGE}/{what}"
    view = petition.view(language)
    return Letter(
        subject=subject,
        html=html,
        petition=view.title,
        office=view.organiser,
        contact=view.contact,
        unsubscribe=page if subscribed else "",
        unsubscribe_page=page,
        list_id=f"{petition.campaign.slug}.{urlsplit(services.public_url).hostname or 'localhost'}",
        pictures=pictures,
        buttons=buttons,
        reply_to=address_in(view.contact),
        language=language,
        template=template,
    )


def addressed(
    services: Services, letter: Letter, *, sender: str, to: str, number: SentLetter
) -> Addressed:
    """The letter as the transport takes it.

    Args:
        sender: the address that it comes from.
        number: by which it is known if it comes back.
    """
    domain = address_of(sender).domain
    written = write(
        letter,
        services.renderer,
        sender=sender,
        to=to,
        message_id=message_ids.message_id(number, services.letters_key, domain),
        now=services.clock(),
    )
    return Addressed(to, written)


def by_whatsapp(services: Services, code: str, language: str) -> list[Button]:
    """The button that passes a link on by WhatsApp, with the words that its owner gives friends;
    none where there are no public pages."""
    url = services.counted_way(code, "whatsapp", language)
    return [Button(services.renderer.label("share_whatsapp", language), url)] if url else []
