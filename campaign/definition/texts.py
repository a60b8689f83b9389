"""Everything that a campaign says, as its office writes it in each language."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from campaign.definition.next_steps import LetterTexts
from campaign.definition.text_rules import one_line, paragraphs


class Part(BaseModel):
    """A piece of a campaign's definition: unchangeable, with no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(Part):
    """A question that people ask about the campaign, with its answer."""

    question: Annotated[str, one_line(60)] = Field(description="a short question, for a button")
    answer: Annotated[str, paragraphs(3000)] = Field(description="the answer")


class Endorsement(Part):
    """Somebody who supports the campaign, and what they say about it."""

    who: Annotated[str, one_line(120)] = Field(description="who it is: a name, and what they are")
    quote: Annotated[str, paragraphs(400)] | None = Field(
        default=None, description="their own words, without quotation marks"
    )


class Claim(Part):
    """Something that opponents say, with the campaign's answer."""

    claim: Annotated[str, one_line(60)] = Field(
        description="what opponents say, in a few words, for a button"
    )
    answer: Annotated[str, paragraphs(3000)] = Field(description="the campaign's answer")


class ConsentTexts(Part):
    """The exact words a person agrees to, one choice each; kept word by word in the database."""

    sign: Annotated[str, paragraphs(600)] = Field(
        description="what signing means for the person's data: who keeps it and who is given it"
    )
    updates: Annotated[str, paragraphs(300)] = Field(
        description="who may send messages about this petition"
    )
    updates_email: Annotated[str, paragraphs(300)] | None = Field(
        default=None,
        description="who may send emails about this petition; left out, the usual words are used",
    )
    other_campaigns: Annotated[str, paragraphs(300)] | None = Field(
        default=None,
        description="who may send messages about other campaigns; left out, it is not asked",
    )


class Texts(Part):
    """Everything a campaign says, in one language."""

    title: Annotated[str, one_line(120)] = Field(description="the petition's name")
    ask: Annotated[str, one_line(300)] = Field(description="what is asked for, in a sentence")
    target: Annotated[str, one_line(200)] = Field(description="who is asked: names and offices")
    target_short: Annotated[str, one_line(60)] | None = Field(
        default=None, description="who is asked, in a few words, for questions; left out: target"
    )
    summary: Annotated[str, one_line(300)] = Field(
        description="why it matters, in a sentence or two"
    )
    statement: Annotated[str, paragraphs(3000)] = Field(
        description="the petition itself, which people sign and the target is given"
    )
    reasons: tuple[Annotated[str, one_line(280)], ...] = Field(
        default=(), max_length=10, description="up to 10 reasons, a sentence or two each"
    )
    questions: tuple[Question, ...] = Field(
        default=(), max_length=10, description="up to 10 questions with their answers"
    )
    endorsements: tuple[Endorsement, ...] = Field(
        default=(), max_length=50, description="up to 50 who support the campaign"
    )
    opponents: tuple[Claim, ...] = Field(
        default=(), max_length=10, description="up to 10 claims of opponents with your answers"
    )
    about: Annotated[str, paragraphs(2000)] | None = Field(
        default=None, description="who you are, in a few paragraphs"
    )
    consent: ConsentTexts = Field(description="a table of the wordings people agree to")
    privacy_notice: Annotated[str, paragraphs(800)] = Field(
        description="what this campaign does with people's data, beside what the bot says itself"
    )
    outcome: Annotated[str, paragraphs(600)] | None = Field(
        default=None, description="what came of the campaign, once that is known"
    )
    letter: LetterTexts | None = Field(
        default=None, description="a table of the letter that supporters may send to the target"
    )
    share_text: Annotated[str, one_line(200)] = Field(
        description="what a supporter may write to a friend beside the link"
    )
    share_texts: tuple[Annotated[str, one_line(200)], ...] = Field(
        default=(),
        max_length=4,
        description="up to 4 other ways to say it: the one that brings most friends is used most",
    )
