"""Broadcasts as messages: each in its reader's language, with what is their own filled in."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from telegram import (
    InputMedia,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
)

from campaign.broadcasts.content import Content, LinkPreview, Media, Version
from campaign.petition import Petition
from channels.telegram.outgoing import inline_keyboard
from handlers.broadcast_rows import has_reminder, rows_of
from handlers.broadcast_words import PERSONAL, BroadcastWords
from handlers.screens import Outgoing
from handlers.services import Services
from storage import deliveries
from storage.broadcasts import Broadcast
from storage.campaigns import Totals
from storage.delivery_claims import Recipient

MEDIA = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "document": "sendDocument",
    "animation": "sendAnimation",
    "audio": "sendAudio",
}
IN_ALBUM = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}


class BroadcastComposer:
    """Writes the messages of broadcasts; see campaign.delivery.messenger.Writer."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._words = BroadcastWords(services)

    async def write(
        self, broadcast: Broadcast, recipients: Sequence[Recipient]
    ) -> Sequence[Outgoing]:
        """One message for each; where nothing is personal, the same one for a language. Of a
        broadcast that follows another, the change of the message that they have got.

        Raises:
            LookupError: its campaign is published no longer.
        """
        if broadcast.follows is None:
            return await self._new(broadcast, recipients)
        async with self._services.database.reading() as db:
            got = await deliveries.messages_of(
                db, broadcast.follows, [recipient.supporter_id for recipient in recipients]
            )
        theirs = [got.get(recipient.supporter_id, (0,)) for recipient in recipients]
        if broadcast.act == "retract":
            return [Outgoing("deleteMessages", {"message_ids": list(ids)}) for ids in theirs]
        letters = await self._new(broadcast, recipients)
        return [_edit(letter, ids[-1]) for letter, ids in zip(letters, theirs, strict=True)]

    async def _new(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> list[Outgoing]:
        petition = await self._words.petition(broadcast.campaign_id)
        content = Content.from_dict(broadcast.content)
        needed = {name for v in content.versions.values() for name in self._words.text(v).variables}
        totals = await self._words.totals(petition, needed)
        own = await self._words.own(petition, recipients) if needed & {"friends", "link"} else {}
        signed = await self._words.signed(petition, content, recipients)
        async with self._services.database.reading() as db:
            reminds = await has_reminder(db, broadcast, self._services.clock())
        shared: dict[str, dict[str, str]] = {}
        keyboards: dict[tuple[str, bool], dict[str, Any]] = {}
        same: dict[tuple[str, str, bool], Outgoing] = {}
        letters: list[Outgoing] = []
        for recipient in recipients:
            language = self._services.renderer.match(
                recipient.language, recipient.telegram_language
            )
            version = content.version_for(language)
            has_signed = recipient.supporter_id in signed
            key = (language, version.html, has_signed)
            if key in same:
                letters.append(same[key])
                continue
            if language not in shared:
                shared[language] = self._words.shared(petition, language, totals, needed)
            if (language, has_signed) not in keyboards:
                may_sign = petition.is_open and not has_signed
                rows = rows_of(broadcast, content, petition, may_sign=may_sign, reminds=reminds)
                keyboards[language, has_signed] = inline_keyboard(self._services, rows, language)
            values = shared[language] | self._words.personal(petition, recipient, own)
            keyboard = keyboards[language, has_signed]
            letter = self._letter(petition, keyboard, version, language, values, content.previews)
            if not PERSONAL & self._words.text(version).variables:
                same[key] = letter
            letters.append(letter)
        return letters

    def preview(
        self,
        broadcast: Broadcast,
        petition: Petition,
        language: str,
        first_name: str,
        totals: Totals,
        *,
        reminds: bool = False,
    ) -> list[Outgoing]:
        """What one person would get. See handlers.channel.Composer."""
        content = Content.from_dict(broadcast.content)
        own = {
            "first_name": first_name,
            "friends": f"{3:,}",
            "link": self._services.link(petition.campaign.slug),
        }
        may_sign = petition.is_open
        rows = rows_of(broadcast, content, petition, may_sign=may_sign, reminds=reminds)
        return [
            self._letter(
                petition,
                inline_keyboard(self._services, rows, code),
                version,
                code,
                {
                    **self._words.shared(
                        petition, code, totals, self._words.text(version).variables
                    ),
                    **own,
                },
                content.previews,
            )
            for code, version in content.versions.items()
        ]

    def _letter(
        self,
        petition: Petition,
        keyboard: Mapping[str, Any],
        version: Version,
        language: str,
        values: Mapping[str, str],
        previews: bool,
    ) -> Outgoing:
        text = self._words.text(version)
        html = text.render(**{name: values[name] for name in text.variables})
        common: dict[str, Any] = {"parse_mode": "HTML", "reply_markup": keyboard}
        if len(version.media) == 1:
            one = version.media[0]
            given = {**common, one.kind: one.file_id, "caption": html}
            if one.spoiler:
                given["has_spoiler"] = True
            if version.caption_above:
                given["show_caption_above_media"] = True
            return Outgoing(MEDIA[one.kind], given)
        words = html or f"<b>{escape(petition.texts(language).title)}</b>"
        preview = _preview(version.preview) if previews else {"is_disabled": True}
        message = Outgoing(
            "sendMessage", {**common, "text": words, "link_preview_options": preview}
        )
        if not version.media:
            return message
        album = [_in_album(one) for one in version.media]
        return Outgoing("sendMediaGroup", {"media": album}, then=message)


def _in_album(one: Media) -> InputMedia:
    covered = {"has_spoiler": True} if one.spoiler else {}
    made: InputMedia = IN_ALBUM[one.kind](one.file_id, **covered)
    return made


def _preview(chosen: LinkPreview) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#linkpreviewoptions"""
    sized = {f"prefer_{chosen.size}_media": True} if chosen.size else {}
    return {"url": chosen.url, "show_above_text": chosen.above, **sized}


def _edit(letter: Outgoing, message_id: int) -> Outgoing:
    """What puts the words and buttons of a letter into a message that somebody has got. The words
    of an album are the message after it."""
    given = dict((letter.then or letter).parameters)
    method = "editMessageText" if "text" in given else "editMessageCaption"
    for name in (*MEDIA, "has_spoiler"):
        given.pop(name, None)
    return Outgoing(method, {**given, "message_id": message_id})
