"""Promises of the line finder: whatever TOML a person writes, the line named is the right one."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.definition.toml_lines import KeyPath, key_lines, line_of
from tests.campaign.test_definition import EXAMPLE, FULL

AWKWARD = '''
# a = 1
"quoted key" = "x = 2 # no comment"
'literal.key' = 'it''s' # [table]
dotted . "inner.key" = """
fake = 1
[fake]
quoted \\""" here"""
list = [ # comment ]
  "one",
  [2, 3],
  """four
four""",
  { five = 5, six = [6] },
]
pi = 3.14
when = 1979-05-27 07:32:00
[ table . sub ]
key = \'\'\'
fake = 2\'\'\'
[[entries]]
name = "first"
[entries.more]
deep = true
[[entries]]
name = "second"
[[entries.inner]]
x = 1
[[entries.inner]]
x = 2
'''.replace("'it''s'", "'its'")


def test_awkward_keys_and_values_are_found() -> None:
    lines = key_lines(AWKWARD)
    found = {path: AWKWARD.splitlines()[line - 1] for path, line in lines.items()}
    assert found["quoted key",].startswith('"quoted key"')
    assert found["literal.key",].startswith("'literal.key'")
    assert found["dotted", "inner.key"].startswith("dotted . ")
    assert found["list", 0] == '  "one",'
    assert found["list", 1, 1] == "  [2, 3],"
    assert found["list", 2] == '  """four'
    assert found["list", 3, "six", 0].startswith("  { five")
    assert found["pi",] == "pi = 3.14"
    assert found["when",].startswith("when")
    assert found["table", "sub", "key"] == "key = '''"
    assert found["entries", 0, "more", "deep"] == "deep = true"
    assert found["entries", 1, "name"] == 'name = "second"'
    assert found["entries", 1, "inner", 1, "x"] == "x = 2"
    assert not any("fake" in path for path in lines)


@pytest.mark.parametrize(
    "text", [AWKWARD, FULL, EXAMPLE.read_text(encoding="utf-8")], ids=["awkward", "full", "example"]
)
def test_every_key_that_is_read_has_a_line_and_no_other(text: str) -> None:
    assert set(key_lines(text)) == set(paths(tomllib.loads(text)))


def test_a_missing_key_is_sought_in_its_table() -> None:
    lines = key_lines("a = 1\n[table]\nb = 2\n")
    assert line_of(lines, ("table", "missing", 0)) == 2
    assert line_of(lines, ("missing",)) is None


keys = st.text(st.sampled_from("ab1-_. #é\"'="), max_size=4)
values = st.recursive(
    st.one_of(
        st.integers(),
        st.booleans(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.sampled_from("ab \n\"'#[]{}=,.\\")),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)


@given(data=st.dictionaries(keys, values, max_size=4), table=st.dictionaries(keys, values))
def test_any_toml_is_walked_as_it_is_read(data: dict[str, Any], table: dict[str, Any]) -> None:
    data.pop("t", None)
    text = "".join(f"{quoted(key)} = {written(value)}\n" for key, value in data.items())
    text += "[t] # table\n" + "".join(f"{quoted(k)}={written(v)}\n" for k, v in table.items())
    assert set(key_lines(text)) == set(paths(tomllib.loads(text)))


def paths(value: object, path: KeyPath = ()) -> list[KeyPath]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    found = [path] if path else []
    return found + [deeper for key, part in inner for deeper in paths(part, (*path, key))]


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() if "\n" in value and '"' not in value and "\\" not in value:
            return f'"""{value}"""'
        case str():
            return quoted(value)
        case list():
            return "[\n" + "".join(f"  {written(part)}, # ]\n" for part in value) + "]"
        case dict():
            return "{" + ", ".join(f"{quoted(k)} = {written(v)}" for k, v in value.items()) + "}"
    return repr(value)
