"""One person wherever they are, and what is so when two turn out to be one, told as plainly as can
be."""

from dataclasses import dataclass, field
from datetime import datetime

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
        words: by campaign, whether they want updates, and when they said so.
    """

    places: set[int]
    signed: dict[int, Signed] = field(default_factory=dict)
    words: dict[int, tuple[datetime, bool]] = field(default_factory=dict)
    muted: set[tuple[int, str]] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    stopped: datetime | None = None
    codes: dict[int, set[str]] = field(default_factory=dict)


def made_one(me: Somebody, them: Somebody) -> Somebody:
    """Who both are, once they are known to be one."""
    one = Somebody(me.places | them.places)
    one.muted, one.blocked = me.muted | them.muted, me.blocked | them.blocked
    for which in {*me.signed, *them.signed, *me.words, *them.words, *me.codes, *them.codes}:
        both = [s.signed[which] for s in (me, them) if which in s.signed]
        if both:
            first, *others = sorted(both, key=lambda signed: signed.rank)
            one.signed[which] = first
            for other in others:
                other.status = "withdrawn"
        words = [
            _after_stop(s.words[which], o.stopped)
            for s, o in ((me, them), (them, me))
            if which in s.words
        ]
        if words:
            newest = max(at for at, _ in words)
            one.words[which] = (newest, all(hears for at, hears in words if at == newest))
        one.codes[which] = me.codes.get(which, set()) | them.codes.get(which, set())
    one.stopped = max((at for at in (me.stopped, them.stopped) if at is not None), default=None)
    return one


def _after_stop(word: tuple[datetime, bool], stopped: datetime | None) -> tuple[datetime, bool]:
    at, hears = word
    return (stopped, False) if hears and stopped is not None and stopped >= at else word
