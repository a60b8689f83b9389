"""Choosing who gets an update; the number of people is there while choosing."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from campaign.broadcasts import audience as audiences
from campaign.petition import Petition
from campaign.referrals import links
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import state
from handlers.staff.broadcasts.buttons import DraftAct, back, to
from handlers.staff.broadcasts.state import Handler
from storage import audiences as found
from storage import referral_links
from storage.addresses import EMAIL
from storage.audiences import ANNOUNCEMENT, Audience
from storage.broadcasts import Broadcast

WHO = ("everyone", "signers", "not_signed")
MOST_AREAS, MOST_SOURCES = 40, 20
SIGNED = {"any": None, "7": 7, "30": 30, "before30": -30}
"""When they have signed: in the last so many days, or (negative) before."""

_AND = ("", "AND", "A", "AC")
_AREA = re.compile(r"[A-Z]{1,4}")


async def screen(context: Context, petition: Petition, draft: Broadcast, _: str = "") -> Screen:
    """Who it goes to as chosen so far, and what else can be chosen."""
    chosen = audiences.from_dict(draft.audience)
    state.go_to(context, draft, state.LOOKING)
    of_others = draft.kind == ANNOUNCEMENT  # of those, only the language is known here
    whom = () if of_others else WHO
    rows = [[to(draft, f"only_{who}", "who", who, on=chosen.who == who)] for who in whom]
    languages = petition.definition.languages
    if len(languages) > 1:
        names = {one.code: one.name for one in context.services.renderer.languages}
        rows.append(
            [
                to(
                    draft,
                    "only_language",
                    "speaks",
                    code,
                    name=names.get(code, code),
                    on=code in chosen.languages,
                )
                for code in languages
            ]
        )
    if not of_others:
        rows += _of_signers(petition, draft, chosen)
    variables = await described(context, petition, draft)
    return Screen(Text("broadcasts/audience", variables), [*rows, back(draft)])


def _of_signers(petition: Petition, draft: Broadcast, chosen: Audience) -> list[list[Button]]:
    asks_postcode = any(asked.kind == "postcode" for asked in petition.definition.fields)
    areas = [[to(draft, "only_areas", "areas", on=bool(chosen.areas))]] if asks_postcode else []
    return [
        *areas,
        [to(draft, f"only_signed_{key}", "signed", key) for key in ("any", "7")],
        [to(draft, f"only_signed_{key}", "signed", key) for key in ("30", "before30")],
        [
            to(draft, "only_brought", "brought", "yes", on=chosen.referred is True),
            to(draft, "only_not_brought", "brought", "no", on=chosen.referred is False),
        ],
        [to(draft, "only_source", "sources", on=chosen.source_id is not None)],
    ]


async def described(context: Context, petition: Petition, draft: Broadcast) -> dict[str, Any]:
    """What a text says of the audience: who they are, and how many now."""
    chosen = audiences.from_dict(draft.audience)
    names = {one.code: one.name for one in context.services.renderer.languages}
    source = await referral_links.by_id(context.db, chosen.source_id) if chosen.source_id else None
    through = await found.count_by_channel(context.db, petition.id, draft.kind, chosen)
    return {
        "who": chosen.who,
        "speaks": [names.get(code, code) for code in chosen.languages],
        "areas": list(chosen.areas),
        "since": _day(petition, chosen.signed_after),
        "before": _day(petition, chosen.signed_before),
        "brought": chosen.referred,
        "source": source.name if source else None,
        "count": sum(through.values()),
        "by_email": through[EMAIL],
    }


async def areas_given(
    context: Context, petition: Petition, draft: Broadcast, written: str
) -> Screen:
    """Postcode areas as typed: "SW, E and EH"."""
    areas = areas_in(written)
    if not areas:
        return Screen(Text("broadcasts/areas_not"), [back(draft)], fresh=True)
    return replace(await _changed(context, petition, draft, areas=areas), fresh=True)


def areas_in(written: str) -> tuple[str, ...]:
    """The areas that somebody has typed; none if one of them is no area, or they are too many."""
    words = re.split(r"[\s,;/]+", written.upper())
    areas = tuple(dict.fromkeys(word for word in words if word not in _AND))
    if len(areas) > MOST_AREAS or not all(_AREA.fullmatch(one) for one in areas):
        return ()
    return areas


async def _changed(context: Context, petition: Petition, draft: Broadcast, **values: Any) -> Screen:
    chosen = replace(audiences.from_dict(draft.audience), **values)
    changed = await state.change(context, draft, audience=audiences.to_dict(chosen))
    return await screen(context, petition, changed)


async def _who(context: Context, petition: Petition, draft: Broadcast, who: str) -> Screen:
    return await _changed(context, petition, draft, who=who if who in WHO else "everyone")


async def _speaks(context: Context, petition: Petition, draft: Broadcast, code: str) -> Screen:
    before = audiences.from_dict(draft.audience).languages
    known = petition.definition.languages
    after = tuple(one for one in known if (one in before) != (one == code))
    return await _changed(context, petition, draft, languages=after)


async def _areas(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    """Asked for; a second tap takes the areas off again."""
    if audiences.from_dict(draft.audience).areas:
        return await _changed(context, petition, draft, areas=())
    state.go_to(context, draft, state.AREAS)
    return Screen(Text("broadcasts/areas"), [[to(draft, "back", "audience")]], fresh=True)


async def _signed(context: Context, petition: Petition, draft: Broadcast, key: str) -> Screen:
    days = SIGNED.get(key)
    after = context.now - timedelta(days=days) if days and days > 0 else None
    before = context.now + timedelta(days=days) if days and days < 0 else None
    return await _changed(context, petition, draft, signed_after=after, signed_before=before)


async def _brought(context: Context, petition: Petition, draft: Broadcast, which: str) -> Screen:
    wanted = which == "yes"
    before = audiences.from_dict(draft.audience).referred
    return await _changed(context, petition, draft, referred=None if before is wanted else wanted)


async def _sources(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    """Which leaflet, page or event? A second tap takes the choice off again."""
    if audiences.from_dict(draft.audience).source_id is not None:
        return await _changed(context, petition, draft, source_id=None)
    there = (await links.sources(context.db, petition.id))[:MOST_SOURCES]
    rows: list[list[Button]] = [
        [to(draft, "own_words", "source", one.id, words=one.name or "")] for one in there
    ]
    return Screen(
        Text("broadcasts/sources", {"count": len(there)}), [*rows, [to(draft, "back", "audience")]]
    )


async def _source(context: Context, petition: Petition, draft: Broadcast, link_id: str) -> Screen:
    link = await referral_links.by_id(context.db, int(link_id)) if link_id.isdecimal() else None
    ours = link is not None and (link.campaign_id, link.kind) == (petition.id, "source")
    return await _changed(context, petition, draft, source_id=link.id if link and ours else None)


def _day(petition: Petition, at: Any) -> Any:
    return at.astimezone(petition.zone).date() if at else None


ACTS: dict[DraftAct, Handler] = {
    "audience": screen,
    "who": _who,
    "speaks": _speaks,
    "areas": _areas,
    "signed": _signed,
    "brought": _brought,
    "sources": _sources,
    "source": _source,
}
