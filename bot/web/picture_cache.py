"""Draw each picture once, beside the event loop, and keep it while it is wanted."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from bot.web.caching import Content
from bot.web.public_campaigns import PublicCampaign
from messages import Renderer
from pictures import previews
from pictures.previews import Labels

KEPT = 200


class PictureCache:
    """Draws what pictures show of a campaign in a language."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._kept: OrderedDict[tuple[str, Labels], Content] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def preview(self, shown: PublicCampaign, language: str) -> Content:
        """For link previews; the count is rounded, so that it is drawn rarely."""
        words = self._words(shown, language, exact=False)
        return await self._made("preview", words, previews.preview, "image/png")

    async def counter(self, shown: PublicCampaign, language: str) -> Content:
        """For websites, as PNG."""
        words = self._words(shown, language, exact=False)
        return await self._made("counter", words, previews.counter, "image/png")

    async def counter_svg(self, shown: PublicCampaign, language: str) -> Content:
        """For websites, as SVG: cheap enough for the exact count."""
        words = self._words(shown, language, exact=True)
        return Content(previews.counter_svg(words), "image/svg+xml")

    def _words(self, shown: PublicCampaign, language: str, *, exact: bool) -> Labels:
        def label(key: str, **variables: object) -> str:
            return self._renderer.label(key, language, **variables)

        figures, petition = shown.figures, shown.petition
        count = figures.count if exact else previews.rounded(figures.count)
        last = "web_sign" if petition.is_open else "web_closed"
        return Labels(
            title=petition.texts(language).title,
            signed=label("web_signed", total=count, more=figures.count > count),
            goal=self._below(shown, language) if petition.is_open else label(last),
            button=label(last) if petition.is_open else "",
            share=round(min(1.0, count / figures.goal), 3),
        )

    def _below(self, shown: PublicCampaign, language: str) -> str:
        """The goal, and when signing ends."""
        said = self._renderer.label
        goal, ends = said("web_goal", language, goal=shown.figures.goal), shown.petition.closing
        return f"{goal} · {said('web_closes', language, ends=ends)}" if ends else goal

    async def _made(
        self, kind: str, words: Labels, draw: Callable[[Labels], bytes], media_type: str
    ) -> Content:
        key = (kind, words)
        if key not in self._kept:
            async with self._one_at_a_time:
                if key not in self._kept:
                    body = await asyncio.to_thread(draw, words)
                    self._kept[key] = Content(body, media_type)
                    while len(self._kept) > KEPT:
                        self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
