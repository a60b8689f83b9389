"""/api/campaigns/<slug>.json: a campaign's numbers for programs."""

import json
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.web.caching import ANYWHERE, Content, answered
from bot.web.public_campaigns import PublicCampaign
from campaign.petition import Petition
from packs.characters import visible
from packs.disclosure import APPEARS, STEP

FRESH_SECONDS = 10


class Numbers:
    """Answers with kept figures only; the same body is made once."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[PublicCampaign, Content]] = {}

    async def answer(self, request: Request, shown: PublicCampaign) -> Response:
        """docs/website.md says what each figure means."""
        return answered(request, self._content(shown), seconds=FRESH_SECONDS, more=ANYWHERE)

    def _content(self, shown: PublicCampaign) -> Content:
        slug = shown.petition.campaign.slug
        made_of, content = self._made.get(slug, (None, None))
        if content is None or made_of is not shown:
            body = json.dumps(_as_json(shown), ensure_ascii=False, separators=(",", ":"))
            content = Content(body.encode(), "application/json")
            self._made[slug] = (shown, content)
        return content


def _as_json(shown: PublicCampaign) -> dict[str, Any]:
    petition, figures = shown.petition, shown.figures
    changed_at = figures.changed_at
    return {
        "campaign": petition.campaign.slug,
        "status": petition.campaign.status,
        "closes_at": _there(petition, petition.closing.at if petition.closing else None),
        "closed_at": _there(petition, petition.campaign.closed_at),
        "count": figures.count,
        "goal": figures.goal,
        "milestones": list(figures.milestones),
        "areas": {
            "shown": dict(figures.by_area),
            "elsewhere": figures.elsewhere,
            "smallest_shown": APPEARS,
            "rounded_down_to": STEP,
        },
        "text": {
            language: {"title": visible(texts.title), "ask": visible(texts.ask)}
            for language, texts in petition.definition.text.items()
        },
        "sign_url": shown.sign_url,
        "telegram_url": shown.telegram_url,
        "updated_at": changed_at.isoformat(timespec="seconds") if changed_at else None,
    }


def _there(petition: Petition, at: datetime | None) -> str | None:
    """On the campaign's clocks, with their offset (ISO 8601)."""
    return at.astimezone(petition.zone).isoformat(timespec="seconds") if at else None
