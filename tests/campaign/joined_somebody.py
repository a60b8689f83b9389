"""One person wherever they are, and what is so when two turn out to be one, told as plainly as can
be."""

from dataclasses import dataclass, field
from datetime import datetime

Word = tuple[datetime, bool]
ORDER = ("live", "invalidated", "held", "pending", "withdrawn")


@dataclass
class Signed:
    """A signature, as told plainly."""

    status: str
    at: datetime
    number: int
    held: bool = False

    @property
    def rank(self) -> tuple[int, datetime, int]:
        was_held = self.status == "withdrawn" and self.held
        return ORDER.index("held" if was_held else self.status), self.at, self.number


@dataclass
class Somebody:
    """One person, wherever they are.

    Attributes:
        words: by campaign, whether they want updates in a chat, and when they said so.
        mails: the same by email.
        mailboxes: whose codes they have typed.
    """

    places: set[int]
    signed: dict[int, Signed] = field(default_factory=dict)
    words: dict[int, Word] = field(default_factory=dict)
    mails: dict[int, Word] = field(default_factory=dict)
    mailboxes: set[str] = field(default_factory=set)
    muted: set[tuple[int, str]] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    stopped: datetime | None = None
    codes: dict[int, set[str]] = field(default_factory=dict)

    def stop(self, now: datetime) -> None:
        """Want nothing any more."""
        self.stopped = now
        for words in (self.words, self.mails):
            words.update({which: (now, False) for which, (_, hears) in words.items() if hears})


def made_one(me: Somebody, them: Somebody) -> Somebody:
    """Who both are, once they are known to be one."""
    one = Somebody(me.places | them.places)
    one.muted, one.blocked = me.muted | them.muted, me.blocked | them.blocked
    one.mailboxes = me.mailboxes | them.mailboxes
    one.words = _said(me, them, me.words, them.words)
    one.mails = _said(me, them, me.mails, them.mails)
    for which in {*me.signed, *them.signed, *me.codes, *them.codes}:
        both = [s.signed[which] for s in (me, them) if which in s.signed]
        if both:
            first, *others = sorted(both, key=lambda signed: signed.rank)
            one.signed[which] = first
            for other in others:
                other.status = "withdrawn"
        one.codes[which] = me.codes.get(which, set()) | them.codes.get(which, set())
    one.stopped = max((at for at in (me.stopped, them.stopped) if at is not None), default=None)
    return one


def _said(
    me: Somebody, them: Somebody, mine: dict[int, Word], theirs: dict[int, Word]
) -> dict[int, Word]:
    """The newest word of each; of two of the same moment the "no"."""
    said = {}
    for which in {*mine, *theirs}:
        words = [
            _after_stop(words[which], other.stopped)
            for words, other in ((mine, them), (theirs, me))
            if which in words
        ]
        newest = max(at for at, _ in words)
        said[which] = (newest, all(hears for at, hears in words if at == newest))
    return said


def _after_stop(word: Word, stopped: datetime | None) -> Word:
    at, hears = word
    return (stopped, False) if hears and stopped is not None and stopped >= at else word
