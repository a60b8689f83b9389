"""Promises of colours: what signs and what takes something away stands out, and nothing else."""

from handlers.button_styles import SIGNS, TAKES_AWAY, style_of
from messages.renderer import Renderer


def test_each_coloured_button_is_one_that_there_is() -> None:
    renderer = Renderer()
    for label in SIGNS | TAKES_AWAY:
        assert renderer.label(label, "en", count=1, number=1, name="", on=False), label


def test_no_way_out_of_updates_is_coloured() -> None:
    ways_out = ("updates_off", "stop_everything", "mute_news", "do_stop", "withdraw", "not_now")
    assert [style_of(label) for label in ways_out] == [None] * len(ways_out)
