"""What the guides tell people to type, as it stands in them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], key=lambda file: file.as_posix()
)
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_INDENTED = re.compile(r"^(?: {4}| {7,8})(?! )(\S.*)$", re.M)
_PROGRAM = re.compile(r"(?:\.venv/bin/)?(clamour|make|python|pip) [a-z-]")


def commands(guide: Path) -> list[str]:
    """The lines for a terminal, in their order, without what a `#` says about them."""
    text = guide.read_text(encoding="utf-8")
    fenced = [line for _, block in _FENCED.findall(text) for line in block.splitlines()]
    plain = _FENCED.sub("", text)
    lines = [*fenced, *_INDENTED.findall(plain), *_INLINE.findall(plain)]
    found = [re.sub(r"\s+# .*", "", line).strip() for line in lines]
    return list(dict.fromkeys(line for line in found if _PROGRAM.match(line)))


def said_to_the_bot(guide: Path) -> set[str]:
    """The bot's commands that a guide names: `/stop`, and the first word of `/offline 24`."""
    text = guide.read_text(encoding="utf-8")
    words = [one.split()[0] for one in _INLINE.findall(text) if re.match(r"/[a-z]+( |$)", one)]
    return {word.removeprefix("/") for word in words}
