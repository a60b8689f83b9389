"""Pages about a campaign: read more, questions, privacy, help; and the way to its other pages."""

from collections.abc import Awaitable, Callable

from campaign.petition import Petition
from handlers import menu
from handlers.context import SIGNING, Context
from handlers.screens import Button, Screen, Text
from handlers.supporter import about, referrals, share, timeline
from handlers.supporter.home import home, petition_page, which
from handlers.supporter.signing import state
from storage import signatures, staff


async def open_page(context: Context) -> Screen:
    """A tap on a page's button; one of a campaign that is gone leads to the front door."""
    name, campaign_id, *rest = context.args
    petition = context.find_petition(campaign_id)
    page = PAGES.get(name)
    if petition is None or page is None:
        return await home(context)
    return await page(context, petition, rest[0] if rest and rest[0] else "")


async def share_command(context: Context) -> Screen:
    """/share: a link to pass on, and ways to do it; of an open petition, if there is any."""
    spoken_of = context.selected
    if spoken_of is not None and (spoken_of.is_open or not context.open_petitions):
        return await share.page(context, spoken_of, "")
    return await _of_one(context, context.open_petitions or list(context.petitions)[-1:], "share")


async def friends_command(context: Context) -> Screen:
    """/friends: how many have signed because of the person; of a petition they have signed, if
    there is any."""
    ids = {one.campaign_id for one in await signatures.live_of(context.db, context.supporter.id)}
    signed = [petition for petition in context.petitions if petition.id in ids]
    if context.selected is not None and (context.selected in signed or not signed):
        return await referrals.page(context, context.selected, "")
    others = context.open_petitions or list(context.petitions)[-1:]
    return await _of_one(context, signed or others, "friends")


async def news_command(context: Context) -> Screen:
    """/news: what has happened of late."""
    return await _of_the_spoken_of(context, "news")


async def timeline_command(context: Context) -> Screen:
    """/timeline: the whole story."""
    return await _of_the_spoken_of(context, "story")


async def privacy(context: Context) -> Screen:
    """/privacy: who holds what, for how long, and how to have it back."""
    if context.current_petition is None:
        return Screen(Text("privacy/general"), fresh=True)
    return await _privacy(context, context.current_petition, "")


async def help_(context: Context) -> Screen:
    """/help: what can be done here; in the middle of signing, help with the present step."""
    petition = context.current_petition
    if context.dialog.flow == SIGNING and petition is not None:
        asked = await state.present(context)
        note = Text(
            "help/step", {"campaign": await context.view(petition), "step": context.dialog.step}
        )
        return state.with_notice(asked, note)
    views = [await context.view(petition) for petition in context.open_petitions]
    roles = await staff.roles_of(context.db, context.supporter.telegram_id)
    renderer = context.services.renderer
    theirs = [
        (name, renderer.text(f"commands/{name}", context.language))
        for name in menu.for_staff(context.services.menu, roles)
    ]
    return Screen(Text("help/general", {"campaigns": views, "staff": theirs}), fresh=True)


async def _of_the_spoken_of(context: Context, page: str) -> Screen:
    """That page of the petition that is spoken of, open or not, or of an open one."""
    if context.selected is not None:
        return await PAGES[page](context, context.selected, "")
    return await _of_one(context, context.open_petitions or list(context.petitions)[-1:], page)


async def _of_one(context: Context, petitions: list[Petition], page: str) -> Screen:
    """That page of the petition, if it is clear which is meant."""
    if len(petitions) > 1:
        return which(context, petitions, f"page:{page}:{{}}")
    return await (PAGES[page](context, petitions[0], "") if petitions else home(context))


async def _home(context: Context, petition: Petition, _: str) -> Screen:
    return await petition_page(context, petition)


async def _more(context: Context, petition: Petition, _: str) -> Screen:
    rows = [*about.doors(petition), *about.onward(petition)]
    return Screen(Text("about/more", {"campaign": await context.view(petition)}), rows)


async def _questions(context: Context, petition: Petition, _: str) -> Screen:
    view = await context.view(petition)
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
    return Screen(Text("faq/list", {"campaign": view}), rows)


async def _question(context: Context, petition: Petition, place: str) -> Screen:
    view = await context.view(petition)
    if not place.isdecimal() or int(place) >= len(view.questions):
        return await _questions(context, petition, "")
    asked = view.questions[int(place)]
    return Screen(
        Text(
            "faq/answer",
            {"campaign": view, "question": asked.question, "answer": asked.answer},
        ),
        [[Button("questions", f"page:questions:{petition.id}")], *about.onward(petition)],
    )


async def _privacy(context: Context, petition: Petition, _: str) -> Screen:
    return Screen(
        Text("privacy/notice", {"campaign": await context.view(petition)}),
        [[Button("home", f"page:home:{petition.id}")]],
    )


PAGES: dict[str, Callable[[Context, Petition, str], Awaitable[Screen]]] = {
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
