"""Somebody with a browser that knows no scripts: reads pages, taps buttons, sends forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp
from yarl import URL

from tests.bot.web_door import Answer

FRAGMENT = "text/vnd.clamour+html"


@dataclass
class Button:
    """A button: its form, and what it adds to it."""

    label: str
    form: str
    name: str
    value: str


@dataclass
class Page(HTMLParser):
    """What a page shows.

    Attributes:
        bubbles: who says it, and the words.
        hidden: hidden fields, by form.
        field: the attributes of the field for words.
    """

    html: str
    bubbles: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    copied: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    hidden: dict[str, dict[str, str]] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    field_: dict[str, str | None] = field(default_factory=dict)
    heading: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._form = self._tag = self._words = ""
        self._unseen = 0
        self._link = ""
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = given.get("id") or given["action"]
            self.actions[self._form] = given["action"]
            self.hidden[self._form] = {}
        elif tag in ("input", "textarea"):
            self._read_field(tag, given)
        elif tag == "button":
            form = given.get("form", self._form)
            self.buttons.append(Button("", form, given.get("name", ""), given.get("value", "")))
        elif tag == "a":
            self._link = given.get("href", "")
        elif tag == "article":
            self.bubbles.append((given["class"].split()[0], ""))
        elif tag == "p" and given.get("class") == "note":
            self.bubbles.append(("note", ""))
        elif tag == "img":
            self.pictures.append(given["src"])
        self._tag = tag
        self._words = ""
        if tag == "span":
            self._unseen += "unseen" in given.get("class", "")

    def _read_field(self, tag: str, given: dict[str, str]) -> None:
        if given.get("type") == "hidden":
            self.hidden[self._form][given["name"]] = given["value"]
        elif given.get("name") == "text":
            self.field_ = {"tag": tag, **given}
        elif "readonly" in given:
            self.copied[self._words.strip()] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            self.links[self._words.strip()] = self._link
            self._link = ""
        if tag == "button":
            self.buttons[-1].label = self._words.strip()
        if tag == "h1":
            self.heading = self._words.strip()
        if tag == "span" and self._unseen:
            self._unseen -= 1
        self._tag = ""

    def handle_data(self, data: str) -> None:
        self._words += data
        inside = self._tag not in ("button", "h1", "title") and not self._unseen
        if self.bubbles and inside:
            who, words = self.bubbles[-1]
            self.bubbles[-1] = who, words + data

    @property
    def newest(self) -> str:
        """The words of the newest bubble of the bot."""
        return next((words for who, words in reversed(self.bubbles) if who == "bot"), "")

    @property
    def labels(self) -> list[str]:
        return [one.label for one in self.buttons]

    def button(self, label: str) -> Button:
        """The newest button of this label."""
        found = [one for one in self.buttons if one.label == label]
        assert found, (label, self.labels)
        return found[-1]


@dataclass
class Visitor:
    """A browser without scripts, which keeps cookies.

    Attributes:
        page: what it shows.
        answer: how the page came.
    """

    address: str
    session: aiohttp.ClientSession
    page: Page = field(default_factory=lambda: Page(""))
    answer: Answer | None = None
    at: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def to(cls, address: str, **headers: str) -> "Visitor":
        """A new browser, for a bot at this address."""
        jar = aiohttp.CookieJar(unsafe=True)
        return cls(address, aiohttp.ClientSession(cookie_jar=jar), headers=headers)

    async def __aenter__(self) -> "Visitor":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def opens(self, path: str) -> Page:
        return await self._asks("GET", path)

    async def begins(self, code: str = "keep-the-unit", query: str = "") -> Page:
        """Opens a link and taps *Sign here*."""
        await self.opens(f"/s/{code}{query}")
        (form,) = self.page.actions
        return await self._asks("POST", self.page.actions[form], data=self.page.hidden[form])

    async def taps(self, label: str, *, on: Page | None = None) -> Page:
        page = on or self.page
        button = page.button(label)
        given = {**page.hidden[button.form], button.name: button.value}
        return await self._asks("POST", page.actions[button.form], data=given)

    async def says(self, text: str, *, on: Page | None = None) -> Page:
        page = on or self.page
        given = {**page.hidden["say"], "text": text, "website": ""}
        return await self._asks("POST", page.actions["say"], data=given)

    async def sends(self, path: str = "/chat", **given: Any) -> Answer:
        """A request of any kind; where it leads is not followed."""
        method = given.pop("method", "POST")
        headers = {**self.headers, **given.pop("headers", {})}
        async with self.session.request(
            method, self.address + path, headers=headers, allow_redirects=False, **given
        ) as answer:
            return Answer(answer.status, answer.headers.copy(), await answer.read())

    async def _asks(self, method: str, path: str, **given: Any) -> Page:
        address = URL(self.at or self.address).join(URL(path)) if self.at else path
        whole = str(address) if self.at else self.address + path
        async with self.session.request(method, whole, headers=self.headers, **given) as answer:
            self.answer = Answer(answer.status, answer.headers.copy(), await answer.read())
            self.at = str(answer.url.with_fragment(None))
        if self.answer.headers.get("Content-Type", "").startswith("text/html"):
            self.page = Page(self.answer.text)
        return self.page
