"""Pages about a campaign: read more, questions, privacy, help; and the way to its other pages."""

from collections.abc import Awaitable, Callable

from campaign.petition import Petition
from handlers.screen import Button, Rows, Screen, Text
from handlers.supporter import friends, share
from handlers.supporter.start import campaign_page, choice, front_door
from handlers.visit import PASSING, Visit


async def open_page(visit: Visit) -> Screen:
    """A tap on a page's button; one of a campaign that is gone leads to the front door."""
    name, campaign_id, *rest = visit.args
    petition = visit.petition(campaign_id)
    page = PAGES.get(name)
    if petition is None or page is None:
        return await front_door(visit)
    return await page(visit, petition, rest[0] if rest and rest[0] else "")


async def share_command(visit: Visit) -> Screen:
    """/share: a link to pass on, and ways to do it."""
    return await _of_current(visit, share.page)


async def friends_command(visit: Visit) -> Screen:
    """/friends: how many have signed because of the person."""
    return await _of_current(visit, friends.page)


async def privacy(visit: Visit) -> Screen:
    """/privacy: who holds what, for how long, and how to have it back."""
    if visit.current_petition is None:
        return Screen(Text("privacy/general"), fresh=True)
    return await _privacy(visit, visit.current_petition, "")


async def help_(visit: Visit) -> Screen:
    """/help: what can be done here; in the middle of signing, help with the present step."""
    petition = visit.current_petition
    if visit.dialog.flow not in ("", PASSING) and petition is not None:
        from handlers.supporter import sign

        asked = await sign.present(visit)
        note = Text(
            "help/step", {"campaign": await visit.view(petition), "step": visit.dialog.step}
        )
        return sign.with_notice(asked, note)
    views = [await visit.view(petition) for petition in visit.open_petitions]
    return Screen(Text("help/general", {"campaigns": views}), fresh=True)


async def _of_current(
    visit: Visit, page: Callable[[Visit, Petition, str], Awaitable[Screen]]
) -> Screen:
    if visit.current_petition is not None:
        return await page(visit, visit.current_petition, "")
    if visit.open_petitions:
        return await choice(visit, visit.open_petitions)
    return await front_door(visit)


async def _home(visit: Visit, petition: Petition, _: str) -> Screen:
    return await campaign_page(visit, petition)


async def _more(visit: Visit, petition: Petition, _: str) -> Screen:
    return Screen(Text("read/more", {"campaign": await visit.view(petition)}), _onward(petition))


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
    return Screen(Text("questions/list", {"campaign": view}), [*buttons, *_onward(petition)])


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
        [[Button("questions", f"page:questions:{petition.id}")], *_onward(petition)],
    )


async def _privacy(visit: Visit, petition: Petition, _: str) -> Screen:
    return Screen(
        Text("privacy/notice", {"campaign": await visit.view(petition)}),
        [[Button("home", f"page:home:{petition.id}")]],
    )


def _onward(petition: Petition) -> Rows:
    home = Button("home", f"page:home:{petition.id}")
    return [[Button("sign", f"sign:{petition.id}"), home] if petition.is_open else [home]]


PAGES: dict[str, Callable[[Visit, Petition, str], Awaitable[Screen]]] = {
    "home": _home,
    "more": _more,
    "questions": _questions,
    "question": _question,
    "share": share.page,
    "texts": share.texts,
    "qr": share.qr_code,
    "friends": friends.page,
    "privacy": _privacy,
}
