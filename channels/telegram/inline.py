"""Inline mode: "@bot" typed in any chat offers a card of the petition with the sharer's link."""

import contextlib
import math
import re
from datetime import datetime

import telegram
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter

from campaign.errors import NotSigned
from campaign.petition import CampaignView, Petition
from campaign.referrals import links
from channels.telegram.show import with_retries
from handlers.button_styles import style_of
from handlers.services import Services
from messages.limits import shorten
from storage import campaigns, supporters
from storage.database import Connection
from storage.referral_links import Link
from storage.supporters import Supporter

SECONDS_TO_KEEP = 30
MOST_RESULTS = 10
TITLE_LIMIT, BUTTON_LIMIT = 120, 64
RESULT = re.compile(r"campaign:(\d{1,18})")


async def answer(services: Services, update: telegram.Update) -> None:
    """Offer a card of each open petition: live count, and a Sign button with the sharer's link.

    Who has not signed passes on the petition's own link, and is told how to get one of theirs.
    Where none is open, there is a way to see what came of the last. The answer is personal and kept
    for half a minute (https://core.telegram.org/bots/api#answerinlinequery).
    """
    query = update.inline_query
    if query is None:
        return
    every = await services.catalogue.petitions()
    petitions = _wanted(every, query.query)
    async with services.database.transaction() as db:
        asker = await supporters.by_telegram_id(db, query.from_user.id)
        language = services.renderer.match(
            asker.language if asker else None, query.from_user.language_code
        )
        own = {p.id: await _own_link(db, p, asker, services.clock()) for p in petitions}
        words = {
            p.id: await services.share_texts.words(db, p, link, language, now=services.clock())
            for p in petitions
            if (link := own[p.id]) is not None
        }
        totals = {p.id: await campaigns.totals(db, p.id) for p in petitions}
    results = []
    for petition in petitions:
        view, link = petition.view(language, totals[petition.id]), own[petition.id]
        payload = link.code if link is not None else petition.campaign.slug
        results.append(_card(services, petition, view, payload, language, words.get(petition.id)))
    button = None
    if every and not any(own.values()):
        label = services.renderer.label("own_link" if petitions else "none_open", language)
        leads_to = petitions[0] if petitions else every[-1]
        button = InlineQueryResultsButton(
            shorten(label, BUTTON_LIMIT), start_parameter=leads_to.campaign.slug
        )
    seconds = _seconds_to_keep(petitions, services.clock())
    # Too late, or held back: the person has typed on or gone.
    with contextlib.suppress(BadRequest, RetryAfter):
        await with_retries(
            lambda: update.get_bot().answer_inline_query(
                query.id, results, cache_time=seconds, is_personal=True, button=button
            )
        )


def _seconds_to_keep(petitions: list[Petition], now: datetime) -> int:
    """Half a minute, but no card is offered once its petition has closed."""
    ends = [one.closing.at for one in petitions if one.closing is not None]
    left = [math.ceil((at - now).total_seconds()) for at in ends]
    return max(1, min([SECONDS_TO_KEEP, *left]))


async def chosen(services: Services, update: telegram.Update) -> None:
    """Note that a signer has passed the petition on, if BotFather's inline feedback tells us."""
    result = update.chosen_inline_result
    named = RESULT.fullmatch(result.result_id) if result else None
    if result is None or named is None:
        return
    petitions = [p for p in await services.catalogue.petitions() if p.id == int(named[1])]
    async with services.database.transaction() as db:
        sharer = await supporters.by_telegram_id(db, result.from_user.id)
        if sharer is not None:
            for petition in petitions:
                await links.shared(db, petition, sharer, now=services.clock())


def _wanted(petitions: tuple[Petition, ...], words: str) -> list[Petition]:
    """The open petitions whose short name or title has these words; all, if none has."""
    open_ones = [petition for petition in petitions if petition.is_open]
    wanted = words.strip().casefold()
    named = [
        petition
        for petition in open_ones
        if wanted in petition.campaign.slug
        or any(wanted in texts.title.casefold() for texts in petition.definition.text.values())
    ]
    return (named or open_ones)[:MOST_RESULTS]


async def _own_link(
    db: Connection, petition: Petition, asker: Supporter | None, now: datetime
) -> Link | None:
    if asker is None:
        return None
    try:
        return await links.personal(db, petition, asker, now=now)
    except NotSigned:
        return None


def _card(
    services: Services,
    petition: Petition,
    view: CampaignView,
    payload: str,
    language: str,
    share_text: str | None,
) -> InlineQueryResultArticle:
    render = services.renderer
    sign = InlineKeyboardButton(
        render.label("sign", language), url=services.link(payload), style=style_of("sign")
    )
    return InlineQueryResultArticle(
        id=f"campaign:{petition.id}",
        title=shorten(petition.texts(language).title, TITLE_LIMIT),
        description=render.label("inline_hint", language, total=view.total),
        input_message_content=InputTextMessageContent(
            render.html("inline/card", language, campaign=view, share_text=share_text),
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=InlineKeyboardMarkup([[sign]]),
    )
