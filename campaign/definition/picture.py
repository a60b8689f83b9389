"""The picture that a campaign file names."""

from pathlib import Path, PurePath

from campaign.definition.problems import Finding

# Telegram takes photos up to 10 MB (https://core.telegram.org/bots/api#sending-files); half of
# that keeps the database and its backups small.
PICTURE_LIMIT = 5_000_000
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def read_picture(name: object, folder: Path | None) -> bytes | Finding:
    """The bytes of a PNG or JPEG in the campaign file's folder or below it, or what is wrong."""
    if not isinstance(name, str) or not name:
        return _finding(
            "is not the name of a file", 'write its name, such as: picture = "picture.png"'
        )
    if folder is None:
        return _finding("cannot be had from a text alone", "load the campaign from a file")
    if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
        return _finding(
            f'is "{name}", outside the folder of the campaign file',
            "put the picture beside the campaign file and write its name alone",
        )
    try:
        picture = (folder / name).read_bytes()
    except (OSError, ValueError):
        return _finding(
            f'is "{name}", which cannot be read',
            "put the picture beside the campaign file, and check the spelling",
        )
    if not picture.startswith(_BEGINNINGS):
        return _finding(f'is "{name}", neither PNG nor JPEG', "save it as PNG or JPEG")
    if len(picture) > PICTURE_LIMIT:
        return _finding(
            f"is {len(picture) / 1_000_000:.1f} MB large",
            f"save it smaller: at most {PICTURE_LIMIT // 1_000_000} MB, better below 1 MB",
        )
    return picture


def _finding(what: str, instead: str) -> Finding:
    return Finding(("picture",), what, instead)
