"""The form a person fills to sign: which question is asked, and what has been answered.

A form is a list of steps: a question for each field the campaign asks, then one screen with the
answers and the words that are agreed to. It holds no Telegram type and touches no database; each
act gives a new form, and `to_dict`/`from_dict` carry it through the dialog's row.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from campaign.definition.model import Definition
from campaign.petition import ShownWordings
from campaign.questionnaire import REVIEW, NotAsked, Steps
from campaign.signing.doubts import Doubt
from storage.signatures import Signature

HOME = "GB"
HAVE_POSTCODES = frozenset({HOME, "GG", "IM", "JE"})
"""Countries whose postcodes the question for one takes."""


@dataclass(frozen=True, slots=True)
class Form(Steps):
    """Where one person is in one campaign's form.

    Attributes:
        of_campaign: the field kinds in order, each with whether an answer is required.
        step: a field kind or "review".
        answers: parsed answers; None stands for a question that was skipped.
        shown: the wordings on the review, once it has been shown.
        amending: a live signature is being changed; consents stand and are not asked again.
        elsewhere: the person has no postcode, so a country is asked for in place of it.
        doubt: an answer that was asked back.
        by_email: the email address says whose the signature is, whatever the campaign asks.
    """

    of_campaign: Mapping[str, bool] = field(kw_only=True)
    shown: ShownWordings | None = None
    amending: bool = False
    elsewhere: bool = False
    doubt: Doubt | None = None
    by_email: bool = False

    @classmethod
    def begin(cls, definition: Definition, *, by_email: bool = False) -> Self:
        """A new form at its first question.

        Args:
            by_email: the channel does not answer for the person; their email address has to.
        """
        asked = _asked(definition, by_email=by_email)
        return cls(next(iter(asked)), of_campaign=asked, by_email=by_email)

    @classmethod
    def amend(cls, definition: Definition, signature: Signature) -> Self:
        """A form filled with what stands under a signature, at its review."""
        given = given_under(signature)
        by_email = signature.proof == "email"
        asked = _asked(definition, amending=True, by_email=by_email)
        form = cls(
            REVIEW,
            of_campaign=asked,
            amending=True,
            elsewhere=_was_elsewhere(asked, given),
            by_email=by_email,
        )
        answers = {
            kind: given[kind]
            for kind, required in form.asked.items()
            if given[kind] is not None or not required
        }
        return replace(form, answers=answers).resumed()

    @property
    def asked(self) -> Mapping[str, bool]:
        """What this person is asked: as the campaign asks, or a country in place of a postcode."""
        if not self.elsewhere or "postcode" not in self.of_campaign:
            return self.of_campaign
        there = {} if "country" in self.of_campaign else {"postcode": "country"}
        return {
            there.get(kind, kind): required or kind in ("postcode", "country")
            for kind, required in self.of_campaign.items()
            if kind != "postcode" or there
        }

    @property
    def keys(self) -> Collection[str]:
        return self.asked

    def may_skip(self, key: str) -> bool:
        return not self.asked[key]

    @property
    def required(self) -> bool:
        return self.asked[self.step]

    @property
    def position(self) -> int:
        """The number of the present question, from 1."""
        return list(self.asked).index(self.step) + 1

    @property
    def current(self) -> str | None:
        """The answer given earlier to the present question."""
        return self.answers.get(self.step)

    def resumed(self) -> Self:
        """The form at the first thing still to do, for a person who comes back to it."""
        return replace(self, step=self.next_step(), doubt=None)

    def answer(self, value: str) -> Self:
        """Take a parsed answer to the present question and go on. Who lives in a country of other
        postcodes is asked for none.

        Raises:
            NotAsked: no question is open.
        """
        if not self.is_question:
            raise NotAsked
        return self._with({self.step: value})

    def ask_back(self, doubt: Doubt) -> Self:
        """Stay at the present question; the answer is taken when it is given again."""
        return replace(self, doubt=doubt)

    def without_doubt(self) -> Self:
        """The present question once more."""
        return replace(self, doubt=None)

    @property
    def doubted(self) -> Doubt | None:
        """What has been asked back at the present step."""
        return self.doubt if self.doubt is not None and self.doubt.step == self.step else None

    def has_no_postcode(self, country: str | None = None) -> Self:
        """Ask for a country in place of the postcode, or take this one.

        Raises:
            NotAsked: the postcode is not the open question.
        """
        if self.step != "postcode":
            raise NotAsked
        gone = {k: v for k, v in self.answers.items() if k not in ("postcode", "country")}
        form = replace(self, elsewhere=True, answers=gone, step="country", doubt=None)
        return form.answer(country) if country else form

    def has_postcode(self) -> Self:
        """Ask for the postcode after all.

        Raises:
            NotAsked: a country is not the open question, in place of it.
        """
        if self.step != "country" or not self.elsewhere:
            raise NotAsked
        return replace(self, elsewhere=False, step="postcode", doubt=None)._without_old_answers()

    def keep(self) -> Self:
        """Go on with the answer given earlier.

        Raises:
            NotAsked: there is none.
        """
        if not self.is_question or self.step not in self.answers:
            raise NotAsked
        return self.resumed()

    def fill(self, given: Mapping[str, str]) -> Self:
        """Answer all questions that are still open with what was given elsewhere, and go on with
        what is left; nothing is agreed to by that.

        Raises:
            NotAsked: no question is open, or none that this would answer.
        """
        fits = {kind: given[kind] for kind in self.unanswered if kind in given}
        if not self.is_question or self.amending or not fits:
            raise NotAsked
        return self._with(fits)

    def back(self) -> Self | None:
        """The step before, with every answer kept; None in front of the first."""
        if self.step == "country" and self.elsewhere:
            return self.has_postcode()
        steps = self._steps()
        place = steps.index(self.step)
        if self.is_question and self.complete:  # one of them was opened again
            return self.resumed()
        if self.amending and self.is_question:
            return None
        return replace(self, step=steps[place - 1], doubt=None) if place else None

    def showing(self, shown: ShownWordings) -> Self:
        """The review with exactly these wordings is put before the person."""
        return replace(self, shown=shown)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; the questions are the definition's and are not stored.

        The version before agreed and chose before the last tap, and reads what it is to have agreed
        to: nothing.
        """
        return {
            "answers": dict(self.answers),
            "updates": False,
            "other": False,
            "agreed": False,
            "shown": self.shown.to_list() if self.shown else None,
            "amending": self.amending,
            "elsewhere": self.elsewhere,
            "doubt": self.doubt.to_list() if self.doubt else None,
            "by_email": self.by_email,
        }

    @classmethod
    def from_dict(
        cls,
        definition: Definition,
        step: str,
        stored: Mapping[str, Any],
        *,
        by_email: bool = False,
    ) -> Self:
        """The form as stored, against the campaign's questions of today.

        A question that the campaign has dropped is forgotten; a step that no longer exists leads
        to the first thing still to do. The version before had shown words about other campaigns,
        too; the screen that signs has none, so they are not among those agreed to or refused on it.

        Args:
            by_email: as in `begin`, of the channel the person is in now; a form that changes a
                signature keeps to what that was signed with.
        """
        answers, doubt = stored["answers"], stored.get("doubt")
        elsewhere = stored.get("elsewhere", False)
        if stored["amending"]:
            by_email = stored.get("by_email", False)
        only_uk_now = (
            elsewhere and not definition.from_anywhere and answers.get("country", HOME) != HOME
        )
        form = cls(
            step,
            answers,
            shown=ShownWordings(*stored["shown"]).to_sign if stored["shown"] else None,
            amending=stored["amending"],
            elsewhere=elsewhere and not only_uk_now,
            doubt=Doubt(*doubt) if doubt else None,
            of_campaign=_asked(definition, amending=stored["amending"], by_email=by_email),
            by_email=by_email,
        )._without_old_answers()
        there = form.complete if step == REVIEW else step in form.asked
        return form if there and not only_uk_now else form.resumed()

    def _with(self, given: Mapping[str, str]) -> Self:
        elsewhere = self.elsewhere or (
            "postcode" in self.unanswered and given.get("country", HOME) not in HAVE_POSTCODES
        )
        answers = {**self.answers, **given}
        return replace(self, elsewhere=elsewhere, answers=answers)._without_old_answers().resumed()

    def _without_old_answers(self) -> Self:
        asked = self.asked
        return replace(self, answers={k: v for k, v in self.answers.items() if k in asked})

    def _steps(self) -> list[str]:
        return [*self.asked, REVIEW]


def given_under(signature: Signature) -> dict[str, str | None]:
    """The answers that stand under a signature, by field kind."""
    return {
        "name": signature.full_name,
        "postcode": signature.postcode,
        "email": signature.email,
        "phone": signature.phone,
        "country": signature.country,
        "comment": signature.comment,
    }


def _was_elsewhere(asked: Mapping[str, bool], given: Mapping[str, str | None]) -> bool:
    """Whether a signature has its country in place of a postcode."""
    country = given["country"]
    if "postcode" not in asked or given["postcode"] is not None or country is None:
        return False
    return "country" not in asked or asked["postcode"] or country not in HAVE_POSTCODES


def _asked(
    definition: Definition, *, amending: bool = False, by_email: bool = False
) -> dict[str, bool]:
    """What is asked, and whether it has to be answered. What says whose the signature is has to
    be, and is not changed afterwards."""
    asked: dict[str, bool] = {one.kind: one.required for one in definition.fields}
    for kind in (definition.identifying, "email" if by_email else None):
        if kind is not None and amending:
            asked.pop(kind, None)
        elif kind is not None:
            asked[kind] = True
    return asked
