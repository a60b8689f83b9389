"""A new campaign, asked for one thing at a time: the questions, their rules, and what comes of it.

The command line and the chat ask the same. What the law wants to be said is proposed, in words
that name what the office has answered; it can be written anew, too.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, TypeAdapter, ValidationError

from campaign.definition.campaign_file import checked
from campaign.definition.model import Definition
from campaign.definition.parts import InvalidText
from campaign.definition.problems import Finding
from campaign.definition.text_rules import Written
from campaign.definition.texts import ConsentTexts, Texts
from campaign.normalisation import normalised
from campaign.questionnaire import Steps

Kind = Literal["line", "paragraphs", "number", "choice"]
Propose = Callable[[str, Mapping[str, Any]], str]
"""The words that are proposed for a key, with what they name."""

PROPOSED = ("slug", "share_text", "consent_sign", "consent_updates", "privacy_notice")
"""Not asked: proposed, and looked at in the end."""

YES, NO = "yes", "no"

_ASKED = (
    *("title", "ask", "target", "target_short", "summary", "statement"),
    *("organiser", "contact", "postcode", "goal"),
)
_OF_TEXTS = (
    *("title", "ask", "target", "target_short", "summary", "statement"),
    *("share_text", "privacy_notice"),
)
_SLUG = 32
_DIGITS = re.compile(r"\d{1,3}(?:[ ,.'\u00a0\u2009\u202f]\d{3})+|\d{1,9}")


def questions() -> tuple[str, ...]:
    """What is asked, in order, and then what is proposed."""
    asked = (key for key in _ASKED if key not in _OF_TEXTS or key in Texts.model_fields)
    return (*asked, *PROPOSED)


@dataclass(frozen=True, slots=True)
class NewCampaign(Steps):
    """Where somebody is, and what they have answered: texts, the goal as a number, the postcode as
    "yes" or "no"; None for what is to be as proposed."""

    @classmethod
    def begin(cls) -> Self:
        """At the first question."""
        return cls("", dict.fromkeys(PROPOSED)).resumed()

    @property
    def keys(self) -> Collection[str]:
        return questions()

    def may_skip(self, key: str) -> bool:
        """What is proposed need not be written; nor what the campaign file may leave out."""
        return key in PROPOSED or is_optional(key)

    def back(self) -> Self | None:
        """The question before, with every answer kept; None in front of the first."""
        asked = [key for key in self.keys if key not in PROPOSED]
        if self.step in asked:
            place = asked.index(self.step)
            return self._at(asked[place - 1]) if place else None
        return self.resumed() if self.step in PROPOSED else self._at(asked[-1])

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {"step": self.step, "answers": dict(self.answers)}

    @classmethod
    def from_dict(cls, kept: Any) -> Self:
        """As stored, wherever that was, against the questions of today; an answer that is right no
        longer is asked for again."""
        begun = cls.begin()
        if not isinstance(kept, Mapping):
            return begun
        given = kept.get("answers")
        known = {
            key: value
            for key, value in (given.items() if isinstance(given, Mapping) else ())
            if key in begun.keys and (value is None or _stands(key, value))
        }
        answers = {**begun.answers, **known}
        found = cls(str(kept.get("step", "")), answers)
        stands = found.complete if found.step == "review" else found.step in found.keys
        return found if stands else found.resumed()

    def _at(self, key: str) -> Self:
        return type(self)(key, self.answers)


def kind_of(key: str) -> Kind:
    """How a question is answered."""
    if key == "postcode":
        return "choice"
    if key == "goal":
        return "number"
    return "line" if key == "slug" or _rule(key).one_line else "paragraphs"


def limit_of(key: str) -> int:
    """How long an answer in words may be, in UTF-16 units."""
    return _SLUG if key == "slug" else _rule(key).limit


def is_optional(key: str) -> bool:
    """Whether a campaign file may leave it out."""
    return key in _OF_TEXTS and not Texts.model_fields[key].is_required()


def parse(key: str, written: str) -> str | int:
    """An answer as the campaign keeps it.

    Raises:
        InvalidText: it cannot be used; its reason is one of "empty", "hidden", "line_break",
            "long", "number" and "slug".
    """
    if key == "goal":
        return _goal(written)
    if key == "slug":
        written = written.strip().lower()
    try:
        return str(_adapter(key).validate_python(written.replace("\r\n", "\n")))
    except ValidationError as error:
        facts = error.errors(include_url=False)[0].get("ctx", {})
        reason = "slug" if key == "slug" else str(facts.get("reason", "hidden"))
        raise InvalidText(reason, facts.get("limit", 0), facts.get("over", 0)) from None


def slug_of(title: str) -> str:
    """A short name made of a title's first words."""
    plain = normalised("NFKD", title[:200]).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:_SLUG]
        if len(longer) > _SLUG:
            break
        slug = longer
    return slug or "petition"


def proposal(answers: Mapping[str, Any], key: str, propose: Propose) -> str:
    """What a question is answered with that has not been answered in other words."""
    if key == "slug":
        return slug_of(answers["title"])
    return propose(
        key,
        {
            "organiser": answers["organiser"],
            "contact": answers["contact"],
            "postcode": answers["postcode"] == YES,
            "title": answers["title"],
            "target": answers.get("target_short") or answers["target"],
        },
    )


def complete(answers: Mapping[str, Any], propose: Propose) -> dict[str, Any]:
    """All answers, with what is proposed where nothing else was written."""
    proposed = {key: proposal(answers, key, propose) for key in PROPOSED if not answers.get(key)}
    return {**answers, **proposed}


def definition_of(
    answers: Mapping[str, Any], propose: Propose, *, language: str, status: str = "draft"
) -> tuple[Definition | None, list[Finding]]:
    """The campaign that the answers make, by the rules of a campaign file; or what is wrong."""
    given = complete(answers, propose)
    texts = {key: given[key] for key in questions() if key in _OF_TEXTS and given[key] is not None}
    consent = {"sign": given["consent_sign"], "updates": given["consent_updates"]}
    asked = ["name", *(["postcode"] if given["postcode"] == YES else [])]
    return checked(
        {
            "slug": given["slug"],
            "status": status,
            "goal": given["goal"],
            "languages": [language],
            "fields": [{"kind": kind, "required": True} for kind in asked],
            "organiser": given["organiser"],
            "controllers": [given["organiser"]],
            "contact": given["contact"],
            "text": {language: {**texts, "consent": consent}},
        }
    )


def _goal(written: str) -> int:
    found = _DIGITS.fullmatch(written.strip()[:20])
    if found is None:
        raise InvalidText("number")
    number = int(re.sub(r"\D", "", found[0]))
    try:
        return int(_adapter("goal").validate_python(number))
    except ValidationError:
        raise InvalidText("number") from None


def _stands(key: str, value: object) -> bool:
    if key == "postcode":
        return value in (YES, NO)
    try:
        return parse(key, str(value)) == value
    except InvalidText:
        return False


def _place(key: str) -> tuple[type[BaseModel], str]:
    if key.startswith("consent_"):
        return ConsentTexts, key.removeprefix("consent_")
    return (Texts if key in _OF_TEXTS else Definition), key


def _annotation(key: str) -> Any:
    model, name = _place(key)
    info = model.model_fields[name]
    kind = str if info.annotation == str | None else info.annotation
    return Annotated[(kind, *info.metadata)] if info.metadata else kind


@cache
def _adapter(key: str) -> TypeAdapter[Any]:
    return TypeAdapter(_annotation(key))


def _rule(key: str) -> Written:
    """The rule for a text, wherever its annotation has it."""
    model, name = _place(key)
    info = model.model_fields[name]
    for one in (*info.metadata, *_inner_metadata(info.annotation)):
        rule = getattr(one, "func", None)
        if isinstance(rule, Written):
            return rule
    raise LookupError(key)


def _inner_metadata(annotation: Any) -> list[Any]:
    """Of `Annotated[str, …] | None`."""
    return [
        one
        for part in getattr(annotation, "__args__", ())
        for one in getattr(part, "__metadata__", ())
    ]
