"""Buttons that many screens have, each leading into one conversation of supporters."""

from typing import Literal

from handlers.actions import Action, Word


class Page(Action, prefix="page"):
    """A page about a petition, by a name in `pages.PAGES`.

    Attributes:
        place: which page of a list, or which of its entries, from 0.
    """

    name: str
    petition_id: int
    place: int | None = None


class Do(Action, prefix="do"):
    """What a word that was typed means, by a name in `acts.ACTS`."""

    act: str


class ListPetitions(Action, prefix="petitions"):
    """A page, from 0, of the petitions that are open or that the person has signed."""

    tab: Literal["open", "signed"]
    page: int


class Sign(Action, prefix="sign"):
    """Sign, or go on signing.

    Attributes:
        as_for: the petition whose answers are taken over.
    """

    petition_id: int
    as_for: int | None = None


class ChangeAnswers(Action, prefix="change"):
    """Change what stands under a signature."""

    petition_id: int


class Withdraw(Action, prefix="withdraw"):
    """Withdraw a signature, after a question."""

    petition_id: int
    do: Literal["ask", "yes"]


class Updates(Action, prefix="updates"):
    """Updates on or off, or how it stands. With petition 0: of which petition?"""

    petition_id: int
    do: Literal["on", "off", "show"]


class Hear(Action, prefix="hear"):
    """One kind of updates on or off."""

    petition_id: int
    kind: str
    do: Literal["on", "off"]


class ByEmail(Action, prefix="mail"):
    """Hear by email, after a question, or no more; or by email instead of in the chat.

    Attributes:
        wording_id: the wording that is agreed to.
    """

    petition_id: int
    do: Literal["ask", "on", "off", "instead"]
    wording_id: int | None = None


class FromUpdate(Action, prefix="update"):
    """A button under an update that was sent to many."""

    broadcast_id: int
    do: Literal["sign", "share", "kind", "stop", "remind"]


class Steps(Action, prefix="steps"):
    """The next step after signing, or a list of them."""

    petition_id: int
    show: Literal["next", "list"]


class Step(Action, prefix="step"):
    """The answer to the offer of a step."""

    petition_id: int
    step: str
    do: Literal["do", "skip", "done"]


class OwnComment(Action, prefix="quote"):
    """The person's own comment: read it, permit quoting it or not, or delete it."""

    petition_id: int
    do: Literal["show", "ask", "delete"]


class WriteToCampaign(Action, prefix="write"):
    """Write to the people behind a petition, or pass on what has been written.

    Attributes:
        do: "back" stands under an answer: a reply to that message is a message to the campaign.
        serial: of the dialog, for what belongs to a question.
    """

    petition_id: int
    do: Literal["ask", "back", "send", "no"]
    serial: int | None = None


class Browse(Action, prefix="browse"):
    """Go on in a browser, on the campaign's own site."""

    petition_id: int


class BeOne(Action, prefix="one"):
    """Be one person with whoever has got a token, or not."""

    token: Word
    do: Literal["yes", "no"]
