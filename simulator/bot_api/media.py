"""Pictures, films and documents: uploaded, or known by their ids."""

import mimetypes
from typing import Any

from simulator import rules
from simulator.bot_api.call import Call, Upload
from simulator.bot_api.texts import caption_of
from simulator.errors import bad_request
from simulator.files import PICTURE_SIGNATURES, File
from simulator.residents import Json
from simulator.world import World

KINDS = ("photo", "document", "video", "animation", "audio", "voice")
_ABOVE = "show_caption_above_media"
_ATTACHED = "attach://"


def media_of(world: World, kind: str, what: Any, call: Call) -> Json:
    """A picture, film or document of a call, as fields of a Message.

    Args:
        world: knows files that were sent before.
        kind: photo, document, video…
        what: an Upload, attach://name of one, or a file_id.
        call: holds the uploads.

    Raises:
        Refused: there is none, it is too big, or no picture.
    """
    if isinstance(what, str) and what.startswith(_ATTACHED):
        what = call.given.get(what.removeprefix(_ATTACHED))
        if not isinstance(what, Upload):
            what = None
    if not what:
        raise bad_request(f"there is no {kind} in the request")
    file = _kept(world, kind, what) if isinstance(what, Upload) else _known(world, kind, str(what))
    return described(file)


def input_media_of(world: World, item: Any, call: Call) -> Json:
    """An InputMedia with its caption, as fields of a Message.

    Raises:
        Refused: it is not as Telegram takes it.
    """
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind, media = item.get("type"), item.get("media")
    if kind not in KINDS:
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    try:
        content = media_of(world, str(kind), media, call) | caption_of(world, item)
    except KeyError:
        raise bad_request("can't parse InputMedia: media not found") from None
    return content | look_of(bool(item.get("has_spoiler")), bool(item.get(_ABOVE)))


def look_of(covered: bool, above: bool) -> Json:
    """Whether a picture is covered until it is tapped, and its caption stands above it."""
    look = {"has_media_spoiler": covered, _ABOVE: above}
    return {name: True for name, wanted in look.items() if wanted}


def album_of(world: World, call: Call) -> list[Json]:
    """The `media` of sendMediaGroup.

    Raises:
        Refused: too many, too few, or kinds that do not go together.
    """
    items = call.json("media", "media")
    if items is None:
        raise bad_request('parameter "media" is required')
    if not isinstance(items, list):
        raise bad_request("expected an Array of InputMedia")
    if len(items) > rules.ALBUM_LIMIT:
        raise bad_request("too many messages to send as an album")
    if not items:
        raise bad_request("there are no messages to send")
    contents = [input_media_of(world, item, call) for item in items]
    kinds = {item["type"] for item in items}
    for alone in ("document", "audio"):
        if alone in kinds and len(kinds) > 1:
            raise bad_request(f"{alone.capitalize()} can't be mixed with other media types")
    if not kinds <= {"photo", "video", "document", "audio"}:
        raise bad_request("can't use the media of the specified type in the album")
    return contents


def described(file: File) -> Json:
    """The field of a Message in which a file stands."""
    common = file.described()
    width, height = file.size or (1280, 720)
    kind_of_content = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    match file.kind:
        case "photo":
            return {"photo": [{**common, "width": width, "height": height}]}
        case "video" | "animation":
            film = {**common, "width": width, "height": height, "duration": 1}
            return {file.kind: {**film, "file_name": file.name, "mime_type": kind_of_content}}
        case "voice":
            return {"voice": {**common, "duration": 1, "mime_type": "audio/ogg"}}
        case "audio":
            return {"audio": {**common, "duration": 1, "file_name": file.name}}
    return {"document": {**common, "file_name": file.name, "mime_type": kind_of_content}}


def _kept(world: World, kind: str, upload: Upload) -> File:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > (rules.PHOTO_BYTES if kind == "photo" else rules.FILE_BYTES):
        most = "10 Mb" if kind == "photo" else "50 Mb"
        raise bad_request(f"file is too big for a {kind}; the maximum is {most}")
    file = world.files.keep(kind, upload.content, upload.name)
    if kind == "photo":
        _check_picture(file)
    return file


def _check_picture(file: File) -> None:
    if not file.content.startswith(PICTURE_SIGNATURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if file.size is None:
        return
    if sum(file.size) > rules.PHOTO_SIDES_SUM:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    if max(file.size) > rules.PHOTO_SIDES_RATIO * min(file.size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _known(world: World, kind: str, file_id: str) -> File:
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = world.files.find(file_id)
    if file is None:
        raise bad_request("wrong remote file identifier specified: can't unserialize it")
    if file.kind != kind and not {file.kind, kind} <= {"document", "animation"}:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file
