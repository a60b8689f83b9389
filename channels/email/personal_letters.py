"""What one person alone gets by email: words of ours, and links for what is a button in a chat."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from campaign.personal_letters import Recipient
from channels.email.broadcast_letters import LetterComposer
from channels.email.letter import TEMPLATE, Button, Letter
from channels.email.message_ids import SentPersonal
from channels.email.petition_letter import (
    Addressed,
    addressed,
    by_whatsapp,
    petition_letter,
)
from handlers.services import Services
from storage.personal_letters import PersonalLetter

SERVICE = "email/service"
"""The frame of what people get without having subscribed to it."""
ASKS_FRIENDS = ("share", "thanks")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def write(
    services: Services, one: PersonalLetter, recipient: Recipient, letters: LetterComposer
) -> Addressed:
    """The letter, in the person's language.

    Raises:
        BadAddress: theirs is none.
    """
    person = recipient.supporter
    language = services.renderer.match(person.language, person.telegram_language)
    if recipient.draft is not None:
        letter = await letters.trial(recipient.draft, language, person.first_name)
    else:
        letter = _of_ours(services, one, recipient, language)
    to = recipient.address
    number = SentPersonal(_number(one), to.id, recipient.petition.id)
    return addressed(services, letter, sender=letters.sender, to=to.value, number=number)


def _number(one: PersonalLetter) -> int:
    """What no other letter has: its row's number is given again once the row is gone (SQLite, or a
    copied database), and mail programs show one letter of those that are named alike."""
    microseconds = (one.created_at - _EPOCH) // timedelta(microseconds=1)
    return microseconds * 1_000 + one.id % 1_000


def _of_ours(
    services: Services, one: PersonalLetter, recipient: Recipient, language: str
) -> Letter:
    petition = recipient.petition
    words = {
        "campaign": petition.view(language),
        "link": services.shared_link(recipient.code),
        **one.figures,
    }
    subject = services.renderer.text(f"email_subjects/{one.kind}", language, **words)
    return petition_letter(
        services,
        petition,
        language,
        address_id=recipient.address.id,
        subject=" ".join(subject.split()),
        html=services.renderer.html(f"personal_letters/{one.kind}", language, **words),
        buttons=_buttons(services, one, recipient, language),
        template=TEMPLATE if recipient.subscribed else SERVICE,
        subscribed=recipient.subscribed,
    )


def _buttons(
    services: Services, one: PersonalLetter, recipient: Recipient, language: str
) -> Sequence[Button]:
    if one.kind in ASKS_FRIENDS:
        return by_whatsapp(services, recipient.code, language)
    go_on = services.renderer.label("go_on", language)
    return [Button(go_on, services.shared_link(recipient.code))]
