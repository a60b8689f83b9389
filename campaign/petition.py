"""A campaign as the conversations see it: its definition, its wordings, and what to show of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from campaign.definition.model import Claim, Definition, Endorsement, Question, Texts
from campaign.goals import goal_of
from storage.campaigns import Campaign, Totals
from storage.wordings import Wording

PETITION = "petition"
CONSENT_SIGN = "consent:sign"
CONSENT_UPDATES = "consent:updates"
CONSENT_OTHER = "consent:other_campaigns"


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign in one language, ready for a template.

    Attributes:
        total, offline: how many have signed, in all and on paper; None where it is not shown.
    """

    slug: str
    title: str
    ask: str
    target: str
    recipient: str
    organiser: str
    controllers: tuple[str, ...]
    contact: str
    summary: str
    statement: str
    reasons: tuple[str, ...]
    questions: tuple[Question, ...]
    endorsements: tuple[Endorsement, ...]
    organisations: tuple[str, ...]
    opponents: tuple[Claim, ...]
    about: str | None
    privacy_notice: str
    keep_months: int
    status: str
    outcome: str | None
    closed_on: date | None
    goal: int
    total: int | None
    offline: int | None


@dataclass(frozen=True, slots=True)
class ShownWordings:
    """The exact wordings a person has in front of them when asked to consent (ids of wordings)."""

    petition: int
    sign: int
    updates: int
    other: int | None


@dataclass(frozen=True, slots=True)
class Petition:
    """A published campaign with its current wordings."""

    campaign: Campaign
    definition: Definition
    wordings: Mapping[tuple[str, str], Wording]

    @property
    def id(self) -> int:
        return self.campaign.id

    @property
    def is_open(self) -> bool:
        return self.campaign.status == "open"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.definition.timezone)

    @property
    def goal(self) -> int:
        """What it aims for now; it may have moved up."""
        return goal_of(self.definition, self.campaign.milestone_at)

    def language(self, wanted: str) -> str:
        """The language to speak about this campaign: the wanted one, else the campaign's first."""
        return wanted if wanted in self.definition.text else self.definition.languages[0]

    def texts(self, language: str) -> Texts:
        return self.definition.text[self.language(language)]

    def wording(self, kind: str, language: str) -> Wording | None:
        """The current wording of a kind in the person's language; None if it is not asked."""
        return self.wordings.get((kind, self.language(language)))

    def shown(self, language: str) -> ShownWordings:
        """Which wordings a person of this language is shown now."""
        language = self.language(language)
        other = self.wordings.get((CONSENT_OTHER, language))
        return ShownWordings(
            petition=self.wordings[PETITION, language].id,
            sign=self.wordings[CONSENT_SIGN, language].id,
            updates=self.wordings[CONSENT_UPDATES, language].id,
            other=other.id if other else None,
        )

    def view(self, language: str, totals: Totals | None = None) -> CampaignView:
        """What templates show of the campaign; the total of this moment where it is shown."""
        texts = self.texts(language)
        closed_at = self.campaign.closed_at
        return CampaignView(
            slug=self.campaign.slug,
            title=texts.title,
            ask=texts.ask,
            target=texts.target,
            recipient=texts.target,
            organiser=self.definition.organiser,
            controllers=tuple(self.definition.controllers),
            contact=self.definition.contact,
            summary=texts.summary,
            statement=texts.statement,
            reasons=tuple(texts.reasons),
            questions=tuple(texts.questions),
            endorsements=texts.endorsements,
            organisations=self.definition.organisations,
            opponents=texts.opponents,
            about=texts.about,
            privacy_notice=texts.privacy_notice,
            keep_months=self.definition.keep_months,
            status=self.campaign.status,
            outcome=texts.outcome,
            closed_on=closed_at.astimezone(self.zone).date() if closed_at else None,
            goal=self.goal,
            total=totals.total if totals else None,
            offline=totals.offline if totals else None,
        )
