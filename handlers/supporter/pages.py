"""Pages about a campaign: read more, questions, privacy, help; and the way to its other pages."""

from collections.abc import Awaitable, Callable

from campaign.petition import Petition
from handlers.context import SIGNING, Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter import about, referrals, share, timeline
from handlers.supporter.home import campaign_page, front_door, which
from handlers.supporter.signing import state
from storage import signatures


async def open_page(visit: Visit) -> Screen:
    """A tap on a page's button; one of a campaign that is gone leads to the front door."""
    name, campaign_id, *rest = visit.args
    petition = visit.petition(campaign_id)
    page = PAGES.get(name)
    if petition is None or page is None:
        return await front_door(visit)
    return await page(visit, petition, rest[0] if rest and rest[0] else "")


async def share_command(visit: Visit) -> Screen:
    """/share: a link to pass on, and ways to do it; of an open petition, if there is any."""
    spoken_of = visit.spoken_of
    if spoken_of is not None and (spoken_of.is_open or not visit.open_petitions):
        return await share.page(visit, spoken_of, "")
    return await _of_one(visit, visit.open_petitions or list(visit.petitions)[-1:], "share")


async def friends_command(visit: Visit) -> Screen:
    """/friends: how many have signed because of the person; of a petition they have signed, if
    there is any."""
    ids = {one.campaign_id for one in await signatures.live_of(visit.db, visit.supporter.id)}
    signed = [petition for petition in visit.petitions if petition.id in ids]
    if visit.spoken_of is not None and (visit.spoken_of in signed or not signed):
        return await referrals.page(visit, visit.spoken_of, "")
    others = visit.open_petitions or list(visit.petitions)[-1:]
    return await _of_one(visit, signed or others, "friends")


async def news_command(visit: Visit) -> Screen:
    """/news: what has happened of late."""
    return await _of_the_spoken_of(visit, "news")


async def timeline_command(visit: Visit) -> Screen:
    """/timeline: the whole story."""
    return await _of_the_spoken_of(visit, "story")


async def privacy(visit: Visit) -> Screen:
    """/privacy: who holds what, for how long, and how to have it back."""
    if visit.current_petition is None:
        return Screen(Text("privacy/general"), fresh=True)
    return await _privacy(visit, visit.current_petition, "")


async def help_(visit: Visit) -> Screen:
    """/help: what can be done here; in the middle of signing, help with the present step."""
    petition = visit.current_petition
    if visit.dialog.flow == SIGNING and petition is not None:
        asked = await state.present(visit)
        note = Text(
            "help/step", {"campaign": await visit.view(petition), "step": visit.dialog.step}
        )
        return state.with_notice(asked, note)
    views = [await visit.view(petition) for petition in visit.open_petitions]
    return Screen(Text("help/general", {"campaigns": views}), fresh=True)


async def _of_the_spoken_of(visit: Visit, page: str) -> Screen:
    """That page of the petition that is spoken of, open or not, or of an open one."""
    if visit.spoken_of is not None:
        return await PAGES[page](visit, visit.spoken_of, "")
    return await _of_one(visit, visit.open_petitions or list(visit.petitions)[-1:], page)


async def _of_one(visit: Visit, petitions: list[Petition], page: str) -> Screen:
    """That page of the petition, if it is clear which is meant."""
    if len(petitions) > 1:
        return which(visit, petitions, f"page:{page}:{{}}")
    return await (PAGES[page](visit, petitions[0], "") if petitions else front_door(visit))


async def _home(visit: Visit, petition: Petition, _: str) -> Screen:
    return await campaign_page(visit, petition)


async def _more(visit: Visit, petition: Petition, _: str) -> Screen:
    rows = [*about.doors(petition), *about.onward(petition)]
    return Screen(Text("read/more", {"campaign": await visit.view(petition)}), rows)


async def _questions(visit: Visit, petition: Petition, _: str) -> Screen:
    view = await visit.view(petition)
    buttons = [
        [
            Button(
                "question",
                f"page:question:{petition.id}:{place}",
                variables={"question": asked.question},
            )
        ]
        for place, asked in enumerate(view.questions)
    ]
    said = [[Button("opponents", f"page:opponents:{petition.id}")]] if view.opponents else []
    rows = [*buttons, *said, *about.onward(petition)]
    return Screen(Text("questions/list", {"campaign": view}), rows)


async def _question(visit: Visit, petition: Petition, place: str) -> Screen:
    view = await visit.view(petition)
    if not place.isdecimal() or int(place) >= len(view.questions):
        return await _questions(visit, petition, "")
    asked = view.questions[int(place)]
    return Screen(
        Text(
            "questions/answer",
            {"campaign": view, "question": asked.question, "answer": asked.answer},
        ),
        [[Button("questions", f"page:questions:{petition.id}")], *about.onward(petition)],
    )


async def _privacy(visit: Visit, petition: Petition, _: str) -> Screen:
    return Screen(
        Text("privacy/notice", {"campaign": await visit.view(petition)}),
        [[Button("home", f"page:home:{petition.id}")]],
    )


PAGES: dict[str, Callable[[Visit, Petition, str], Awaitable[Screen]]] = {
    "home": _home,
    "more": _more,
    **about.PAGES,
    "questions": _questions,
    "question": _question,
    "share": share.page,
    "texts": share.texts,
    "qr": share.qr_code,
    "friends": referrals.page,
    **timeline.PAGES,
    "privacy": _privacy,
}
