"""Every message with the values that the handlers hand it: the other half of the templates."""

from tests.messages.catalogue.about import reading
from tests.messages.catalogue.after_signing import after_signing
from tests.messages.catalogue.content import content
from tests.messages.catalogue.desk import desk
from tests.messages.catalogue.handin import handing_in
from tests.messages.catalogue.inbox import inbox
from tests.messages.catalogue.labels import labels
from tests.messages.catalogue.names import TEXTS
from tests.messages.catalogue.new_campaign import new_campaign, proposals
from tests.messages.catalogue.pages import PAGES, emails, web
from tests.messages.catalogue.personal import personal
from tests.messages.catalogue.signing import signing
from tests.messages.catalogue.staff import staff
from tests.messages.catalogue.stats import stats
from tests.messages.catalogue.story import story
from tests.messages.catalogue.updates import updates
from tests.messages.catalogue.views import (
    Alternatives,
    CampaignView,
    Endorsement,
    Question,
    Say,
    campaigns,
    each,
)

__all__ = [
    "PAGES",
    "TEXTS",
    "Alternatives",
    "CampaignView",
    "Endorsement",
    "Question",
    "Say",
    "campaigns",
    "each",
    "emails",
    "html",
    "labels",
    "proposals",
    "web",
]

SUBJECTS = (
    after_signing,
    handing_in,
    inbox,
    personal,
    reading,
    signing,
    staff,
    stats,
    story,
    updates,
    content,
    desk,
    new_campaign,
)


def html(say: Say) -> dict[str, Alternatives]:
    """Give every HTML message's variables, each with the values worth trying."""
    return {name: values for subject in SUBJECTS for name, values in subject(say).items()}
