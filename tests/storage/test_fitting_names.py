"""Promises of finding names by a pattern where the database cannot: the same names, at once."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from storage.invalidation_search import Rule, _fitting


@given(st.text("ab*?", min_size=1, max_size=8), st.text("ab", max_size=8))
def test_a_pattern_fits_what_it_fits_in_a_shell(pattern: str, name: str) -> None:
    assert _fitting(Rule(name=pattern))(name) == fnmatchcase(name, pattern)
