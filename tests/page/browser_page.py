"""Looking at the page: phones, buttons, and what must hold for any of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

ONE_IS_TRIED = pytest.mark.full("each page is looked at in one scheme, light or dark")

TOO_WIDE = """[...document.querySelectorAll('.phone.front *')]
  .filter(element => element.getBoundingClientRect().right > 361).length"""

CONTRAST = """element => {
  const parse = color => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let behind = element;
  const paint = which => getComputedStyle(which).backgroundColor;
  while (behind && parse(paint(behind))[3] === 0) behind = behind.parentElement;
  const [a, b] = [getComputedStyle(element).color, paint(behind)].map(c => light(parse(c)));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


@asynccontextmanager
async def opened(browser: Browser, address: str, **options: Any) -> AsyncIterator[Page]:
    """The page; any error in its console fails the test."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(address)
    await page.wait_for_selector(".phone")
    yield page
    await context.close()
    assert errors == []


def phone(page: Page, name: str = "Ada") -> Locator:
    return page.get_by_role("region", name=f"{name}’s phone")


async def newest(of: Locator, text: str) -> None:
    await expect(of.locator(".message.in").last).to_contain_text(text)


async def press(of: Locator, label: str) -> None:
    await of.locator(".keyboard button", has_text=label).last.click()


async def starts(of: Locator) -> None:
    await of.get_by_role("button", name="START").click()
    await newest(of, "Share!")


async def goes_to(of: Locator, chat: str) -> None:
    await of.get_by_role("combobox").select_option(label=chat)


def results(of: Locator) -> Locator:
    return of.get_by_role("listbox", name="Results").get_by_role("option")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")
