"""The look at an update: the message as it will arrive, and under it what can be done with it."""

from collections.abc import Collection
from dataclasses import replace

from campaign.broadcasts import agreement, states
from campaign.broadcasts import audience as audiences
from campaign.broadcasts.content import Content, LinkButton
from campaign.petition import Petition
from campaign.staff import may
from handlers.broadcast_messages import Letters
from handlers.context import Visit
from handlers.screens import Button, Notice, Parcel, Screen, Text
from handlers.staff.broadcasts import audience, state
from handlers.staff.broadcasts.state import Act, back, to
from storage import campaigns, staff
from storage.broadcasts import Broadcast


async def look(visit: Visit, petition: Petition, draft: Broadcast, _: str = "") -> Screen:
    """The message in each language it is written in, and the panel."""
    state.go_to(visit, draft, state.LOOKING)
    content = Content.from_dict(draft.content)
    if not content.versions:
        return ask_message(visit, petition, draft)
    if draft.act == "correct":
        return await _correction(visit, petition, draft, content)
    variables = {
        "campaign": petition.view(visit.language),
        "kind": draft.kind,
        "languages": list(content.versions),
        **await audience.described(visit, petition, draft),
    }
    who = audiences.from_dict(draft.audience).who
    return Screen(
        Text("update/panel", variables),
        [
            [to(draft, f"to_{who}", "audience")],
            *_buttons(draft, content),
            *_writing(visit, petition, draft, content),
            [to(draft, "test_me", "test", "me"), to(draft, "test_staff", "test", "staff")],
            [to(draft, "update_send", "ask"), to(draft, "update_later", "later")],
            [to(draft, "update_throw", "throw")],
        ],
        letters=await letters(visit, petition, draft),
        fresh=True,
    )


async def _correction(
    visit: Visit, petition: Petition, draft: Broadcast, content: Content
) -> Screen:
    """An update that people have got, with other words: those who get it are known."""
    return Screen(
        Text("update/correction", {"campaign": petition.view(visit.language), "kind": draft.kind}),
        [
            *_buttons(draft, content),
            *_writing(visit, petition, draft, content),
            [to(draft, "correct_all", "ask")],
            [to(draft, "update_throw", "throw")],
        ],
        letters=await letters(visit, petition, draft),
        fresh=True,
    )


async def again(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    """The panel alone, changed in place: the message itself stands above it already."""
    return replace(await look(visit, petition, draft), letters=(), fresh=False)


async def letters(visit: Visit, petition: Petition, draft: Broadcast) -> list[Parcel]:
    """The messages as they will arrive, filled in for the person who looks."""
    total = (await campaigns.totals(visit.db, petition.id)).total
    return Letters(visit.house).preview(
        draft, petition, visit.language, visit.supporter.first_name, total
    )


def ask_message(
    visit: Visit, petition: Petition, draft: Broadcast, language: str = "", *, fresh: bool = True
) -> Screen:
    """Ask for the message, in one language where the campaign has several."""
    wanted = language or petition.language(visit.language)
    state.go_to(visit, draft, state.MESSAGE, language=wanted, group="")
    several = len(petition.definition.languages) > 1
    variables = {
        "campaign": petition.view(visit.language),
        "kind": draft.kind,
        "language_name": language_name(visit, wanted) if several else None,
    }
    versions = Content.from_dict(draft.content).versions
    rows = [back(draft)] if versions else []
    if draft.act == "correct":
        return Screen(Text("update/new_words", variables), rows, fresh=fresh)
    if wanted in versions and len(versions) > 1:
        rows.insert(0, [to(draft, "drop_version", "drop", wanted)])
    return Screen(Text("update/message", variables), rows, fresh=fresh)


def language_name(visit: Visit, code: str) -> str:
    """What the language's speakers call it."""
    names = {language.code: language.name for language in visit.house.renderer.languages}
    return names.get(code, code)


def _buttons(draft: Broadcast, content: Content) -> list[list[Button]]:
    kinds = {button.kind for button in content.buttons}
    links = [(n, one) for n, one in enumerate(content.buttons) if one.kind == "link"]
    return [
        [
            to(draft, "with_sign", "button", "sign", on="sign" in kinds),
            to(draft, "with_share", "button", "share", on="share" in kinds),
        ],
        *([to(draft, "without_link", "unlink", n, words=one.label)] for n, one in links),
        [to(draft, "add_link", "link")],
    ]


def _writing(
    visit: Visit, petition: Petition, draft: Broadcast, content: Content
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
                name=language_name(visit, code),
                on=code in content.versions,
            )
            for code in languages
        ]
    ]


async def _button(visit: Visit, petition: Petition, draft: Broadcast, kind: str) -> Screen:
    content = Content.from_dict(draft.content)
    others = tuple(button for button in content.buttons if button.kind != kind)
    added = kind in ("sign", "share") and len(others) == len(content.buttons)
    more = (LinkButton(kind),) if added else ()  # type: ignore[arg-type]
    changed = replace(content, buttons=(*others, *more)).to_dict()
    return await again(visit, petition, await state.change(visit, draft, content=changed))


async def _unlink(visit: Visit, petition: Petition, draft: Broadcast, place: str) -> Screen:
    content = Content.from_dict(draft.content)
    left = tuple(one for n, one in enumerate(content.buttons) if str(n) != place)
    changed = replace(content, buttons=left).to_dict()
    return await again(visit, petition, await state.change(visit, draft, content=changed))


async def _write(visit: Visit, petition: Petition, draft: Broadcast, language: str) -> Screen:
    return ask_message(visit, petition, draft, language)


async def _drop(visit: Visit, petition: Petition, draft: Broadcast, language: str) -> Screen:
    content = Content.from_dict(draft.content)
    left = {code: one for code, one in content.versions.items() if code != language}
    if left:
        changed = replace(content, versions=left).to_dict()
        draft = await state.change(visit, draft, content=changed)
    return await look(visit, petition, draft)


async def _test(visit: Visit, petition: Petition, draft: Broadcast, whom: str) -> Screen:
    """The message alone, to oneself or to all of the staff, who are told that it is a test. If they
    are more than may read it without agreement, to those who could agree: editors and owners."""
    sent = await letters(visit, petition, draft)
    if whom == "me":
        return Screen(Text("update/tested", {"count": 0}), [back(draft)], letters=sent, fresh=True)
    author = visit.supporter
    others = {
        one.telegram_id: one
        for one in await staff.all(visit.db)
        if one.campaign_id in (None, petition.id)
        and one.first_name is not None
        and one.telegram_id != author.telegram_id
    }
    limit = (await agreement.terms(visit.db, petition.id)).limit
    if 0 < limit < len(others):
        others = {key: one for key, one in others.items() if may(one.role, "editor")}
    notices = [
        Notice(
            one.telegram_id,
            visit.house.renderer.match(one.language, one.telegram_language),
            Text("update/test", {"name": author.first_name}),
            letters=sent,
        )
        for one in others.values()
    ]
    told = Text("update/tested", {"count": len(notices)})
    return Screen(told, [back(draft)], notices=notices, fresh=True)


async def _throw(visit: Visit, _: Petition, draft: Broadcast, __: str) -> Screen:
    await states.cancel(visit.db, draft.id, now=visit.now)
    state.leave(visit)
    return Screen(Text("update/thrown"))


ACTS: dict[str, Act] = {
    "look": look,
    "button": _button,
    "unlink": _unlink,
    "write": _write,
    "drop": _drop,
    "test": _test,
    "throw": _throw,
}
