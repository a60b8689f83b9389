"""What a campaign is, as its office writes it in a TOML file. See docs/campaign-file.md."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, ValidationError

from campaign import deadline
from campaign.broadcasts.quiet_hours import parse_hours
from campaign.definition.next_steps import AfterSigning, letter_findings
from campaign.definition.picture import read_picture
from campaign.definition.problems import (
    MOST_EXPLAINED,
    DefinitionError,
    Finding,
    Problem,
    explain,
    key_of,
    refusal,
)
from campaign.definition.text_rules import one_line, without_hidden
from campaign.definition.texts import Claim, ConsentTexts, Endorsement, Part, Question, Texts
from campaign.definition.toml_lines import key_lines, line_of
from campaign.definition.toml_text import BadToml, values_of
from campaign.definition.translations import translation_findings

__all__ = [
    "AskedField",
    "Claim",
    "ConsentTexts",
    "Definition",
    "DefinitionError",
    "Endorsement",
    "Problem",
    "Question",
    "Texts",
    "load_definition",
    "parse_definition",
]

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


def load_definition(path: Path) -> Definition:
    """Read a campaign file and the picture beside it.

    Raises:
        DefinitionError: lists everything that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problem = Problem("", error.strerror or "cannot be read", "check the name of the file")
        raise DefinitionError(path.name, [problem]) from None
    except UnicodeDecodeError:
        problem = Problem("the file", "is not UTF-8", 'save it with the encoding "UTF-8"')
        raise DefinitionError(path.name, [problem]) from None
    return parse_definition(text, folder=path.parent, source=path.name)


def parse_definition(
    text: str,
    *,
    folder: Path | None = None,
    picture: bytes | None = None,
    source: str = "campaign.toml",
) -> Definition:
    """Read a campaign from TOML.

    Args:
        folder: where the picture is looked for; None where there is none to look in.
        picture: what the text means by its picture where there is no folder.
        source: what to call the text in an error.

    Raises:
        DefinitionError: lists everything that is wrong.
    """
    try:
        data = values_of(text)
    except BadToml as bad:
        problem = Problem("the file", bad.what, bad.instead, bad.line)
        raise DefinitionError(source, [problem]) from None
    found: list[Finding] = []
    if "picture" in data and (folder or picture is None):
        read = read_picture(data.pop("picture"), folder)
        if isinstance(read, Finding):
            found.append(read)
        else:
            data["picture"] = read
    elif "picture" in data:
        data["picture"] = picture
    definition, more = checked(data)
    if definition is None or found:
        raise _error(source, text, [*found, *more])
    return definition


def checked(data: Mapping[str, Any]) -> tuple[Definition | None, list[Finding]]:
    """A campaign from its keys and values as TOML has them, with the picture's bytes; or None, and
    what is wrong."""
    found = [*translation_findings(data), *letter_findings(data)]
    try:
        definition = Definition.model_validate(data)
    except ValidationError as error:
        return None, [*found, *explain(error, Definition)]
    found += _closing_findings(definition) + _signer_findings(definition)
    return (None if found else definition), found


def _signer_findings(definition: Definition) -> list[Finding]:
    """What `signers` says, and the questions do not ask."""
    asked = {one.kind for one in definition.fields}
    if definition.signers is not None and "postcode" not in asked:
        what = f'is "{definition.signers}", but no postcode is asked, so everybody can sign'
        instead = 'add { kind = "postcode" } to fields, or leave signers out'
        return [Finding(("signers",), what, instead)]
    if definition.signers == "uk" and "country" in asked:
        what = 'is "uk", and fields ask for the country all the same'
        instead = 'take { kind = "country" } out of fields, or write signers = "anywhere"'
        return [Finding(("signers",), what, instead)]
    return []


def _closing_findings(definition: Definition) -> list[Finding]:
    """Looked for in files only: a campaign that is published stays readable if a country changes
    its clocks."""
    written = definition.closes_at
    if written is None or not deadline.is_jumped_over(written, ZoneInfo(definition.timezone)):
        return []
    what = f'is "{written}", a time that the clocks jump over'
    return [Finding(("closes_at",), what, "write a time an hour earlier or later")]


def _error(source: str, text: str, found: list[Finding]) -> DefinitionError:
    try:
        lines = key_lines(text)
    except RecursionError:
        lines = {}
    return DefinitionError(
        source,
        [
            Problem(key_of(f.path), f.what, f.instead, line_of(lines, f.path))
            for f in found[:MOST_EXPLAINED]
        ],
    )
