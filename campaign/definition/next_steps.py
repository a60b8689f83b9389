"""The part of a campaign file about after signing: next steps, reminders, the digest."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from campaign.broadcasts.weekly_time import parse_weekly
from campaign.definition.problems import Finding, refusal
from campaign.definition.text_rules import one_line, paragraphs
from campaign.fields import FieldProblem
from campaign.fields.emails import email
from campaign.web_address import BadAddress, web_address

StepName = Literal["share", "letter", "event", "comment"]
STEPS: tuple[StepName, ...] = get_args(StepName)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LetterTexts(_Part):
    """The letter to the target, without what its writer adds."""

    subject: Annotated[str, one_line(100)] = Field(description="what the email is about")
    opening: Annotated[str, paragraphs(300)] = Field(
        description="how the letter begins: the greeting, and what is asked for"
    )
    points: tuple[Annotated[str, one_line(250)], ...] = Field(
        min_length=1, max_length=5, description="the campaign's arguments, 1 to 5 paragraphs"
    )
    closing: Annotated[str, paragraphs(300)] = Field(
        description="how the letter ends; the writer's name is put under it"
    )


def _known_steps(steps: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := next((step for step in steps if step not in STEPS), None):
        raise refusal(
            f'has "{wrong}" in it, which is no step', f"write some of: {', '.join(STEPS)}"
        )
    if len(set(steps)) < len(steps):
        raise refusal("names a step twice", "name each once, in the order they are offered")
    return steps


def _an_email(address: str) -> str:
    try:
        return email(address)
    except FieldProblem:
        raise refusal(
            f'is "{address[:80]}", which is no email address',
            'write it like this: to = "commissioner@example.org"',
        ) from None


def _a_web_address(address: str) -> str:
    try:
        url = web_address(address)
    except BadAddress:
        url = ""
    if not url or urlsplit(address).scheme != "https":
        raise refusal(
            f'is "{address[:80]}", which is no web address',
            'write it with https, like this: form = "https://example.org/contact"',
        )
    return url


def _day_and_time(written: str) -> str:
    try:
        parse_weekly(written)
    except ValueError:
        raise refusal(
            f'is "{written[:80]}", which is not a day of the week and a time of day',
            'write both, such as "Friday 17:00"',
        ) from None
    return written


class LetterTo(_Part):
    """Where the letter goes."""

    to: Annotated[str, AfterValidator(_an_email)] | None = Field(
        default=None,
        description="the email address it is sent to",
        examples=["commissioner@example.org"],
    )
    form: Annotated[str, AfterValidator(_a_web_address)] | None = Field(
        default=None,
        description="the address of a web page on which the target takes messages",
        examples=["https://example.org/contact"],
    )


class AfterSigning(BaseModel):
    """The keys of a campaign file that are about the time after signing."""

    steps: Annotated[tuple[str, ...], AfterValidator(_known_steps)] = Field(
        default=("share",),
        description='a list of what is offered after signing: steps = ["share", "letter"]',
    )
    letter: LetterTo = Field(
        default=LetterTo(), description='a table such as: [letter] with to = "…"'
    )
    remind_unfinished: StrictBool = Field(
        default=True,
        description="whether people who stopped while signing are asked once, true or false",
        examples=[True],
    )
    remind_share: StrictBool = Field(
        default=True,
        description="whether signers are reminded once to ask a friend, true or false",
        examples=[True],
    )
    weekly_digest: StrictBool = Field(
        default=False,
        description="whether the week's news go out by themselves, true or false",
        examples=[True],
    )
    digest_at: Annotated[str, AfterValidator(_day_and_time)] = Field(
        default="Friday 17:00",
        description="when the weekly digest goes out, on the clocks of the time zone",
        examples=["Friday 17:00"],
    )


def letter_findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The languages in which the letter that is to be offered has not been written."""
    steps, text = data.get("steps"), data.get("text")
    if not isinstance(steps, list) or "letter" not in steps or not isinstance(text, Mapping):
        return
    for language, texts in text.items():
        if isinstance(texts, Mapping) and "letter" not in texts:
            yield Finding(
                ("text", language, "letter"),
                'is missing, and steps has "letter" in it',
                f"add a table [text.{language}.letter] with subject, opening, points and closing",
            )
