"""The optional consents beside signing, and their entries in the ledger."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from campaign.petition import Petition, ShownWordings
from storage.consents import NewConsent
from storage.supporters import Supporter


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose beside signing; nothing is by itself (GDPR Art. 4(11), recital 32).

    Attributes:
        updates: to hear of this petition.
        other: to hear of other campaigns, for signatures that the version before has left waiting;
            it is asked after signing now.
    """

    updates: bool = False
    other: bool = False


def to_choices(choices: Choices, shown: ShownWordings) -> dict[str, object]:
    """What was chosen and which wordings were shown, JSON-safe."""
    return {**asdict(choices), "shown": shown.to_list()}


def from_choices(stored: Mapping[str, Any]) -> tuple[Choices, ShownWordings]:
    """What `to_choices` was called on."""
    return Choices(stored["updates"], stored["other"]), ShownWordings(*stored["shown"])


def given(
    petition: Petition, supporter: Supporter, choices: Choices, shown: ShownWordings, now: datetime
) -> list[NewConsent]:
    """The entries of the ledger for a signature: what was asked, and what was agreed to."""
    asked = [("sign", True, shown.sign)]
    if shown.updates is not None:
        asked.append(("updates", choices.updates, shown.updates))
    if shown.other is not None:
        asked.append(("other_campaigns", choices.other, shown.other))
    return [
        entry(petition, supporter, purpose, granted, wording_id, "button", now)
        for purpose, granted, wording_id in asked
    ]


def entry(
    petition: Petition,
    supporter: Supporter,
    purpose: str,
    granted: bool,
    wording_id: int | None,
    method: str,
    now: datetime,
) -> NewConsent:
    """One entry of the ledger; the wording is None where one is taken back."""
    return NewConsent(
        supporter_id=supporter.id,
        campaign_id=petition.id,
        purpose=purpose,
        granted=granted,
        wording_id=wording_id,
        method=method,
        at=now,
    )
