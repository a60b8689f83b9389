"""What happened when, in London in the autumn of 2009, and who does it here.

The facts are those of a real campaign; the people who sign are made up. A few hundred come to the
chat by themselves, the others sign on paper, so that the totals are the real ones.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from replay.crowd import Crowd
from replay.office import SKIP, Office
from replay.people import Person

LONDON = ZoneInfo("Europe/London")


@dataclass
class Cast:
    """Everybody who has a part in it.

    Attributes:
        ada, ben, carys: supporters whose phones one can watch; Carys reads Welsh.
    """

    office: Office
    crowd: Crowd
    ada: Person
    ben: Person
    carys: Person


@dataclass(frozen=True, slots=True)
class Chapter:
    """Something that happens at a time on London's clocks.

    Attributes:
        caption: what there is to see on the phones.
    """

    at: datetime
    title: str
    caption: str
    happens: Callable[[Cast], Awaitable[None]]


def _on(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2009, month, day, hour, minute, tzinfo=LONDON)


async def _signs(person: Person, name: str, postcode: str, *labels: str) -> None:
    await person.taps(labels[0])
    await person.says(name)
    await person.says(postcode)
    for label in labels[1:]:
        await person.taps(label)


async def _launch(cast: Cast) -> None:
    await cast.office.person.says("/start")
    await cast.office.adds(
        "A decision",
        "The Metropolitan Police Authority",
        "Does London keep its human trafficking unit?",
        "16 to 18 November",
        "Awdurdod yr Heddlu Metropolitan",
        "A fydd Llundain yn cadw ei huned masnachu pobl?",
    )
    await cast.office.taps("Discard draft")
    await cast.ada.says("/start")
    english = ("✍️ Sign", "Sign and keep me posted")
    await _signs(cast.ada, "Ada Lovelace", "SW1A 1AA", *english)
    await cast.carys.says("/start")
    welsh = ("✍️ Llofnodi", "Llofnodi a chlywed mwy")
    await _signs(cast.carys, "Carys Morgan", "SE1 7PB", *welsh)
    await cast.crowd.come(38)


async def _ada_asks_ben(cast: Cast) -> None:
    shared = await cast.ada.says("/share")
    link = next(word for word in shared.text.split() if word.startswith("https://t.me/"))
    await cast.ben.opens(link)
    await _signs(cast.ben, "Ben Okri", "E1 6AN", "✍️ Sign", "Just sign")
    await cast.crowd.come(39)
    await cast.ada.says("/timeline")
    await cast.ada.taps("☐ Remind me the day before")


async def _leaflets(cast: Cast) -> None:
    await cast.carys.sees("A wnewch chi ofyn i un ffrind?")
    made = await cast.office.person.says("/source leaflet")
    link = next(word for word in made.text.split() if "t.me/" in word)
    await cast.crowd.come(20, by=link)
    await cast.office.records(240, "Leaflets and stalls, second week")


async def _assembly(cast: Cast) -> None:
    await cast.office.adds(
        "Somebody supports us",
        "The two Green members of the London Assembly",
        "London needs officers who know what to look for. Keep them.",
        "Dau aelod Gwyrdd Cynulliad Llundain",
        "Mae ar Lundain angen swyddogion sy’n gwybod am beth i chwilio. Cadwch nhw.",
    )
    await cast.office.sends()
    await cast.ben.says("/updates")
    await cast.ben.taps("Send me updates")
    await cast.crowd.come(25)


async def _union(cast: Cast) -> None:
    await cast.office.adds(
        "Somebody supports us",
        "The Public and Commercial Services Union",
        SKIP,
        "Undeb y Public and Commercial Services Union",
    )
    await cast.office.sends()
    await cast.office.records(420, "Branches of the union")


async def _a_thousand(cast: Cast) -> None:
    await cast.crowd.come(30)
    await cast.office.records(187, "A Saturday in five boroughs")
    await cast.office.reads("1,000 signatures reached!")
    await cast.office.sends_at_once()


async def _politics_show(cast: Cast) -> None:
    await cast.office.adds(
        "In the media",
        "Politics Show London films outside City Hall",
        SKIP,
        SKIP,
        "Politics Show London yn ffilmio y tu allan i Neuadd y Ddinas",
    )
    await cast.office.sends()
    await cast.crowd.come(40)


async def _anti_slavery(cast: Cast) -> None:
    await cast.office.adds(
        "Somebody supports us",
        "Anti-Slavery International",
        SKIP,
        "Anti-Slavery International",
    )
    await cast.office.sends()


async def _day_before(cast: Cast) -> None:
    await cast.ada.sees("You asked me to remind you")


async def _slipped(cast: Cast) -> None:
    await cast.office.reads("Has it been announced?")
    await cast.office.taps("It’s been postponed")
    await cast.office.answers("8 December")
    await cast.office.taps("Add to the timeline")
    await cast.office.sends()


async def _thirteen_hundred(cast: Cast) -> None:
    await cast.crowd.come(45)
    await cast.office.records(230, "Church halls and colleges")
    await cast.office.reads("1,300 signatures reached!")
    await cast.office.sends_at_once()


async def _womans_hour(cast: Cast) -> None:
    await cast.office.adds(
        "In the media",
        "Woman’s Hour on BBC Radio 4 talks about the unit",
        "bbc.co.uk/radio4/womanshour",
        SKIP,
        "Woman’s Hour ar BBC Radio 4 yn trafod yr uned",
    )
    await cast.office.sends()
    await cast.crowd.come(30)


async def _invitation(cast: Cast) -> None:
    await cast.office.adds(
        "The hand-in",
        "26 November 10:00",
        "City Hall, London",
        "It is webcast live. We have five minutes to speak, five minutes into the meeting.",
        "london.gov.uk/webcast",
        "‹Yes, signing ends›",
        "Neuadd y Ddinas, Llundain",
        "Fe’i darlledir yn fyw. Cawn bum munud i siarad, bum munud i mewn i’r cyfarfod.",
    )
    await cast.office.sends()
    await cast.crowd.come(20)


async def _last_sheets(cast: Cast) -> None:
    await cast.office.records(1804 - 3 - cast.crowd.signed - PAPER_BEFORE, "The last sheets")


PAPER_BEFORE = 240 + 420 + 187 + 230


async def _handed_in(cast: Cast) -> None:
    await cast.office.reads("1,804 signatures")
    await cast.office.taps("Look at the thank-you")
    await cast.office.sends()


async def _nothing_announced(cast: Cast) -> None:
    await cast.office.reads("Has it been announced?")
    await cast.office.taps("Still waiting")
    await cast.office.sends()


CHAPTERS = (
    Chapter(
        _on(10, 20, 10),
        "The petition is launched",
        "Ada and Carys sign first. Sam notes when the decision is expected.",
        _launch,
    ),
    Chapter(
        _on(10, 22, 12),
        "Ada asks Ben, and others ask their friends",
        "Ben signs by Ada’s link, and she hears of it. She asks for a reminder, too.",
        _ada_asks_ben,
    ),
    Chapter(
        _on(10, 27, 17),
        "Leaflets",
        "Sam makes a link for the leaflets, and adds the signatures from paper.",
        _leaflets,
    ),
    Chapter(
        _on(10, 30, 11),
        "Two members of the Assembly support it",
        "Sam writes it once, in two languages. Ben asks for news from now on.",
        _assembly,
    ),
    Chapter(
        _on(11, 4, 9, 30),
        "A union supports it",
        "Another supporter, another update; the union’s branches bring sheets of signatures.",
        _union,
    ),
    Chapter(
        _on(11, 7, 16),
        "A thousand!",
        "The bot notices, and has the update ready. Sam sends it with two taps.",
        _a_thousand,
    ),
    Chapter(
        _on(11, 11, 13),
        "Television outside City Hall",
        "The news brings new people: watch the count.",
        _politics_show,
    ),
    Chapter(
        _on(11, 13, 10),
        "Anti-Slavery International supports it",
        "A name that counts, told to everyone who wants to hear.",
        _anti_slavery,
    ),
    Chapter(
        _on(11, 15, 9),
        "The day before a decision is expected",
        "Ada asked to be reminded. Nobody else is written to.",
        _day_before,
    ),
    Chapter(
        _on(11, 19, 9),
        "It has slipped",
        "The bot asks Sam about the decision. It’s postponed: supporters are told.",
        _slipped,
    ),
    Chapter(
        _on(11, 20, 15),
        "One thousand three hundred!",
        "The next milestone, and again the update was ready.",
        _thirteen_hundred,
    ),
    Chapter(
        _on(11, 23, 10),
        "Woman’s Hour",
        "A link to listen goes out with the update.",
        _womans_hour,
    ),
    Chapter(
        _on(11, 24, 12),
        "Everybody is invited to the hand-in",
        "Where, when and how to watch. Signing will end then.",
        _invitation,
    ),
    Chapter(
        _on(11, 25, 18),
        "The last sheets are counted",
        "The last signatures on paper bring the total to 1,804.",
        _last_sheets,
    ),
    Chapter(
        _on(11, 26, 10),
        "Handed in at City Hall",
        "Signing has ended. Sam looks at the thank-you, and sends it.",
        _handed_in,
    ),
    Chapter(
        _on(12, 9, 9),
        "The day has passed in silence",
        "Still no decision. The bot asks Sam, and supporters hear that nobody has forgotten.",
        _nothing_announced,
    ),
)
