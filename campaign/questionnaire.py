"""Questions one at a time, then a look at the answers: the engine of forms.

What it holds is no Telegram type and touches no database. Each act gives a new one, and
`to_dict`/`from_dict` carry it through the dialog's row. A supporter's form is in
campaign/signing/form.py; staff's questionnaires ask what is said in words again for each further
language of the campaign, where it can be skipped.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

REVIEW = "review"


class NotAsked(Exception):
    """The act does not belong to the question that is open (a stale button, say)."""


@dataclass(frozen=True, slots=True)
class Steps(ABC):
    """Where somebody is, and what they have answered.

    Attributes:
        step: the key of the open question, "review", or a step of its own that a kind of form has.
        answers: parsed answers by key, JSON-safe; None stands for a question that was skipped.
    """

    step: str
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    @abstractmethod
    def keys(self) -> Collection[str]:
        """The questions that are asked, in their order."""

    @abstractmethod
    def may_skip(self, key: str) -> bool:
        """Whether a question can be left without an answer."""

    def next_step(self) -> str:
        """The first thing still to do."""
        return next(iter(self.unanswered), REVIEW)

    @property
    def unanswered(self) -> list[str]:
        """The questions that nothing has been said to yet, in their order."""
        return [
            key
            for key in self.keys
            if key not in self.answers or (self.answers[key] is None and not self.may_skip(key))
        ]

    @property
    def is_question(self) -> bool:
        """Whether the present step asks for something."""
        return self.step in self.keys

    @property
    def complete(self) -> bool:
        """Whether nothing is left but the review."""
        return self.next_step() == REVIEW

    def resumed(self) -> Self:
        """At the first thing still to do, for a person who comes back to it."""
        return replace(self, step=self.next_step())

    def answer(self, value: Any) -> Self:
        """Take a parsed answer to the open question and go on.

        Raises:
            NotAsked: no question is open.
        """
        if not self.is_question:
            raise NotAsked
        return replace(self, answers={**self.answers, self.step: value}).resumed()

    def put_right(self, key: str, value: Any) -> Self:
        """Take another parsed answer to a question that has been asked; the step stays, unless it
        is that question.

        Raises:
            NotAsked: that is not asked.
        """
        if key not in self.keys:
            raise NotAsked
        changed = replace(self, answers={**self.answers, key: value})
        return changed.resumed() if key == self.step else changed

    def skip(self) -> Self:
        """Leave the open question without an answer.

        Raises:
            NotAsked: no question is open, or it has to be answered.
        """
        if not self.is_question or not self.may_skip(self.step):
            raise NotAsked
        return replace(self, answers={**self.answers, self.step: None}).resumed()

    def change(self, key: str) -> Self:
        """Open one question again, from the review.

        Raises:
            NotAsked: it is not at its review, or does not ask that.
        """
        if self.step != REVIEW or key not in self.keys:
            raise NotAsked
        return replace(self, step=key)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes:
        name: what is asked for.
        optional: whether it can be skipped.
        language: in which language words are asked for; "" for what is the same in all.
    """

    name: str
    optional: bool = False
    language: str = ""

    @property
    def key(self) -> str:
        return f"{self.name}@{self.language}" if self.language else self.name


def questions(
    asked: Sequence[tuple[str, bool, bool]], languages: Sequence[str]
) -> tuple[Asked, ...]:
    """All questions in order: each once, then the words again in each further language.

    Args:
        asked: name, whether it can be skipped, whether it is asked for in words.
    """
    first, *others = languages
    once = [Asked(name, optional, first if words else "") for name, optional, words in asked]
    again = [
        Asked(name, True, language) for language in others for name, _, words in asked if words
    ]
    return (*once, *again)


@dataclass(frozen=True, slots=True)
class Questionnaire(Steps):
    """A form for staff."""

    questions: tuple[Asked, ...] = field(kw_only=True)

    @classmethod
    def begin(cls, asked: tuple[Asked, ...], answers: Mapping[str, Any] | None = None) -> Self:
        """At the first question without an answer."""
        return cls(REVIEW, dict(answers or {}), questions=asked).resumed()

    @property
    def keys(self) -> Collection[str]:
        return [one.key for one in self.wanted()]

    def may_skip(self, key: str) -> bool:
        return any(one.optional for one in self.questions if one.key == key)

    @property
    def current(self) -> Asked | None:
        """The open question; None at the review."""
        return next((one for one in self.questions if one.key == self.step), None)

    def back(self) -> Self | None:
        """The question before, with every answer kept; None in front of the first."""
        steps = list(self.keys)
        if self.step == REVIEW:
            return replace(self, step=steps[-1])
        if self.complete:
            return self.resumed()
        place = steps.index(self.step)
        return replace(self, step=steps[place - 1]) if place else None

    def texts(self) -> dict[str, dict[str, str]]:
        """The words that were given, by language and name."""
        found: dict[str, dict[str, str]] = {}
        for one in self.wanted():
            if one.language and (words := self.answers.get(one.key)):
                found.setdefault(one.language, {})[one.name] = words
        return found

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; the questions themselves are not stored."""
        return {"step": self.step, "answers": dict(self.answers)}

    @classmethod
    def from_dict(cls, asked: tuple[Asked, ...], kept: Mapping[str, Any]) -> Self:
        """As stored, against the questions of today: what is asked no longer is forgotten."""
        known = {one.key for one in asked}
        answers = {key: value for key, value in kept["answers"].items() if key in known}
        found = cls(kept["step"], answers, questions=asked)
        stands = found.complete if found.step == REVIEW else found.step in known
        return found if stands else found.resumed()

    def wanted(self) -> list[Asked]:
        """The questions that are asked, as far as the answers say: what was skipped in the first
        language is not asked for in others."""
        first = {one.name: one.key for one in reversed(self.questions)}
        return [
            one
            for one in self.questions
            if one.key == first[one.name]
            or first[one.name] not in self.answers
            or self.answers[first[one.name]] is not None
        ]
