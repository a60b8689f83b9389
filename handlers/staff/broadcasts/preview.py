"""The look at an update: the message as it will arrive, and under it what can be done with it."""

from collections.abc import Collection
from dataclasses import replace

from campaign.broadcasts import copies, states
from campaign.broadcasts.content import Content, LinkButton
from campaign.broadcasts.message_limits import has_link
from campaign.broadcasts.terms import terms_of
from campaign.notifications import notify_staff
from campaign.petition import Petition
from campaign.staff import working
from handlers.broadcast_rows import has_reminder
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.screens import Button, Outgoing, Screen, Text
from handlers.staff.broadcasts import audience, email_form, state
from handlers.staff.broadcasts.buttons import DraftAct, back, to
from handlers.staff.broadcasts.state import Handler
from handlers.staff.desk.buttons import CopyUpdate, to_updates
from storage import broadcasts, campaigns
from storage.broadcasts import Broadcast


async def show(context: Context, petition: Petition, draft: Broadcast, _: str = "") -> Screen:
    """The message in each language it is written in, and the panel."""
    state.go_to(context, draft, state.LOOKING, new=None)
    content = Content.from_dict(draft.content)
    if not content.versions:
        return ask_message(context, petition, draft)
    if draft.act == "correct":
        return await _correction(context, petition, draft, content)
    variables = {
        "campaign": petition.view(context.language),
        "kind": draft.kind,
        "languages": list(content.versions),
        **await audience.described(context, petition, draft),
    }
    return Screen(
        Text("broadcasts/panel", variables),
        [
            [to(draft, "update_audience", "audience")],
            *_undo(context, draft, content),
            *_buttons(petition, draft, content),
            *_writing(context, petition, draft, content),
            *email_form.offered(context, draft),
            [to(draft, "test_me", "test", "me"), to(draft, "test_staff", "test", "staff")],
            [to(draft, "update_send", "ask"), to(draft, "update_later", "later")],
            [to(draft, "update_throw", "throw"), to_updates(petition.id, back=True)],
        ],
        letters=await letters(context, petition, draft),
        fresh=True,
    )


async def _correction(
    context: Context, petition: Petition, draft: Broadcast, content: Content
) -> Screen:
    """An update that people have got, with other words: those who get it are known."""
    return Screen(
        Text(
            "broadcasts/correction",
            {"campaign": petition.view(context.language), "kind": draft.kind},
        ),
        [
            *_undo(context, draft, content),
            *_buttons(petition, draft, content),
            *_writing(context, petition, draft, content),
            *email_form.offered(context, draft),
            [to(draft, "correct_all", "ask")],
            [to(draft, "update_throw", "throw"), to_updates(petition.id, back=True)],
        ],
        letters=await letters(context, petition, draft),
        fresh=True,
    )


async def letters(context: Context, petition: Petition, draft: Broadcast) -> list[Outgoing]:
    """The messages as they will arrive, filled in for the person who looks."""
    totals = await campaigns.totals(context.db, petition.id)
    reminds = await has_reminder(context.db, draft, context.now)
    return context.services.composer.preview(
        *(draft, petition, context.language, context.supporter.first_name, totals),
        reminds=reminds,
    )


async def letters_for(reader: Reader, draft: Broadcast) -> list[Outgoing]:
    """The same, filled in for the person whom a notification goes to."""
    totals = await campaigns.totals(reader.db, reader.petition.id)
    reminds = await has_reminder(reader.db, draft, reader.services.clock())
    return reader.services.composer.preview(
        *(draft, reader.petition, reader.language, reader.first_name, totals),
        reminds=reminds,
    )


def ask_message(
    context: Context,
    petition: Petition,
    draft: Broadcast,
    language: str = "",
    *,
    fresh: bool = True,
) -> Screen:
    """Ask for the message, in one language where the campaign has several."""
    wanted = language or petition.language(context.language)
    state.go_to(context, draft, state.MESSAGE, language=wanted, new=None)
    state.keep_parts(context, draft, wanted, ())
    several = len(petition.definition.languages) > 1
    variables = {
        "campaign": petition.view(context.language),
        "kind": draft.kind,
        "language_name": language_name(context, wanted) if several else None,
    }
    versions = Content.from_dict(draft.content).versions
    rows = [back(draft)] if versions else [[to_updates(petition.id, back=True)]]
    if draft.act == "correct":
        return Screen(Text("broadcasts/new_words", variables), rows, fresh=fresh)
    if wanted in versions and len(versions) > 1:
        rows.insert(0, [to(draft, "drop_version", "drop", wanted)])
    return Screen(Text("broadcasts/message", variables), rows, fresh=fresh)


def language_name(context: Context, code: str) -> str:
    """What the language's speakers call it."""
    names = {language.code: language.name for language in context.services.renderer.languages}
    return names.get(code, code)


def _undo(context: Context, draft: Broadcast, content: Content) -> list[list[Button]]:
    """A button for each wording whose last change can be undone."""
    changed = [code for code in content.versions if state.before(context, draft, code)]
    several = len(content.versions) > 1
    return [
        [to(draft, "undo", "undo", code, name=language_name(context, code) if several else "")]
        for code in changed
    ]


def _buttons(petition: Petition, draft: Broadcast, content: Content) -> list[list[Button]]:
    """Signing and sharing are offered while they can be done."""
    kinds = {button.kind for button in content.buttons}
    links = [(n, one) for n, one in enumerate(content.buttons) if one.kind == "link"]
    asks = [
        to(draft, "with_sign", "button", "sign", on="sign" in kinds),
        to(draft, "with_share", "button", "share", on="share" in kinds),
    ]
    return [
        *([asks] if petition.is_open else []),
        *([to(draft, "without_link", "unlink", n, words=one.label)] for n, one in links),
        [to(draft, "add_link", "link")],
        *(
            [[to(draft, "with_preview", "preview", on=content.previews)]]
            if any(has_link(version) for version in content.versions.values())
            else []
        ),
    ]


def _writing(
    context: Context, petition: Petition, draft: Broadcast, content: Content
) -> list[list[Button]]:
    languages: Collection[str] = petition.definition.languages
    if draft.act == "correct":
        languages = list(content.versions)
    if len(languages) == 1:
        return [[to(draft, "update_rewrite", "write", *languages)]]
    return [
        [
            to(
                draft,
                "version",
                "write",
                code,
                name=language_name(context, code),
                on=code in content.versions,
            )
            for code in languages
        ]
    ]


async def _button(context: Context, petition: Petition, draft: Broadcast, kind: str) -> Screen:
    content = Content.from_dict(draft.content)
    others = tuple(button for button in content.buttons if button.kind != kind)
    added = kind in ("sign", "share") and len(others) == len(content.buttons)
    more = (LinkButton(kind),) if added else ()  # type: ignore[arg-type]
    changed = replace(content, buttons=(*others, *more)).to_dict()
    return await show(context, petition, await state.change(context, draft, content=changed))


async def _preview(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    content = Content.from_dict(draft.content)
    changed = replace(content, previews=not content.previews).to_dict()
    return await show(context, petition, await state.change(context, draft, content=changed))


async def _unlink(context: Context, petition: Petition, draft: Broadcast, place: str) -> Screen:
    content = Content.from_dict(draft.content)
    left = tuple(one for n, one in enumerate(content.buttons) if str(n) != place)
    changed = replace(content, buttons=left).to_dict()
    return await show(context, petition, await state.change(context, draft, content=changed))


async def _write(context: Context, petition: Petition, draft: Broadcast, language: str) -> Screen:
    return ask_message(context, petition, draft, language)


async def _drop(context: Context, petition: Petition, draft: Broadcast, language: str) -> Screen:
    content = Content.from_dict(draft.content)
    left = {code: one for code, one in content.versions.items() if code != language}
    if left:
        changed = replace(content, versions=left).to_dict()
        draft = await state.change(context, draft, content=changed)
    return await show(context, petition, draft)


async def _test(context: Context, petition: Petition, draft: Broadcast, whom: str) -> Screen:
    """The message alone, to oneself or to all of the staff, who are told that it is a test. If they
    are more than may read it without agreement, to those who could agree: editors and owners."""
    if whom == "me":
        sent = await letters(context, petition, draft)
        return Screen(
            Text("broadcasts/tested", {"count": 0}), [back(draft)], letters=sent, fresh=True
        )
    limit = (await terms_of(context.db, petition.id)).limit
    others = len(await working(context.db, petition.id, "viewer")) - 1
    count = await notify_staff(
        context.db,
        petition.id,
        "editor" if 0 < limit < others else "viewer",
        "broadcasts/test",
        but={context.supporter.telegram_id},
        subject_id=draft.id,
        variables={"name": context.supporter.first_name},
        now=context.now,
    )
    context.notified = True
    return Screen(Text("broadcasts/tested", {"count": count}), [back(draft)], fresh=True)


async def trial_message(reader: Reader) -> Screen:
    """A draft as it is now, and who is trying it out; nothing if it has been thrown away."""
    draft = await broadcasts.of(reader.db, reader.subject_id)
    if draft is None or draft.status == "cancelled":
        raise Gone
    return Screen(
        Text("broadcasts/test", {"name": reader.variables["name"]}),
        letters=await letters_for(reader, draft),
    )


async def _throw(context: Context, petition: Petition, draft: Broadcast, __: str) -> Screen:
    await states.cancel(context.db, draft.id, now=context.now)
    state.leave(context)
    copy = Button("desk_copy", CopyUpdate(draft.id))
    again = [copy] if copies.can_copy(draft) and draft.content.get("versions") else []
    return Screen(Text("broadcasts/thrown"), [[*again, to_updates(petition.id)]])


ACTS: dict[DraftAct, Handler] = {
    "look": show,
    "button": _button,
    "unlink": _unlink,
    "preview": _preview,
    "write": _write,
    "drop": _drop,
    "test": _test,
    "throw": _throw,
}
