"""What mkdocs does besides: pages that live elsewhere in the repository, and one for each module.

README.md is the first page. Links stay as they work in the repository, and are turned here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
PACKAGES = ("campaign", "storage", "packs", "messages")
# Where a page of the site comes from outside docs/.
ELSEWHERE = {
    "index.md": "README.md",
    **{name: name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE")},
    **{
        name: name
        for name in (
            "config.example.toml",
            "examples/keep-the-unit/campaign.toml",
            "examples/next-campaign/campaign.toml",
        )
    },
    "site.css": "docs/site/style.css",
}
_LOADS = re.compile(
    r'<(?:script|img|iframe|link rel="stylesheet")[^>]* (?:src|href)="(?:https?:)?//[^>]*'
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the pages of ELSEWHERE and of the modules beside those of docs/."""
    for place, source in ELSEWHERE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    for place, text in _reference():
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links that lead out of docs/, or from the top into it."""
    if page.file.src_uri.startswith("reference/"):
        return markdown
    markdown = re.sub(r"(\]\()(?:\.\./|docs/)", r"\1", markdown)
    # A block of code under "2. " is indented by 3 + 4 on GitHub and by 8 here.
    return re.sub(r"(?m)^ {7}(?=\S)", " " * 8, markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Refuse a page that loads anything from elsewhere: who reads it is nobody's business.

    Raises:
        PluginError: it does.
    """
    if found := _LOADS.search(output):
        raise PluginError(f"{page.file.src_uri} loads from elsewhere: {found.group()}")
    return output


def _reference() -> Iterator[tuple[str, str]]:
    """A page for each public module, and one that lists them with what each is for."""
    lines = ["# The modules", "", "Imports run one way; see [how it is built](../developer.md)."]
    for package in PACKAGES:
        lines += ["", f"## {package}", "", _purpose(ROOT / package / "__init__.py"), ""]
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            if file.name.startswith("_") or "migrations" in parts:
                continue
            name = ".".join(parts)
            lines.append(f"- [`{name}`]({name}.md): {_purpose(file)}")
            yield f"reference/{name}.md", f"# `{name}`\n\n::: {name}\n"
    yield "reference/index.md", "\n".join(lines) + "\n"


def _purpose(file: Path) -> str:
    """The first line of a module's docstring."""
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0]
