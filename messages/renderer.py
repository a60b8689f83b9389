"""Turns a text's name, a language and values into what a person reads."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    select_autoescape,
)
from markupsafe import Markup

from messages.acts import Acts, plain
from messages.formats import Formats
from messages.harmless import ChatEnvironment, harmless
from messages.languages import DEFAULT, ROOT, Language, LanguageFolder, find
from messages.limits import one_line, presentable, sendable, shorten

_HTML, _TEXT, _DOCUMENT = ".html.j2", ".txt.j2", ".page.j2"
PLAIN_SECTIONS = ("commands", "email_subjects", "group_commands", "toast")
"""Sections of words.toml that are plain text."""
LAYOUTS = "layouts"
"""The folder of what web pages have in common: markup without words."""


class Renderer:
    """Every text in every language, compiled once, when it is first needed; safe to share.

    Values are hostile by assumption: HTML texts are autoescaped, what Telegram cannot carry is left
    out, and a variable that a text needs but was not given raises jinja2.UndefinedError.
    """

    def __init__(self, root: Path = ROOT, default: str = DEFAULT) -> None:
        """See which texts there are under `root`.

        Raises:
            LookupError: the default language has no folder.
        """
        folders = find(root, default)
        self.languages: tuple[Language, ...] = tuple(folder.language for folder in folders)
        self._texts = {folder.language.code: _Texts(folder) for folder in folders}
        self._default = default

    def compile(self) -> Iterator[None]:
        """Compile what has not been needed yet, one text at a time (about 2 ms), so that the
        caller can do other things meanwhile.

        Raises:
            jinja2.TemplateSyntaxError: a template is broken.
        """
        for texts in self._texts.values():
            yield from texts.compile()

    def html(self, name: str, language: str, /, **variables: object) -> str:
        """Give Telegram HTML for a message: `<language>/<name>.html.j2`.

        Raises:
            LookupError: no such template or language.
        """
        return sendable(self._in(language).template(name + _HTML).render(variables))

    def line(self, name: str, language: str, /, **variables: object) -> str:
        """Give a message as one line of plain text.

        Raises:
            LookupError: no such template or language.
        """
        return Markup(self.html(name, language, **variables)).striptags()  # noqa: S704 - escaped

    def page(self, name: str, language: str, /, **variables: object) -> str:
        """Give HTML for the web: `<language>/<name>.html.j2` in a frame from `layouts/`.

        Raises:
            LookupError: no such template or language.
        """
        variables = {"language": language, **variables}
        return presentable(self._in(language).template(name + _HTML).render(variables))

    def document(self, name: str, language: str, /, **variables: object) -> str:
        """Give a whole HTML document, to be kept and opened: `<language>/<name>.page.j2`.

        Raises:
            LookupError: no such template or language.
        """
        return self._in(language).template(name + _DOCUMENT).render(variables)

    def text(self, name: str, language: str, /, **variables: object) -> str:
        """Give plain text (a toast, a command's description): `<language>/<name>.txt.j2`.

        Raises:
            LookupError: no such template or language.
        """
        return sendable(self._in(language).template(name + _TEXT).render(variables))

    def label(self, key: str, language: str, /, **variables: object) -> str:
        """Give a button's label, one line of plain text: `key` in `<language>/labels.toml`.

        Raises:
            LookupError: no such label or language.
        """
        return self._in(language).label(key, **variables)

    def printed(self, key: str, language: str, /, **variables: object) -> str:
        """Give what is printed on a hand-in pack, plain text: `key` in `<language>/pack.toml`.

        Raises:
            LookupError: no such words or language.
        """
        return self._in(language).printed(key, **variables)

    def printed_plain(self, language: str) -> dict[str, str]:
        """Give all that is printed in this language and takes no variables, by key: the caller's
        own, to add to."""
        return self._in(language).printed_plain()

    def act(self, text: str) -> str | None:
        """Give the act that words name which are typed alone, in any language ("Stop!", "help"):
        a key in `<language>/acts.toml`. None for anything else."""
        said = plain(text)
        if not said:
            return None
        found = (texts.acts.find(said) for texts in self._texts.values())
        return next((act for act in found if act is not None), None)

    @staticmethod
    def is_the_same(typed: str, words: str) -> bool:
        """Whether somebody typed these words, as `act` reads them."""
        return bool(said := plain(typed)) and said == plain(words)

    def little_words(self, language: str) -> frozenset[str]:
        """Give the words of a language that say nothing of what somebody asks, such as "the".

        Raises:
            LookupError: no such language.
        """
        return self._in(language).acts.little

    def match(self, *wanted: str | None) -> str:
        """Give the first wanted language that there is ("cy", "en-GB"), else the default's code."""
        for tag in wanted:
            code = (tag or "").replace("_", "-").partition("-")[0].lower()
            if code in self._texts:
                return code
        return self._default

    def _in(self, language: str) -> "_Texts":
        try:
            return self._texts[language]
        except KeyError:
            raise LookupError(f"no language {language!r}") from None


@cache
def bot_texts() -> Renderer:
    """The bot's own texts, once in a process."""
    return Renderer()


class _Texts:
    """One language's texts."""

    def __init__(self, folder: LanguageFolder) -> None:
        self._environment = ChatEnvironment(
            loader=_loader(folder.path),
            autoescape=select_autoescape(["html.j2", "page.j2"], default_for_string=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
        )
        formats = Formats(folder.locale).filters()
        self._environment.filters.update(formats, shorten=shorten, harmless=harmless)
        self._environment.our_filters = formats.keys()
        self._environment.globals["label"] = self.label
        self._templates: dict[str, Template] = {}
        self.acts = Acts(folder.path / "acts.toml")
        self._labels = _Words(folder.path / "labels.toml", self._environment)
        self._printed = _Words(folder.path / "pack.toml", self._environment)

    def compile(self) -> Iterator[None]:
        for name in self._environment.list_templates(extensions=["j2"]):
            if name not in self._templates:
                self.template(name)
                yield
        for words in (self._labels, self._printed):
            yield from words.compile()

    def template(self, name: str) -> Template:
        found = self._templates.get(name)
        if found is None:
            try:
                found = self._templates[name] = self._environment.get_template(name)
            except TemplateNotFound:
                raise LookupError(f"no text {name!r}") from None
        return found

    def label(self, key: str, /, **variables: object) -> str:
        return self._labels.said(key, variables)

    def printed(self, key: str, /, **variables: object) -> str:
        return self._printed.said(key, variables)

    def printed_plain(self) -> dict[str, str]:
        return dict(self._printed.plain)


def _loader(folder: Path) -> ChoiceLoader:
    """Texts of a file each, and the short ones in words.toml: `saved` of `[toast]` is the text
    "toast/saved"."""
    sections = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))
    short = {
        f"{section}/{name}{_TEXT if section in PLAIN_SECTIONS else _HTML}": text
        for section, texts in sections.items()
        for name, text in texts.items()
    }
    files = FileSystemLoader([folder, folder.parent / LAYOUTS])
    return ChoiceLoader([DictLoader(short), files])


class _Words:
    """Short texts by key, in one file: without variables, or small templates."""

    def __init__(self, file: Path, environment: ChatEnvironment) -> None:
        written: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
        self._name, self._environment = file.name, environment
        self._written = {key: text for key, text in written.items() if "{{" in text or "{%" in text}
        self._templates: dict[str, Template] = {}
        self.plain = {key: text for key, text in written.items() if key not in self._written}

    def compile(self) -> Iterator[None]:
        for key in self._written.keys() - self._templates.keys():
            self._template(key)
            yield

    def said(self, key: str, variables: Mapping[str, object]) -> str:
        plain = self.plain.get(key)
        if plain is not None:
            return plain
        if key not in self._written:
            raise LookupError(f"no {key!r} in {self._name}")
        return one_line(self._template(key).render(variables))

    def _template(self, key: str) -> Template:
        found = self._templates.get(key)
        if found is None:
            found = self._templates[key] = self._environment.from_string(self._written[key])
        return found
