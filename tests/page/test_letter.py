"""Promises of an update by email as mail programs show it: readable by everybody, at any width."""

from base64 import b64encode
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from channels.email.letter import Button
from tests.email.letters import LETTER, PIXEL, html_of, read, written
from tests.folded import for_each

pytestmark = pytest.mark.browser

EVERYTHING = (
    "<b>Twelve of you</b> <i>stood</i> outside, <s>11</s> 12 <code>KEEP24</code>\n\n"
    "<blockquote>Nobody should have to drive forty miles.\nAnn</blockquote>\n"
    'Read <a href="https://petition.example.org/l">the letter</a>: '
    f"https://petition.example.org/{'a' * 200}\n\n{'w' * 300}\n"
    "<pre>Signatures   12,408\nGoal         20,000" + " and so on" * 20 + "</pre>"
)


@for_each(
    "language, direction, scheme, width",
    [
        ("en", "ltr", "light", 600),
        ("en", "ltr", "dark", 320),
        ("cy", "ltr", "light", 320),
        ("en", "rtl", "dark", 600),
    ],
)
async def test_a_letter_shows_no_barriers_and_is_never_too_wide(
    browser: Browser, tmp_path: Path, language: str, direction: str, scheme: str, width: int
) -> None:
    wire = written(
        html=EVERYTHING,
        language=language,
        direction=direction,
        buttons=(Button("Ask a friend " * 6, "https://petition.example.org/s/r_1"),),
    )
    html = html_of(read(wire))
    name = LETTER.pictures[0].name
    picture = f"data:image/png;base64,{b64encode(PIXEL).decode()}"
    file = tmp_path / "letter.html"
    file.write_text(html.replace(f"cid:{name}@example.org", picture), "utf-8")
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = await context.new_page()
    await page.goto(file.as_uri())
    found = await Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    )
    assert found.violations_count == 0, found.generate_report()
    wide = "document.documentElement.scrollWidth > window.innerWidth"
    assert not await page.evaluate(wide)
    await context.close()
