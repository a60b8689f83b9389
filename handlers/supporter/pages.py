"""Pages about a campaign, and the commands that open one: /share, /friends, /news, /timeline."""

from collections.abc import Awaitable, Callable
from functools import partial

from campaign.petition import Petition
from handlers.context import Context, Gone
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter import about, privacy, referrals, share, timeline, why_signed
from handlers.supporter.buttons import Page, WriteToCampaign
from handlers.supporter.home import home, which
from handlers.supporter.petition_page import petition_page
from storage import signatures


async def open_page(context: Context, action: Page) -> Screen:
    """A page about a petition."""
    petition = context.petition(action.petition_id)
    page = PAGES.get(action.name)
    if page is None:
        raise Gone
    return await page(context, petition, action.place)


async def share_command(context: Context) -> Screen:
    """/share: a link to pass on, and ways to do it; of an open petition, if there is any."""
    spoken_of = context.selected
    if spoken_of is not None and (spoken_of.is_open or not context.open_petitions):
        return await share.page(context, spoken_of)
    return await _of_one(context, context.open_petitions or list(context.petitions)[-1:], "share")


async def friends_command(context: Context) -> Screen:
    """/friends: how many have signed because of the person; of a petition they have signed, if
    there is any."""
    ids = {one.campaign_id for one in await signatures.live_of(context.db, context.supporter.id)}
    signed = [petition for petition in context.petitions if petition.id in ids]
    if context.selected is not None and (context.selected in signed or not signed):
        return await referrals.page(context, context.selected)
    others = context.open_petitions or list(context.petitions)[-1:]
    return await _of_one(context, signed or others, "friends")


async def news_command(context: Context) -> Screen:
    """/news: what has happened of late."""
    return await _of_the_spoken_of(context, "news")


async def timeline_command(context: Context) -> Screen:
    """/timeline: the whole story."""
    return await _of_the_spoken_of(context, "story")


async def _of_the_spoken_of(context: Context, page: str) -> Screen:
    """That page of the petition that is spoken of, open or not, or of an open one."""
    if context.selected is not None:
        return await PAGES[page](context, context.selected, None)
    return await _of_one(context, context.open_petitions or list(context.petitions)[-1:], page)


async def _of_one(context: Context, petitions: list[Petition], page: str) -> Screen:
    """That page of the petition, if it is clear which is meant."""
    if len(petitions) > 1:
        return which(context, petitions, partial(Page, page))
    return await (PAGES[page](context, petitions[0], None) if petitions else home(context))


async def _home(context: Context, petition: Petition, _: int | None) -> Screen:
    return await petition_page(context, petition)


async def _more(context: Context, petition: Petition, _: int | None) -> Screen:
    rows = [
        *about.doors(petition),
        *await why_signed.door(context, petition),
        [_write(petition)],
        *await about.onward(context, petition),
    ]
    return Screen(Text("about/more", {"campaign": await context.view(petition)}), rows)


def _write(petition: Petition) -> Button:
    return Button("write_to_us", WriteToCampaign(petition.id, "ask"))


async def _questions(context: Context, petition: Petition, _: int | None) -> Screen:
    view = await context.view(petition)
    buttons = [
        [
            Button(
                "question",
                Page("question", petition.id, place),
                variables={"question": asked.question},
            )
        ]
        for place, asked in enumerate(view.questions)
    ]
    said = [[Button("opponents", Page("opponents", petition.id))]] if view.opponents else []
    rows = [*buttons, *said, [_write(petition)], *await about.onward(context, petition)]
    return Screen(Text("faq/list", {"campaign": view}), rows)


async def _question(context: Context, petition: Petition, place: int | None) -> Screen:
    view = await context.view(petition)
    if place is None or place >= len(view.questions):
        return await _questions(context, petition, None)
    asked = view.questions[place]
    return Screen(
        Text(
            "faq/answer",
            {"campaign": view, "question": asked.question, "answer": asked.answer},
        ),
        [
            [Button("questions", Page("questions", petition.id)), _write(petition)],
            *await about.onward(context, petition),
        ],
    )


PAGES: dict[str, Callable[[Context, Petition, int | None], Awaitable[Screen]]] = {
    "home": _home,
    "more": _more,
    **about.PAGES,
    "why_signed": why_signed.page,
    "questions": _questions,
    "question": _question,
    "share": share.page,
    "texts": share.texts,
    "qr": share.qr_code,
    "friends": referrals.page,
    **timeline.PAGES,
    "privacy": privacy.page,
}


ROUTES = Routes(
    commands={
        "share": Command(share_command),
        "friends": Command(friends_command, in_menu=False),
        "news": Command(news_command),
        "timeline": Command(timeline_command, in_menu=False),
    },
    actions={Page: open_page},
)
