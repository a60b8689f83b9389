"""The campaign as its office defines it in a TOML file. See docs/campaign-file.md."""

import base64
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt

from campaign import deadline
from campaign.broadcasts.quiet_hours import parse_hours
from campaign.definition.next_steps import AfterSigning
from campaign.definition.problems import (
    refusal,
)
from campaign.definition.text_rules import one_line, without_hidden
from campaign.definition.texts import Part, Texts

FieldKind = Literal["name", "postcode", "email", "phone", "country", "comment"]
Identity = Literal["account", "contact", "email"]
Status = Literal["draft", "open", "closed"]
Signers = Literal["uk", "anywhere"]
UpdateKind = Literal[
    "news", "milestone", "endorsement", "media", "event", "decision", "thanks", "campaign"
]


Milestone = Annotated[StrictInt, Field(ge=1, le=100_000_000)]


class AskedField(Part):
    """One thing a signer is asked."""

    kind: FieldKind = Field(
        description=f"what is asked: {', '.join(get_args(FieldKind))}", examples=["postcode"]
    )
    required: StrictBool = Field(
        default=True,
        description="whether one cannot sign without it, true or false",
        examples=[True],
    )


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise refusal(
            f'is "{name}", which is no time zone', 'write one such as "Europe/London" or "UTC"'
        ) from None
    return name


def _known_languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    for language in languages:
        try:
            known = str(Locale.parse(language, sep="-")).replace("_", "-") == language
        except (UnknownLocaleError, ValueError):
            known = False
        if not known:
            raise refusal(
                f'has "{language}" in it, which is no language', 'write codes: "en", "cy"'
            )
    if len(set(languages)) < len(languages):
        raise refusal("names a language twice", "name each once, the first one first")
    return languages


def _name_and_no_repeats(fields: tuple[AskedField, ...]) -> tuple[AskedField, ...]:
    if not any(asked.kind == "name" and asked.required for asked in fields):
        raise refusal(
            "does not require the name, and a signature is a name",
            'add { kind = "name", required = true }',
        )
    if len({asked.kind for asked in fields}) < len(fields):
        raise refusal("asks for something twice", "ask for each kind once")
    return fields


def _rising(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if list(numbers) != sorted(set(numbers)):
        raise refusal("does not rise", "write the numbers lowest first, each once")
    return numbers


def _two_times_or_none(hours: str) -> str:
    if hours:
        try:
            parse_hours(hours)
        except ValueError:
            raise refusal(
                f'is "{hours}", which is not two times of day',
                'write the first and the last, such as "21:00-08:00", or "" for none',
            ) from None
    return hours


class Definition(AfterSigning, Part):
    """A campaign: who asks what of whom, what a signer is asked, and every word of it.

    Attributes:
        picture: PNG or JPEG.
        text: by language; has each of `languages`.
    """

    slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")] = Field(
        description="a short name for links: small letters a to z, digits and hyphens, 32 at most",
        examples=["keep-the-unit"],
    )
    status: Status = Field(
        default="draft", description="one of draft, open and closed", examples=["open"]
    )
    goal: StrictInt = Field(
        ge=1,
        le=100_000_000,
        description="how many signatures you hope for, a whole number from 1",
        examples=[2000],
    )
    raises_goal: StrictBool = Field(
        default=True,
        description="whether the goal moves up when nine tenths of it are reached, true or false",
        examples=[True],
    )
    milestones: Annotated[tuple[Milestone, ...], AfterValidator(_rising)] | None = Field(
        default=None,
        max_length=50,
        description="numbers of signatures to tell people of, lowest first; left out: 100, 250, "
        "500, 1,000 and so on",
        examples=[[1000, 1300]],
    )
    milestones_send: StrictBool = Field(
        default=False,
        description="whether the update about a milestone goes by itself after half an hour",
        examples=[False],
    )
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="Europe/London",
        description="the time zone in which dates are shown",
        examples=["Europe/London"],
    )
    closes_at: Annotated[str, BeforeValidator(deadline.from_file)] | None = Field(
        default=None,
        description="the day and time when signing ends, on the clocks of the time zone; 24:00 is "
        "the midnight at the end of that day",
        examples=["2026-11-30 24:00"],
    )
    quiet_hours: Annotated[str, AfterValidator(_two_times_or_none)] = Field(
        default="21:00-08:00",
        description="when no updates are sent, on the clocks of the time zone",
        examples=["21:00-08:00"],
    )
    most_a_day: StrictInt = Field(
        default=3,
        ge=0,
        le=100,
        description="how many updates one person gets in a day at most, 0 for any number",
        examples=[3],
    )
    approval_above: StrictInt = Field(
        default=0,
        ge=0,
        le=100_000_000,
        description="above how many people somebody else has to agree to an update, 0 for never",
        examples=[500],
    )
    resend_unknown: tuple[UpdateKind, ...] = Field(
        default=("decision",),
        max_length=50,
        description="kinds of updates that are sent again to somebody when it is not known whether "
        f"they arrived: {', '.join(get_args(UpdateKind))}",
        examples=[["decision"]],
    )
    languages: Annotated[tuple[str, ...], AfterValidator(_known_languages)] = Field(
        min_length=1,
        max_length=20,
        description='a list of language codes, the first one first: languages = ["en", "cy"]',
    )
    keep_months: StrictInt = Field(
        default=6,
        ge=1,
        le=120,
        description="months after the close until people's data is removed, 1 to 120",
        examples=[6],
    )
    keep_count_after_erasure: bool = Field(
        default=False,
        strict=True,
        description="whether the total keeps counting those who have themselves erased",
        examples=[False],
    )
    fields: Annotated[tuple[AskedField, ...], AfterValidator(_name_and_no_repeats)] = Field(
        default=(AskedField(kind="name"), AskedField(kind="postcode")),
        description='a list of what is asked: fields = [{ kind = "name" }, { kind = "postcode" }]',
    )
    signers: Signers | None = Field(
        default=None,
        description='who may sign: "uk", for people who live there, or "anywhere"; left out, it is '
        "uk where a postcode is asked and no country",
        examples=["anywhere"],
    )
    identity: Identity = Field(
        default="account",
        description="how sure it has to be whose a signature is: account, contact or email",
        examples=["account"],
    )
    organiser: Annotated[str, one_line(120)] = Field(
        description="who runs the campaign", examples=["Keep the Unit"]
    )
    organisations: tuple[Annotated[str, one_line(80)], ...] = Field(
        default=(),
        max_length=12,
        description="a list of organisations that stand behind the campaign together, up to 12",
        examples=[["Keep the Unit", "Anti-Slavery International"]],
    )
    controllers: tuple[Annotated[str, one_line(120)], ...] = Field(
        min_length=1,
        max_length=6,
        description="a list of those answerable for people's data (GDPR Art. 4(7)), 1 to 6",
    )
    contact: Annotated[str, one_line(200)] = Field(
        description="where people can reach you about their data",
        examples=["privacy@example.org"],
    )
    picture: bytes | None = Field(
        default=None, strict=True, description="a PNG or JPEG file's name"
    )
    text: dict[str, Texts] = Field(
        description='a table for each language, such as: [text.en] with title = "…"'
    )

    @property
    def identifying(self) -> FieldKind | None:
        """The field that says whose a signature is, beside the account; None if none does."""
        kinds: dict[str, FieldKind] = {"contact": "phone", "email": "email"}
        return kinds.get(self.identity)

    @property
    def from_anywhere(self) -> bool:
        """Whether people may sign who live outside the United Kingdom."""
        if self.signers is not None:
            return self.signers == "anywhere"
        asked = {one.kind for one in self.fields}
        return "country" in asked or "postcode" not in asked

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, with the picture in base64 as `picture_data`, so that every process has it."""
        picture = base64.b64encode(self.picture).decode("ascii") if self.picture else None
        return {**self.model_dump(mode="json", exclude={"picture"}), "picture_data": picture}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The definition that `to_dict` was called on.

        Raises:
            pydantic.ValidationError: the mapping is not one that `to_dict` gave.
        """
        data = {
            key: without_hidden(value) for key, value in stored.items() if key != "picture_data"
        }
        encoded = stored.get("picture_data")
        return cls.model_validate({**data, "picture": encoded and base64.b64decode(encoded)})
