"""Turns a text's name, a language and values into what a person reads."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from messages.fitting import one_line, presentable, sendable, shorten
from messages.formats import Formats
from messages.languages import DEFAULT, ROOT, Language, LanguageFolder, find

Words = dict[str, str | Template]

_HTML, _TEXT, _DOCUMENT = ".html.j2", ".txt.j2", ".page.j2"
LAYOUTS = "layouts"
"""The folder of what web pages have in common: markup without words."""


class Renderer:
    """Every text in every language, compiled once; safe to share.

    Values are hostile by assumption: HTML texts are autoescaped, what Telegram cannot carry is left
    out, and a variable that a text needs but was not given raises jinja2.UndefinedError.
    """

    def __init__(self, root: Path = ROOT, default: str = DEFAULT) -> None:
        """Compile all texts under `root`.

        Raises:
            LookupError: the default language has no folder.
            jinja2.TemplateSyntaxError: a template is broken.
        """
        folders = find(root, default)
        self.languages: tuple[Language, ...] = tuple(folder.language for folder in folders)
        self._texts = {folder.language.code: _Texts(folder) for folder in folders}
        self._default = default

    def html(self, name: str, language: str, /, **variables: object) -> str:
        """Give Telegram HTML for a message: `<language>/<name>.html.j2`.

        Raises:
            LookupError: no such template or language.
        """
        return sendable(self._in(language).template(name + _HTML).render(variables))

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
        """Give all that is printed in this language and takes no variables, by key."""
        return self._in(language).printed_plain()

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
    """The bot's own texts, compiled once in a process."""
    return Renderer()


class _Texts:
    """One language's compiled texts."""

    def __init__(self, folder: LanguageFolder) -> None:
        environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([folder.path, folder.path.parent / LAYOUTS]),
            autoescape=select_autoescape(["html.j2", "page.j2"], default_for_string=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
        )
        environment.filters.update(Formats(folder.locale).filters(), shorten=shorten)
        environment.globals["label"] = self.label

        def words(file: str) -> Words:
            written = (folder.path / file).read_text(encoding="utf-8")
            return {
                key: environment.from_string(text) if "{{" in text or "{%" in text else text
                for key, text in tomllib.loads(written).items()
            }

        self._labels = words("labels.toml")
        self._printed = words("pack.toml")
        self._templates = {
            name: environment.get_template(name)
            for name in environment.list_templates(extensions=["j2"])
        }

    def template(self, name: str) -> Template:
        try:
            return self._templates[name]
        except KeyError:
            raise LookupError(f"no text {name!r}") from None

    def label(self, key: str, /, **variables: object) -> str:
        return _said(self._labels, "label", key, variables)

    def printed(self, key: str, /, **variables: object) -> str:
        return _said(self._printed, "printed words", key, variables)

    def printed_plain(self) -> dict[str, str]:
        return {key: text for key, text in self._printed.items() if isinstance(text, str)}


def _said(words: Words, kind: str, key: str, variables: Mapping[str, object]) -> str:
    try:
        text = words[key]
    except KeyError:
        raise LookupError(f"no {kind} {key!r}") from None
    return text if isinstance(text, str) else one_line(text.render(variables))
