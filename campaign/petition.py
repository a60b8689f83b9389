"""A campaign as the conversations see it: its definition, its wordings, and what to show of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaign.deadline import Closing, closing
from campaign.definition.model import Definition
from campaign.definition.texts import Claim, Endorsement, Question, Texts
from campaign.goals import goal_of, next_step
from storage.campaigns import Campaign, Totals
from storage.wordings import Wording

PETITION = "petition"
CONSENT_SIGN = "consent:sign"
CONSENT_UPDATES = "consent:updates"
CONSENT_EMAIL = "consent:updates_email"
CONSENT_OTHER = "consent:other_campaigns"


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign in one language, ready for a template.

    Attributes:
        recipient: whom it is for, in few words, for use within a sentence.
        closing: when signing ends; None if that is not known.
        goal, step: what it aims for, and the next number on the way there, for this total.
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
    closing: Closing | None
    goal: int
    step: int
    total: int | None
    offline: int | None

    @property
    def backers(self) -> tuple[str, ...]:
        """Everybody who is named as a supporter: organisations first, nobody twice."""
        return tuple(dict.fromkeys([*self.organisations, *(one.who for one in self.endorsements)]))


@dataclass(frozen=True, slots=True)
class ShownWordings:
    """The exact wordings a person has in front of them when asked to consent (ids of wordings).

    Attributes:
        updates: None where updates are not asked about, as in a channel that cannot bring them.
        other: None where other campaigns are not asked about, as on the screen that signs.
    """

    petition: int
    sign: int
    updates: int | None
    other: int | None

    @property
    def to_sign(self) -> "ShownWordings":
        """Those on the screen that signs; other campaigns are asked about later."""
        return replace(self, other=None)

    @property
    def to_sign_alone(self) -> "ShownWordings":
        """Those on the screen that signs where nobody can be written to afterwards."""
        return replace(self, updates=None, other=None)

    def to_list(self) -> list[int | None]:
        """JSON-safe; what it takes to make one."""
        return [self.petition, self.sign, self.updates, self.other]


@dataclass(frozen=True, slots=True)
class Petition:
    """A published campaign with its current wordings.

    Attributes:
        today: on its clocks, when it was looked at; None where that does not matter.
    """

    campaign: Campaign
    definition: Definition
    wordings: Mapping[tuple[str, str], Wording]
    today: date | None = None

    @property
    def id(self) -> int:
        return self.campaign.id

    @property
    def is_open(self) -> bool:
        return self.campaign.status == "open"

    @property
    def picture_key(self) -> str:
        """Another one for each version of the campaign, and so of its picture."""
        return f"{self.campaign.slug}:{self.campaign.version}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.definition.timezone)

    @property
    def closing(self) -> Closing | None:
        """When signing ends, or has ended, if the campaign says so."""
        written = self.definition.closes_at
        if written is None:
            return None
        return closing(written, self.definition.timezone, self.today)

    def as_of(self, now: datetime) -> "Petition":
        """The campaign at a moment (UTC): closed once its end has come, whether that has been kept
        yet or not, and knowing what day it is."""
        ends = self.closing
        if ends is None:
            return self
        campaign = self.campaign
        if campaign.status == "open" and ends.at <= now:
            campaign = replace(campaign, status="closed", closed_at=ends.at)
        return replace(self, campaign=campaign, today=now.astimezone(self.zone).date())

    def is_open_at(self, moment: datetime) -> bool:
        """Whether what is done at this moment (UTC) counts."""
        ends = self.closing
        return self.is_open and (ends is None or moment < ends.at)

    def was_open_at(self, moment: datetime) -> bool:
        """The same of what Telegram says was done at this moment (UTC): signing may have ended
        since, by itself."""
        ends = self.closing
        if ends is None or self.is_open:
            return self.is_open_at(moment)
        return self.campaign.closed_at == ends.at and moment < ends.at

    def ended_since(self, moment: datetime | None, now: datetime) -> datetime | None:
        """The moment (UTC), if signing was open then and has ended by itself since; else None."""
        ends = self.closing
        if moment is None or ends is None or not moment < ends.at <= now:
            return None
        return moment if self.was_open_at(moment) else None

    def goal(self, total: int) -> int:
        """What it aims for with this total: it moves up before it is reached, and is what staff
        have set again once signing has ended."""
        if not self.is_open:
            return self.definition.goal
        return goal_of(self.definition, max(total, self.campaign.milestone_at))

    def is_of_office(self, other: "Petition") -> bool:
        """Whether the same organisations answer for people's data as in another campaign."""
        return sorted(self.definition.controllers) == sorted(other.definition.controllers)

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
        total = totals.total if totals else 0
        goal = self.goal(total)
        return CampaignView(
            slug=self.campaign.slug,
            title=texts.title,
            ask=texts.ask,
            target=texts.target,
            recipient=texts.target_short or texts.target,
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
            closed_on=self._closed_on(),
            closing=self.closing,
            goal=goal,
            step=next_step(self.definition, total, goal) if self.is_open else goal,
            total=totals.total if totals else None,
            offline=totals.offline if totals else None,
        )

    def _closed_on(self) -> date | None:
        """The day of the close; midnight belongs to the day that it ends."""
        closed_at, ends = self.campaign.closed_at, self.closing
        if ends is not None and closed_at == ends.at:
            return ends.day
        return closed_at.astimezone(self.zone).date() if closed_at else None
