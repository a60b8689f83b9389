"""Cells that a spreadsheet must not take for formulas.

https://owasp.org/www-community/attacks/CSV_Injection: what begins with one of these is put behind
an apostrophe. `restored` takes exactly that apostrophe away, so no name is changed for good.
"""

_LOUD = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(value: str) -> str:
    """The value as it stands in the CSV."""
    return f"'{value}" if value.lstrip("'").startswith(_LOUD) else value


def restored(cell: str) -> str:
    """The value that `defused` was called on."""
    loud = cell.startswith("'") and cell.lstrip("'").startswith(_LOUD)
    return cell[1:] if loud else cell
