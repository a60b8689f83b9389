"""What happens on people's phones before a picture is taken of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from replay.office import SKIP, Office
from replay.people import Person


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody whose phone may be in a picture; Sam is staff.

    Attributes:
        an_hour_passes: on everybody's clocks, which stand otherwise.
    """

    ada: Person
    ben: Person
    sam: Person
    an_hour_passes: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture of one phone or more.

    Attributes:
        name: of the file, without .png.
        who: whose phones are in it, from left to right.
        happens: what they do before.
        height: of the picture, in CSS pixels; what is newest is in it.
        captions: what stands above each phone, if anything.
    """

    name: str
    who: tuple[str, ...]
    happens: Callable[[Cast], Awaitable[None]]
    height: int = 860
    captions: tuple[str, ...] = ()


async def signs(person: Person, postcode: str = "SW1A 1AA", last: str = "Just sign") -> None:
    """From the welcome to the receipt, by this way to sign."""
    await person.taps("✍️ Sign")
    await person.taps("Use “")
    await person.says(postcode)
    await person.taps(last)


async def _everything(cast: Cast) -> None:
    """Ada has signed and asks Ben, Ben is about to sign, and Sam sees how it goes."""
    await cast.ada.says("/start")
    await signs(cast.ada, "SW1A 1AA", "Sign and keep me posted")
    link = next(word for word in cast.ada.last.text.split() if word.startswith("https://t.me/"))
    await cast.ben.opens(link)
    await cast.ben.taps("✍️ Sign")
    await cast.ben.taps("Use “")
    await cast.ben.says("E1 6AN")
    await cast.sam.says("/desk")


async def _friends(cast: Cast) -> None:
    await cast.ada.says("/start")
    await signs(cast.ada)
    link = next(word for word in cast.ada.last.text.split() if word.startswith("https://t.me/"))
    await cast.ben.opens(link)
    await signs(cast.ben, "E1 6AN")
    await cast.ada.sees("A friend has signed because of you")


async def _letter(cast: Cast) -> None:
    await cast.ada.says("/start")
    await signs(cast.ada)
    await cast.ada.taps("One more step")
    await cast.ada.taps("Yes, happy to")
    await cast.ada.says("My school is two streets from where people were found last year.")


async def _two_who_hear(cast: Cast) -> None:
    for person, postcode in ((cast.ada, "SW1A 1AA"), (cast.ben, "E1 6AN")):
        await person.says("/start")
        await signs(person, postcode, "Sign and keep me posted")
    cast.an_hour_passes()


async def _composed(cast: Cast) -> None:
    await _two_who_hear(cast)
    await cast.sam.says("/update")
    await cast.sam.taps("News")
    await cast.sam.says(
        "Dear {{ first_name }}, {{ count }} of us have signed. Come to the stall in Brixton market "
        "on Saturday at ten, and bring somebody."
    )


async def _sent(cast: Cast) -> None:
    await _composed(cast)
    office = Office(cast.sam)
    await office.sends()
    await cast.ada.sees("Brixton market")


async def _event(cast: Cast) -> None:
    await _two_who_hear(cast)
    office = Office(cast.sam)
    await office.adds(
        "Somebody supports us",
        "The Public and Commercial Services Union",
        SKIP,
        "Undeb y Public and Commercial Services Union",
    )
    await office.taps("Discard draft")
    await cast.sam.says("/event")
    await office.taps("A decision")
    await office.answers(
        "The Metropolitan Police Authority",
        "Does London keep its human trafficking unit?",
        "16 to 18 November",
        "Awdurdod yr Heddlu Metropolitan",
        "A fydd Llundain yn cadw ei huned masnachu pobl?",
    )
    await office.taps("Add to the timeline")
    await office.taps("Discard draft")
    await cast.ada.says("/timeline")


async def _content(cast: Cast) -> None:
    office = Office(cast.sam)
    await cast.sam.says("/content")
    await office.taps("Reasons")
    await office.taps("Add one")
    await cast.sam.says("A unit that is closed takes years to build again.")
    await cast.sam.says("Mae’n cymryd blynyddoedd i ailadeiladu uned sydd wedi’i chau.")


SCENES = (
    Scene(
        "page",
        ("Ben", "Ada", "Sam"),
        _everything,
        captions=("Sign in a minute", "Bring friends", "Run it all in a chat"),
    ),
    Scene("friends", ("Ada", "Ben"), _friends),
    Scene("letter", ("Ada",), _letter, height=1060),
    Scene("composing", ("Sam",), _composed),
    Scene("sent", ("Sam", "Ada"), _sent),
    Scene("story", ("Ada",), _event),
    Scene("content", ("Sam",), _content),
)
