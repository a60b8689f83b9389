"""Web pages with every kind of value: well formed, and only what was meant."""

from html.parser import HTMLParser

import pytest

from messages import bot_texts
from tests import hostile
from tests.messages import catalogue

RENDERER = bot_texts()
LANGUAGES = [language.code for language in RENDERER.languages]
VOID = {"meta", "link", "input", "img"}
PARTS = ("web/card", "web/chat_more")
"""What is put into a page that is there."""


class Read(HTMLParser):
    """What a browser makes of a page: its tags with their attributes' names, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.opened: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()
        assert self.opened == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _ in attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def pages(value: str, language: str) -> list[tuple[str, str]]:
    return [
        (name, RENDERER.page(name, language, **variables))
        for name, alternatives in catalogue.web(lambda limit: value[:limit]).items()
        for variables in catalogue.each(alternatives)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_well_formed_and_says_its_language(language: str) -> None:
    for name, html in pages("Ada", language):
        read = Read(html)
        assert f'lang="{language}"' in html
        assert "{{" not in html
        assert "None" not in read.words
        assert name in PARTS or html.startswith("<!DOCTYPE html>"), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_values_change_nothing_but_the_words(language: str) -> None:
    calm = [Read(html).tags for _, html in pages("xx", language)]
    for value in hostile.VALUES:
        rough = [Read(html).tags for _, html in pages(value or "xx", language)]
        assert rough == calm, value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_holds_no_character_that_turns_words_round(language: str) -> None:
    for _, html in pages("a\u202eb\x00\ud800c", language):
        assert not set("\u202e\x00\ud800") & set(html)
        html.encode()
