"""A comment on why the person signed, and whether it may be quoted."""

from dataclasses import replace
from html import unescape

from campaign import comments, fields
from campaign.errors import NotSigned
from campaign.petition import Petition
from campaign.signing.standing import signature_of
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import OwnComment, Page, Steps
from handlers.supporter.choice_limit import TOO_OFTEN, too_often
from handlers.supporter.next_steps import state
from handlers.supporter.petition_page import petition_page
from storage import comments as kept_comments
from storage import wordings
from storage.comments import Permission

PERMISSIONS: tuple[Permission, ...] = ("named", "unnamed", "none")


async def begin(context: Context, petition: Petition) -> Screen:
    """Why did you sign? Who has said so while signing is only asked whether it may be quoted."""
    signature = await signature_of(context.db, petition, context.supporter)
    if signature.comment:
        return await ask_permission(context, petition, signature.comment)
    state.go_to(context, petition, state.COMMENT_WORDS)
    return await ask(context, petition)


async def ask(context: Context, petition: Petition) -> Screen:
    """The question for the words."""
    variables = {"campaign": await context.view(petition), "limit": fields.COMMENT_LIMIT}
    return Screen(
        Text("next_steps/ask_comment", variables), [[state.button(context, "not_now", "later")]]
    )


async def again(context: Context, petition: Petition) -> Screen:
    """Other words instead."""
    state.go_to(context, petition, state.COMMENT_WORDS)
    return await ask(context, petition)


async def words(context: Context, petition: Petition, text: str) -> Screen:
    """The words have come; they are kept once it is clear what may be done with them.

    Raises:
        campaign.fields.FieldProblem: they cannot be taken as they are.
    """
    return await ask_permission(context, petition, fields.comment(text))


async def ask_permission(context: Context, petition: Petition, written: str) -> Screen:
    """May we quote that? Three answers, none of them ticked."""
    shown = await _wordings(context, petition)
    state.go_to(context, petition, state.QUOTE, words=written, shown=shown)
    return await show_permission(context, petition)


async def show_permission(context: Context, petition: Petition) -> Screen:
    """The question for the permission, with the exact words that are agreed to."""
    variables = {
        "campaign": await context.view(petition),
        "words": state.kept(context)["words"],
        "named_wording": _wording(context, petition, "named"),
        "unnamed_wording": _wording(context, petition, "unnamed"),
    }
    return Screen(
        Text("next_steps/ask_quote", variables),
        [
            *([state.button(context, f"quote_{one}", one)] for one in PERMISSIONS),
            [
                state.button(context, "write_again", "again"),
                state.button(context, "not_now", "later"),
            ],
        ],
    )


async def permitted(context: Context, petition: Petition, permission: Permission) -> Screen:
    """One of the three answers; if what was shown says something else by now, it is asked again."""
    given, shown = state.kept(context), await _wordings(context, petition)
    if given["shown"] != shown:
        return await ask_permission(context, petition, given["words"])
    if permission != "none" and await too_often(context):
        return replace(await show_permission(context, petition), toast=TOO_OFTEN)
    signature = await signature_of(context.db, petition, context.supporter)
    await comments.give(
        context.db,
        petition,
        signature,
        given["words"],
        permission,
        shown.get(permission),
        now=context.now,
    )
    context.leave()
    return Screen(
        Text(
            "next_steps/comment_kept",
            {"campaign": await context.view(petition), "permission": permission},
        ),
        [
            [Button("one_more_step", Steps(petition.id, "next"))],
            [
                Button("my_comment", OwnComment(petition.id, "show")),
                Button("home", Page("home", petition.id)),
            ],
        ],
    )


async def mine(context: Context, action: OwnComment) -> Screen:
    """One's own comment: look at it, change what may be done with it, or delete it."""
    petition = context.petition(action.petition_id)
    try:
        signature = await signature_of(context.db, petition, context.supporter)
    except NotSigned:
        return await petition_page(context, petition)
    found = await kept_comments.of(context.db, signature.id)
    view = await context.view(petition)
    if action.do == "delete" or found is None:
        await comments.take_back(context.db, signature, now=context.now)
        return Screen(Text("next_steps/comment_gone", {"campaign": view}), _home(petition))
    if action.do == "ask":
        return await ask_permission(context, petition, found.words)
    variables = {"campaign": view, "words": found.words, "permission": found.permission}
    return Screen(
        Text("next_steps/my_comment", variables),
        [
            [Button("quote_again", OwnComment(petition.id, "ask"))],
            [Button("delete_comment", OwnComment(petition.id, "delete"))],
            *_home(petition),
        ],
    )


def _home(petition: Petition) -> Rows:
    return [[Button("home", Page("home", petition.id))]]


async def _wordings(context: Context, petition: Petition) -> dict[str, int]:
    """The ids of what is agreed to, kept word for word (GDPR Art. 7(1))."""
    return {
        permission: (
            await wordings.keep(
                context.db,
                campaign_id=petition.id,
                kind=kind,
                language=context.language,
                text=_wording(context, petition, permission),
                now=context.now,
            )
        ).id
        for permission, kind in (("named", comments.NAMED), ("unnamed", comments.UNNAMED))
    }


def _wording(context: Context, petition: Petition, permission: str) -> str:
    view = petition.view(context.language)
    name = f"next_steps/quote_{permission}"
    variables = {"organiser": view.organiser, "title": view.title}
    return unescape(context.services.renderer.html(name, context.language, **variables))


ROUTES = Routes(actions={OwnComment: mine})
