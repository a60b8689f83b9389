"""Which figures by area may be shown to the world, so that they tell of nobody alone.

Signing tells a political opinion. Figures are rounded down to fives, so that one person more or
less hardly ever shows; an area appears at APPEARS people and stays until it has fewer than
DISAPPEARS, so that it does not come and go with one of them. Where what is hidden could be worked
out from the total, more is hidden (complementary suppression). The least that the UK's statistics
offices show is ten
(https://analysisfunction.civilservice.gov.uk/policy-store/).
"""

from collections.abc import Collection, Mapping

APPEARS, DISAPPEARS = 20, 10
STEP = 5


def disclosed(counted: Mapping[str, int], before: Collection[str] = ()) -> dict[str, int]:
    """The areas that may be shown, with rounded figures, largest first.

    The smallest of them are hidden, too, as long as what is hidden is a single area, or has fewer
    than APPEARS people.

    Args:
        counted: how many there are in each area.
        before: areas that have been shown until now.
    """
    least = {area: DISAPPEARS if area in before else APPEARS for area in counted}
    by_size = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    shown = [(area, count) for area, count in by_size if count >= least[area]]
    hidden = [count for area, count in by_size if 0 < count < least[area]]
    while shown and hidden and (len(hidden) < 2 or sum(hidden) < APPEARS):
        hidden.append(shown.pop()[1])
    return {area: count - count % STEP for area, count in shown}
