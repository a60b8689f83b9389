"""Finding the line of a key, in any TOML that is valid."""

import json

from hypothesis import given
from hypothesis import strategies as st

from campaign.definition.toml_lines import key_lines

VALUES = st.sampled_from(
    [
        "1",
        '"text"',
        '"""many\n[not.a.table]\nkey = 1\nlines"""',
        "'''one\n# two'''",
        '[\n  "a", # ]\n  "b",\n]',
        "{ inner = 1, other = [1, 2] }",
        "1979-05-27T07:32:00Z",
    ]
)
NAMES = st.text(min_size=1, max_size=8).map(
    lambda text: json.dumps(text.replace("\x7f", ""), ensure_ascii=False)
)
PADDING = st.sampled_from(["", "\n", "# note\n", "  \n\n"])


def line_of(text: str, at: int) -> int:
    return text[:at].count("\n") + 1


@given(
    st.lists(
        st.tuples(PADDING, NAMES, st.lists(st.tuples(PADDING, NAMES, VALUES), max_size=4)),
        max_size=4,
        unique_by=lambda section: json.loads(section[1]),
    )
)
def test_every_key_and_table_is_found_on_its_line(
    sections: list[tuple[str, str, list[tuple[str, str, str]]]],
) -> None:
    text, expected = "", {}
    for padding, section, keys in sections:
        text += padding
        expected[(json.loads(section),)] = line_of(text, len(text))
        text += f"[{section}]\n"
        for space, name, value in keys:
            path = (json.loads(section), json.loads(name))
            if path in expected:
                continue
            text += space
            expected[path] = line_of(text, len(text))
            text += f"{name} = {value}\n"

    found = key_lines(text)

    assert {path: found[path] for path in expected} == expected


def test_dotted_keys_and_inline_tables_have_lines() -> None:
    found = key_lines("a.b = 1\n\n[c]\nd.e = { f = 2 }\n[[g]]\nh = 1\n[[g]]\nh = 2\n")

    assert found["a", "b"] == 1
    assert found["c", "d", "e", "f"] == 4
    assert found["g",] == 5
    assert (found["g", 0, "h"], found["g", 1, "h"]) == (6, 8)


def test_windows_line_ends_and_no_newline_at_the_end() -> None:
    assert key_lines("[a]\r\nb = 1\r\nc = 2") == {("a",): 1, ("a", "b"): 2, ("a", "c"): 3}
