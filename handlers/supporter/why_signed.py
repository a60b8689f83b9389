"""Why people signed: comments that visitors may read, page by page."""

from campaign import comments
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import about
from handlers.supporter.buttons import Page
from storage import comments as kept

ON_A_PAGE = 5


async def door(context: Context, petition: Petition) -> Rows:
    """The way to them, if there are any."""
    if not await comments.to_visitors(context.db, petition.id, limit=1):
        return []
    return [[Button("why_signed", Page("why_signed", petition.id))]]


async def page(context: Context, petition: Petition, wanted: int | None) -> Screen:
    """A page of them, the newest first."""
    count = await kept.count_shown(context.db, petition.id)
    pages = max(1, -(-count // ON_A_PAGE))
    number = min(wanted or 0, pages - 1)
    quotes = await comments.to_visitors(
        context.db, petition.id, limit=ON_A_PAGE, past=number * ON_A_PAGE
    )
    turning = [
        Button(label, Page("why_signed", petition.id, other))
        for label, other in (("page_before", number - 1), ("page_after", number + 1))
        if 0 <= other < pages
    ]
    variables = {
        "campaign": petition.view(context.language),
        "quotes": quotes,
        "page": number + 1,
        "pages": pages,
    }
    rows = [*([turning] if turning else []), *await about.onward(context, petition)]
    return Screen(Text("about/why_signed", variables), rows)
