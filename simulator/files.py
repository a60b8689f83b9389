"""Files that bots and people have sent, in memory."""

import struct
from dataclasses import dataclass

PICTURE_SIGNATURES = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF", b"BM")


@dataclass(frozen=True, slots=True)
class File:
    """One file.

    Attributes:
        kind: photo, document, video or voice: what it was sent as.
        name: as its sender called it.
        path: under /file/bot<token>/.
        size: width and height in pixels, of a picture that is understood.
    """

    id: str
    kind: str
    content: bytes
    name: str
    path: str
    size: tuple[int, int] | None

    def described(self) -> dict[str, object]:
        """What photos, documents and videos have in common."""
        return {
            "file_id": self.id,
            "file_unique_id": f"u{self.id}",
            "file_size": len(self.content),
        }


class Files:
    """All files by their ids."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def keep(self, kind: str, content: bytes, name: str) -> File:
        number = len(self._files) + 1
        ending = name.rpartition(".")[2].lower() if "." in name else "bin"
        path = f"{kind}s/file_{number}.{ending if ending.isalnum() else 'bin'}"
        file = File(f"{kind}_{number:06d}", kind, content, name, path, picture_size(content))
        self._files[file.id] = file
        return file

    def find(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def at(self, path: str) -> File | None:
        return next((file for file in self._files.values() if file.path == path), None)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, JPEG or WebP; None if it is none of these."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] == b"VP8X" and len(content) >= 30:
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(
            content[27:30], "little"
        )
    if content[12:16] == b"VP8 " and len(content) >= 30:
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if content[12:16] == b"VP8L" and len(content) >= 25:
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None
