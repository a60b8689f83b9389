"""The campaign's answer to somebody who has written by email, as a reply to that."""

import re
from email.message import EmailMessage

from campaign.petition import Petition
from channels.email.letter import ANSWER, Letter, write
from channels.email.mailbox_address import address_in, address_of
from channels.email.message_ids import SentAlone, message_id
from handlers.services import Services
from storage.inbox import Message
from storage.supporters import Supporter

WORDS = "inbox/emailed_answer"
_REPLY = re.compile(r"(?:(?:re|aw|antw|sv|vs|odp|r|atb)\s*:\s*)+", re.IGNORECASE)


def answer_letter(
    services: Services,
    petition: Petition,
    person: Supporter,
    answer: Message,
    asked: Message | None,
    *,
    sender: str,
) -> EmailMessage:
    """The letter, from the office by its name, whoever of the staff has written it.

    Args:
        asked: what it answers, of which it repeats the beginning; None if that is gone.
        sender: the address that it comes from.

    Raises:
        ValueError: an address is none.
    """
    email = answer.email or {}
    language = services.renderer.match(person.language, person.telegram_language)
    view = petition.view(language)
    subject = _REPLY.sub("", email.get("subject", ""), count=1).strip() or view.title
    words = {"answer": answer.words, "asked": asked.words if asked else ""}
    letter = Letter(
        subject=f"Re: {subject}",
        html=services.renderer.html(WORDS, language, **words),
        petition=view.title,
        office=view.organiser,
        contact=view.contact,
        unsubscribe="",
        unsubscribe_page="",
        list_id="",
        reply_to=address_in(view.contact),
        language=language,
        template=ANSWER,
        in_reply_to=email.get("message_id", ""),
    )
    number = SentAlone("answer", petition.id, person.id, answer.id)
    domain = address_of(sender).domain
    return write(
        letter,
        services.renderer,
        sender=sender,
        to=email.get("address", ""),
        message_id=message_id(number, services.letters_key, domain),
        now=services.clock(),
    )
