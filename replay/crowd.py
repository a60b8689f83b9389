"""The people of the story: they come, some by a friend's link, and sign."""

import asyncio
import random
from dataclasses import dataclass, field

import aiohttp

from replay.pace import Pace
from replay.people import Person

FIRST_ID = 8_000_000_001
POSTCODES = ("SW1A 1AA", "E1 6AN", "N1 9GU", "SE1 7PB", "W1A 1AA", "NW1 2DB", "EC1A 1BB", "CR0 1EA")
NAMES = (
    *("Amara", "Bilal", "Chloe", "Dafydd", "Elin", "Farah", "Grace", "Hugo", "Imran", "Joanna"),
    *("Kwame", "Leila", "Maya", "Niall", "Oluwaseun", "Priya", "Quentin", "Rosa", "Stefan"),
    *("Tomasz", "Uma", "Viktor", "Wen", "Ximena", "Yusuf", "Zofia"),
)
BRINGS_A_FRIEND, HEARS, SPEAKS_WELSH = 0.4, 0.6, 0.1
AT_ONCE = 8


@dataclass
class Crowd:
    """Everybody who comes by themselves; the same people in the same order each time.

    Attributes:
        links: links of those who have signed, for their friends.
        pace: how fast the story goes.
        pause: seconds between two who come.
    """

    session: aiohttp.ClientSession
    address: str
    pace: Pace
    pause: float = 0.0
    links: list[str] = field(default_factory=list)
    signed: int = 0
    _random: random.Random = field(default_factory=lambda: random.Random(2009))  # noqa: S311
    _friends: random.Random = field(default_factory=lambda: random.Random(26))  # noqa: S311
    """Of its own: how often it is asked depends on who was fast."""

    async def come(self, people: int, *, by: str = "") -> None:
        """So many people come and sign, some of them because a friend has asked.

        Args:
            by: a link on a leaflet by which all of them come.
        """
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for _ in range(people):
                number, link = self.signed, by or self._friends_link()
                self.signed += 1
                signs = self._signs(
                    number,
                    link,
                    name=f"{self._random.choice(NAMES)} {self._random.choice(NAMES)}",
                    postcode=self._random.choice(POSTCODES),
                    hears=self._random.random() < HEARS,
                    welsh=self._random.random() < SPEAKS_WELSH,
                )
                await room.acquire()
                signing = group.create_task(signs)
                signing.add_done_callback(lambda _: room.release())
                await self.pace.wait(self.pause)

    def _friends_link(self) -> str:
        asked = self.links and self._friends.random() < BRINGS_A_FRIEND
        return self._friends.choice(self.links) if asked else ""

    async def _signs(
        self, number: int, link: str, *, name: str, postcode: str, hears: bool, welsh: bool
    ) -> None:
        person = await Person.arrive(
            self.session,
            self.address,
            name.split()[0],
            id=FIRST_ID + number,
            language_code="cy" if welsh else "en",
        )
        words = WELSH if welsh else ENGLISH
        with person.in_a_hurry():
            await (person.opens(link) if link else person.says("/start"))
            await person.taps(words["sign"])
            await person.says(name)
            await person.says(postcode)
            thanked = await person.taps(words["hear" if hears else "only"])
        found = [word for word in thanked.text.split() if word.startswith("https://t.me/")]
        self.links += found[:1]


ENGLISH = {"sign": "✍️ Sign", "hear": "Sign and keep me posted", "only": "Just sign"}
WELSH = {"sign": "✍️ Llofnodi", "hear": "Llofnodi a chlywed mwy", "only": "Dim ond llofnodi"}
