"""Reasons why something about a signature cannot be done.

CampaignError
├── CampaignClosed   signing has ended, or has not begun
├── AlreadySigned    a live signature of this person is there
├── NotSigned        there is no live signature to change or withdraw
│   └── UnderReview  there is one, but staff have found it doubtful: it does not count now
├── Blocked          staff have blocked the account
├── WordingChanged   the text shown to the person is no longer the current one
├── BadSourceName    a source link cannot be called that
├── ChangedSince     somebody else has changed it since it was read
├── HandinPlanned    one hand-in is planned already
├── WorkerDied       what was to be read took too much (campaign/worker)
└── Settled          it has been held, decided, answered or called off already
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a worker that reads files has no need of the database
    from storage.signatures import Signature


class CampaignError(Exception):
    """A rule of the campaign stands in the way; nothing has been changed."""


class CampaignClosed(CampaignError):
    """The campaign takes no signatures now."""


class AlreadySigned(CampaignError):
    """The person has a live signature.

    Attributes:
        signature: the one that is there.
    """

    def __init__(self, signature: "Signature") -> None:
        super().__init__("already signed")
        self.signature = signature


class NotSigned(CampaignError):
    """The person has no live signature on this petition."""


class UnderReview(NotSigned):
    """The person has signed, and the signature does not count.

    Attributes:
        signature: the one that is there.
    """

    def __init__(self, signature: "Signature") -> None:
        super().__init__("under review")
        self.signature = signature


class Blocked(CampaignError):
    """The account cannot sign."""


class WordingChanged(CampaignError):
    """Consent was given to a wording that has been replaced: it has to be asked again."""


class BadSourceName(CampaignError):
    """A source link's name has nothing readable in it, or is too long."""


class ChangedSince(CampaignError):
    """Somebody else has changed it, or taken it out, since it was read."""


class HandinPlanned(CampaignError):
    """A campaign is handed in once at a time."""


class Settled(CampaignError):
    """A decision that is made or dropped, a question that is answered, a hand-in that has been."""
