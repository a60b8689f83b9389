"""Promises of the page of /mydata: whatever is held, a person can read it."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column

from handlers.supporter.my_data_page import CODES, TECHNICAL, TECHNICAL_IN, sections
from messages import bot_texts
from storage.personal_data import HELD
from storage.tables import metadata
from tests.handlers.routes_harness import RoutesHarness
from tests.handlers.test_every_state_reads_right import doors, reader

__all__ = ["doors"]
LANGUAGES = [language.code for language in bot_texts().languages]
AT = datetime(2009, 6, 26, 9, 30, 15, 123456, tzinfo=UTC)
EXPORTED = {
    **{name: held.hidden for name, held in HELD.items()},
    "comments": ("signature_id", "chosen"),
    "wordings": (),
}
UNREADABLE = re.compile(r"[{}\[\]]|None|True|False|_|\d\d:\d\d:\d\d|\.\d{3}|datetime")


def value_of(column: "Column[Any]") -> Any:
    kinds = {bool: True, int: 3, float: 2.5, datetime: AT, date: AT.date()}
    nested = {"answers": {"words": "Words"}, "choices": {"updates": True}}
    return nested.get(column.name) or kinds.get(column.type.python_type, "xx")


def page(language: str, held: Any) -> str:
    shown = sections(held, {3: "Keep the unit"})
    zone = {"at": AT, "zone": "Europe/London"}
    return bot_texts().document("my_data/page", language, sections=shown, **zone)


class Words(HTMLParser):
    """What a page shows, without its style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)


def unreadable(said: str) -> "re.Match[str] | None":
    """What is of the database and not for people; codes of links are to be copied."""
    return UNREADABLE.search(re.sub(r"my-data\.json|r_\w{10}", "", said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_and_column_has_words(language: str) -> None:
    """A new column needs a word in each language, or a place among those that tell nothing."""
    for table, hidden in EXPORTED.items():
        columns = [one for one in metadata.tables[table].c if one.name not in hidden]
        html = page(language, {table: [{one.name: value_of(one) for one in columns}]})
        said = " ".join(Words(html).words)
        assert not unreadable(said), (table, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_ours_has_words(language: str) -> None:
    for table, hidden in EXPORTED.items():
        for check in metadata.tables[table].constraints:
            found = re.fullmatch(
                r"(\w+) IN \((.*)\)",
                str(check.sqltext) if isinstance(check, CheckConstraint) else "",
            )
            if found is None or found[1] not in CODES - TECHNICAL or found[1] in hidden:
                continue
            if found[1] in TECHNICAL_IN.get(table, ()):
                continue
            for code in re.findall(r"'(\w+)'", found[2]):
                html = page(language, {table: [{found[1]: code}]})
                shown = html.rpartition("<td>")[2].partition("</td>")[0]
                assert shown
                assert "_" not in shown
                if language != "en":
                    assert shown != code, "said as it is called in the database"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_page_reads_like_one_for_people(
    doors: RoutesHarness,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    ada = await reader(doors, monkeypatch, 7_001, signature="live", hears=True, language=language)
    await ada.says("/sign")
    await ada.says("/updates")
    held: list[Any] = []
    document = doors.services.renderer.document

    def noted(name: str, language: str, **variables: Any) -> str:
        held.append(document(name, language, **variables))
        return str(held[0])

    monkeypatch.setattr(doors.services.renderer, "document", noted, raising=False)
    await ada.says("/mydata")
    words = Words(held[0]).words
    said = " ".join(words)
    assert not unreadable(said), said
    assert "Europe/London" in said
    assert doors.petition.texts(language).title in words
    assert {"en": "counts", "cy": "yn cyfrif"}[language] in words


def test_times_are_in_the_campaigns_time_zone() -> None:
    html = page("en", {"signatures": [{"signed_at": AT}]})
    assert "26 June 2009, 10:30<" in html, "summer time in London"


def test_what_somebody_has_answered_so_far_is_shown_by_petition() -> None:
    form = {"answers": {"name": "Ada <b>", "postcode": "SW1A 1AA"}, "updates": True, "shown": [1]}
    kept = {"3": form, "letter": {"own": "Dear Sir"}, "broadcast": 7}
    html = page("en", {"dialogs": [{"answers": kept, "recent_updates": [1, 2], "serial": 9}]})
    for words in ("Keep the unit", "Ada &lt;b&gt;", "SW1A 1AA", "Dear Sir", "updates wanted"):
        assert words in html
    assert ">7<" not in html
