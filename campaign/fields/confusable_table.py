"""Make the table of confusable letters from Unicode's own file:

    python -m campaign.fields.confusable_table confusables.txt

The file is https://www.unicode.org/Public/security/latest/confusables.txt. Kept are letters, marks
and figures beyond ASCII: a line for each prototype, with those that look like it.
"""

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).with_name("confusables.txt")


def main() -> None:
    """Write the table beside this module."""
    source = Path(sys.argv[1]).read_text(encoding="utf-8-sig")
    lines = ["# " + source.splitlines()[number].lstrip("# ") for number in (1, 2, 6)]
    lines.append("# Unicode licence v3, https://www.unicode.org/license.txt")
    alike = defaultdict(list)
    for line in source.splitlines():
        parts = line.partition("#")[0].split(";")
        if len(parts) < 2:
            continue
        letter, prototype = (
            "".join(chr(int(code, 16)) for code in part.split()) for part in parts[:2]
        )
        if not letter.isascii() and unicodedata.category(letter)[0] in "LMN":
            alike[prototype].append(letter)
    lines += [f"{prototype}\t{''.join(letters)}" for prototype, letters in sorted(alike.items())]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
