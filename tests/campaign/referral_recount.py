"""The figures of referrals counted afresh, in plain Python, from who did what."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

LONGEST_CHAIN = 64


@dataclass
class Facts:
    """What has happened in one campaign, as plain facts; people and links by any name.

    Attributes:
        owners: whose each link is; None for a source.
        opened: (link, person), the owner left out.
        came_by: the link that each referred person opened first.
        credited: the credited link of each live signature, and the referrer's week (source: None).
        shared: people who have passed it on.
        live: the week in which each live signer signed.
    """

    owners: dict[int, int | None] = field(default_factory=dict)
    opened: set[tuple[int, int]] = field(default_factory=set)
    came_by: dict[int, int] = field(default_factory=dict)
    credited: dict[int, tuple[int, date | None]] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)
    live: dict[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkFigures:
    opens: int
    signatures: int
    shared: int
    friends: int
    generations: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """What has to be kept.

    Attributes:
        weeks: signers and friends by Monday, where there are any.
    """

    links: dict[int, LinkFigures]
    opens: int
    signatures: int
    shared: int
    friends: int
    signers: int
    weeks: dict[date, tuple[int, int]]


def recount(facts: Facts) -> Figures:
    by_owner = {owner: link for link, owner in facts.owners.items() if owner is not None}
    signatures = Counter(link for link, _ in facts.credited.values())
    generations: dict[int, Counter[int]] = {link: Counter() for link in facts.owners}
    for link, _ in facts.credited.values():
        for generation, above in enumerate(chain(facts, link), 1):
            generations[above][generation] += 1
    signers = Counter(facts.live.values())
    friends = Counter(week for _, week in facts.credited.values() if week)
    return Figures(
        links={
            link: LinkFigures(
                opens=sum(opened == link for opened, _ in facts.opened),
                signatures=signatures[link],
                shared=sum(
                    person in facts.shared
                    for person, (by, _) in facts.credited.items()
                    if by == link
                ),
                friends=sum(
                    signatures[by_owner[person]]
                    for person, (by, _) in facts.credited.items()
                    if by == link and person in by_owner
                ),
                generations=tuple(
                    generations[link][place]
                    for place in range(1, max(generations[link], default=0) + 1)
                ),
            )
            for link in facts.owners
        },
        opens=len(facts.opened),
        signatures=len(facts.credited),
        shared=len(facts.shared & facts.live.keys()),
        friends=sum(facts.owners[link] is not None for link, _ in facts.credited.values()),
        signers=len(facts.live),
        weeks={week: (signers[week], friends[week]) for week in signers | friends},
    )


def chain(facts: Facts, link: int) -> list[int]:
    """The personal link, the one its owner came by, and so on.

    Raises:
        AssertionError: it leads back to itself.
    """
    links: list[int] = []
    while len(links) < LONGEST_CHAIN:
        owner = facts.owners[link]
        if owner is None:
            break
        assert link not in links, "a circle"
        links.append(link)
        if owner not in facts.came_by:
            break
        link = facts.came_by[owner]
    return links
