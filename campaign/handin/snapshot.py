"""A snapshot of what goes into a pack."""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, Protocol

from campaign import comments, fields
from campaign.petition import Petition
from packs.facts import SPOOL, Comment, Facts, Text, spool_file, spool_line
from storage import campaigns, daily_counts, events, handin_packs, handins, paper_entries
from storage.campaigns import Totals
from storage.database import Connection
from storage.handin_packs import Counts, Pack, Standing
from storage.wordings import Wording


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers that the words on a pack speak of.

    Attributes:
        first, last: days of the first and last signature in the chat; None if there is none.
        days: how many were added on each day (UTC), oldest first.
        place: what `place_of` gives.
        handed_in: when, in the campaign's time zone; None while no hand-in is planned.
    """

    counts: Counts
    totals: Totals
    first: date | None
    last: date | None
    days: Mapping[date, int]
    place: str
    texts: tuple[Text, ...]
    handed_in: date | None = None


class Wordsmith(Protocol):
    """Gives the words that are printed (messages/<language>/pack.toml)."""

    def __call__(
        self, petition: Petition, pack: Pack, figures: Figures, at: datetime
    ) -> dict[str, str]:
        """By key."""
        ...


class CountMismatch(Exception):
    """The signatures found are not as many as were counted: no pack is made of them."""


async def take(
    db: Connection,
    petition: Petition,
    pack: Pack,
    job: Path,
    words: Wordsmith,
    *,
    now: datetime,
    handed_in_on: str = "",
    handed_in_at: str = "",
) -> Totals:
    """Put everything a pack needs into a job's folder, read page by page from one state.

    Args:
        db: a reading connection, which sees one state however long this takes.
        now: UTC.
        handed_in_on, handed_in_at: "" for those of the hand-in in the story, if there is one.

    Raises:
        CountMismatch: signatures and counts differ, which a mend of the database has to explain.
    """
    known = await handin_packs.wordings_of(db, petition.id)
    (job / SPOOL).mkdir(parents=True, exist_ok=True)
    walk = _Walk(petition, known, job)
    with walk:
        async for page in handin_packs.standing(db, petition.id):
            walk.write(page)
    occasion = await _occasion(db, petition)
    figures = replace(await _figures(db, petition, known, walk), handed_in=occasion.day)
    online = walk.found.total()
    facts = _facts(petition, pack, figures, now)
    printed = words(petition, pack, figures, now)
    replace(
        facts,
        words=printed,
        paper_by_source=await paper_entries.by_source(db, petition.id),
        comments=[_printed(quote) for quote in await comments.quotes(db, petition.id)],
        handed_in_on=handed_in_on or printed.get("hand_in_day", ""),
        handed_in_at=handed_in_at or occasion.place,
    ).write(job)
    return Totals(online, figures.totals.offline)


@dataclass(frozen=True, slots=True)
class _Occasion:
    day: date | None = None
    place: str = ""


async def _occasion(db: Connection, petition: Petition) -> _Occasion:
    """Of the hand-in that is planned, or of the last one."""
    found = await handins.planned(db, petition.id) or await handins.latest_held(db, petition.id)
    event = await events.of(db, found.event_id) if found else None
    if found is None or event is None:
        return _Occasion()
    texts = event.texts.get(pack_language(petition), {})
    return _Occasion(found.at.astimezone(petition.zone).date(), texts.get("place", ""))


async def _figures(
    db: Connection, petition: Petition, known: Mapping[int, Wording], walk: "_Walk"
) -> Figures:
    """What was found, compared with what is counted and kept.

    Raises:
        CountMismatch: they differ.
    """
    counts = await handin_packs.counts(db, petition.id)
    totals = await campaigns.totals(db, petition.id)
    online, live = walk.found.total(), counts.given - counts.withdrawn
    if online != live - counts.without_consent or totals.live != live:
        raise CountMismatch(f"{online} found, {counts} counted, {totals} kept")
    texts = tuple(
        Text(label_of(one), one.language, one.version, one.sha256, one.text, walk.found[one.id])
        for one in _in_order(petition, known)
        if walk.found[one.id]
    )
    days = await daily_counts.by_day(db, petition.id)
    return Figures(counts, totals, walk.first, walk.last, days, place_of(petition), texts)


def _facts(petition: Petition, pack: Pack, figures: Figures, now: datetime) -> Facts:
    language = pack_language(petition)
    view, counts = petition.view(language), figures.counts
    return Facts(
        slug=petition.campaign.slug,
        profile=pack.profile,
        key=pack.salt_key.hex(),
        made_at=now.astimezone(petition.zone).isoformat(timespec="seconds"),
        language=language,
        title=view.title,
        ask=view.ask,
        target=view.target,
        organiser=view.organiser,
        contact=view.contact,
        words={},
        texts=list(figures.texts),
        given=counts.given,
        withdrawn=counts.withdrawn,
        without_consent=counts.without_consent,
        online=counts.given - counts.withdrawn - counts.without_consent,
        paper=figures.totals.offline,
        paper_by_source=[],
        growth=[(day.isoformat(), count) for day, count in figures.days.items()],
    )


class Lives(Protocol):
    """Whatever says where a signer lives."""

    @property
    def postcode(self) -> str | None: ...

    @property
    def country(self) -> str | None: ...


def place_of(petition: Petition) -> str:
    """Where signers say they live: "postcode", "country", or "" if it is not asked."""
    asked = {field.kind for field in petition.definition.fields}
    return next((kind for kind in ("postcode", "country") if kind in asked), "")


def place_under(petition: Petition, signature: Lives) -> str:
    """Where a signer lives, as it is printed: the postcode; where one is asked for and they have
    none, the country's name, because DE is Derby's area, too. "" if it is not asked."""
    kind, country = place_of(petition), signature.country
    if kind == "postcode" and signature.postcode is None and country is not None:
        return fields.country_name(country, pack_language(petition))
    return (getattr(signature, kind) if kind else None) or ""


def pack_language(petition: Petition) -> str:
    """The campaign's first language: the target is one of it."""
    return petition.definition.languages[0]


def label_of(wording: Wording) -> str:
    """A text by language and version: en-1."""
    return f"{wording.language}-{wording.version}"


def _in_order(petition: Petition, known: Mapping[int, Wording]) -> list[Wording]:
    """The campaign's first language first, and of each the oldest text."""
    languages = petition.definition.languages

    def place(one: Wording) -> tuple[int, str, int]:
        at = languages.index(one.language) if one.language in languages else len(languages)
        return at, one.language, one.version

    return sorted(known.values(), key=place)


def _printed(quote: comments.Quote) -> Comment:
    return Comment(", ".join(part for part in (quote.first_name, quote.area) if part), quote.words)


class _Walk:
    """Writes signatures into one file for each text, and notes how many and when."""

    def __init__(self, petition: Petition, known: Mapping[int, Wording], job: Path) -> None:
        self._zone, self._known, self._job = petition.zone, known, job
        self._petition = petition
        self._files: dict[int, IO[str]] = {}
        self._stack = ExitStack()
        self.found: Counter[int] = Counter()
        self.first: date | None = None
        self.last: date | None = None

    def __enter__(self) -> None:
        self._stack.__enter__()

    def __exit__(self, *fault: object) -> None:
        self._stack.close()

    def write(self, page: list[Standing]) -> None:
        for one in page:
            on = one.signed_at.astimezone(self._zone).date()
            place = place_under(self._petition, one)
            line = spool_line(one.number, one.full_name or "", place, on)
            self._file(one.petition_wording_id).write(line)
            self.found[one.petition_wording_id] += 1
            self.first = min(on, self.first or on)
            self.last = max(on, self.last or on)

    def _file(self, wording_id: int) -> IO[str]:
        if wording_id not in self._files:
            file = spool_file(self._job, label_of(self._known[wording_id]))
            opened = file.open("w", encoding="utf-8", newline="\n")
            self._files[wording_id] = self._stack.enter_context(opened)
        return self._files[wording_id]
