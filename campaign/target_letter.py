"""A letter to the target: the campaign's arguments, and what its writer adds."""

from dataclasses import dataclass

from campaign import fields
from campaign.errors import CampaignError
from campaign.petition import Petition
from storage.signatures import Signature


class NoLetter(CampaignError):
    """The campaign has written none."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it can be copied.

    Attributes:
        to: the email address; None if the campaign names none.
        form: a web page on which it can be sent instead; None if there is none.
    """

    subject: str
    body: str
    to: str | None
    form: str | None


def write(petition: Petition, language: str, signature: Signature, words: str) -> Letter:
    """The whole letter, signed with name and postcode as they stand under the petition, or with the
    country of those who have no postcode.

    Args:
        words: the writer's own; "" if they add none.

    Raises:
        NoLetter: the campaign has written none.
    """
    texts = petition.texts(language).letter
    if texts is None:
        raise NoLetter
    where = signature.postcode
    if where is None and signature.country is not None:
        where = fields.country_name(signature.country, petition.language(language))
    name = "\n".join(part for part in (signature.full_name, where) if part)
    parts = (texts.opening, words, *texts.points, texts.closing, name)
    to = petition.definition.letter
    return Letter(texts.subject, "\n\n".join(part for part in parts if part), to.to, to.form)
