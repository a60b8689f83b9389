"""What `make test-rest` tries again."""

from pathlib import Path
from textwrap import dedent

from tests.amount import cut_down

MODULE = dedent(
    """
    from tests.amount import cases

    PEOPLE = cases(short=3, full=300)
    ACTS = PEOPLE * 2

    @pytest.fixture
    def crowd(): return range(ACTS)

    def signs(): return [PEOPLE]

    def test_a_number(): assert PEOPLE
    def test_a_fixture(crowd): ...
    def test_a_helper(): assert signs()
    @pytest.mark.parametrize("engine", engines.crossed("a", "b"))
    def test_pairs(engine): ...
    def test_nothing(ada): assert ada
    class TestAll:
        def test_it(self): assert ACTS
    """
)


def test_what_depends_on_a_number_that_is_cut_down_is_tried_again_and_nothing_else(
    tmp_path: Path,
) -> None:
    module = tmp_path / "test_module.py"
    module.write_text(MODULE, "utf-8")
    tests = {name for name in cut_down(module) if name.lower().startswith("test")}
    assert tests == {"test_a_number", "test_a_fixture", "test_a_helper", "test_pairs", "TestAll"}
