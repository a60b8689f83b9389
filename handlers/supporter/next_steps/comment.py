"""Telling why one has signed, and whether that may be quoted; looking at it again later."""

from html import unescape

from campaign import comments, fields
from campaign.errors import NotSigned
from campaign.petition import Petition
from campaign.signing.sign import signature_of
from handlers.context import Visit
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.home import campaign_page, front_door
from handlers.supporter.next_steps import state
from storage import comments as kept_comments
from storage import wordings
from storage.comments import Permission

PERMISSIONS: tuple[Permission, ...] = ("named", "unnamed", "none")


async def begin(visit: Visit, petition: Petition) -> Screen:
    """Why did you sign? Who has said so while signing is only asked whether it may be quoted."""
    signature = await signature_of(visit.db, petition, visit.supporter)
    if signature.comment:
        return await ask_permission(visit, petition, signature.comment)
    state.go_to(visit, petition, state.COMMENT_WORDS)
    return await ask(visit, petition)


async def ask(visit: Visit, petition: Petition) -> Screen:
    """The question for the words."""
    variables = {"campaign": await visit.view(petition), "limit": fields.COMMENT_LIMIT}
    return Screen(Text("steps/ask_comment", variables), [[state.button(visit, "not_now", "later")]])


async def again(visit: Visit, petition: Petition) -> Screen:
    """Other words instead."""
    state.go_to(visit, petition, state.COMMENT_WORDS)
    return await ask(visit, petition)


async def words(visit: Visit, petition: Petition, text: str) -> Screen:
    """The words have come; they are kept once it is clear what may be done with them.

    Raises:
        campaign.fields.FieldProblem: they cannot be taken as they are.
    """
    return await ask_permission(visit, petition, fields.comment(text))


async def ask_permission(visit: Visit, petition: Petition, written: str) -> Screen:
    """May we quote that? Three answers, none of them ticked."""
    shown = await _wordings(visit, petition)
    state.go_to(visit, petition, state.QUOTE, words=written, shown=shown)
    return await show_permission(visit, petition)


async def show_permission(visit: Visit, petition: Petition) -> Screen:
    """The question for the permission, with the exact words that are agreed to."""
    variables = {
        "campaign": await visit.view(petition),
        "words": state.kept(visit)["words"],
        "named_wording": _wording(visit, petition, "named"),
        "unnamed_wording": _wording(visit, petition, "unnamed"),
    }
    return Screen(
        Text("steps/ask_quote", variables),
        [
            *([state.button(visit, f"quote_{one}", one)] for one in PERMISSIONS),
            [
                state.button(visit, "write_again", "again"),
                state.button(visit, "not_now", "later"),
            ],
        ],
    )


async def permitted(visit: Visit, petition: Petition, permission: Permission) -> Screen:
    """One of the three answers; if what was shown says something else by now, it is asked anew."""
    given, shown = state.kept(visit), await _wordings(visit, petition)
    if given["shown"] != shown:
        return await ask_permission(visit, petition, given["words"])
    signature = await signature_of(visit.db, petition, visit.supporter)
    await comments.give(
        visit.db,
        petition,
        signature,
        given["words"],
        permission,
        shown.get(permission),
        now=visit.now,
    )
    visit.leave()
    return Screen(
        Text(
            "steps/comment_kept",
            {"campaign": await visit.view(petition), "permission": permission},
        ),
        [
            [Button("one_more_step", f"steps:{petition.id}:next")],
            [
                Button("my_comment", f"quote:{petition.id}:show"),
                Button("home", f"page:home:{petition.id}"),
            ],
        ],
    )


async def mine(visit: Visit) -> Screen:
    """One's own comment: look at it, say anew what may be done with it, or delete it."""
    petition, act = visit.petition(visit.args[0]), visit.args[1]
    if petition is None:
        return await front_door(visit)
    try:
        signature = await signature_of(visit.db, petition, visit.supporter)
    except NotSigned:
        return await campaign_page(visit, petition)
    found = await kept_comments.of(visit.db, signature.id)
    view = await visit.view(petition)
    if act == "delete" or found is None:
        await comments.take_back(visit.db, signature, now=visit.now)
        return Screen(Text("steps/comment_gone", {"campaign": view}), _home(petition))
    if act == "ask":
        return await ask_permission(visit, petition, found.words)
    variables = {"campaign": view, "words": found.words, "permission": found.permission}
    return Screen(
        Text("steps/my_comment", variables),
        [
            [Button("quote_again", f"quote:{petition.id}:ask")],
            [Button("delete_comment", f"quote:{petition.id}:delete")],
            *_home(petition),
        ],
    )


def _home(petition: Petition) -> Rows:
    return [[Button("home", f"page:home:{petition.id}")]]


async def _wordings(visit: Visit, petition: Petition) -> dict[str, int]:
    """The ids of what is agreed to, kept word for word (GDPR Art. 7(1))."""
    return {
        permission: (
            await wordings.keep(
                visit.db,
                campaign_id=petition.id,
                kind=kind,
                language=visit.language,
                text=_wording(visit, petition, permission),
                now=visit.now,
            )
        ).id
        for permission, kind in (("named", comments.NAMED), ("unnamed", comments.UNNAMED))
    }


def _wording(visit: Visit, petition: Petition, permission: str) -> str:
    view = petition.view(visit.language)
    name = f"steps/quote_{permission}"
    variables = {"organiser": view.organiser, "title": view.title}
    return unescape(visit.house.renderer.html(name, visit.language, **variables))
