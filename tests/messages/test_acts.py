"""Promises: words do what their command does, in every language, and no word does two things."""

import tomllib
from pathlib import Path

import messages
from handlers.supporter.acts import ACTS
from messages import bot_texts
from messages.acts import plain
from tests.folded import for_each

ROOT = Path(messages.__file__).parent
LISTS = ("polite", "little")


def acts(language: str) -> dict[str, list[str]]:
    return tomllib.loads((ROOT / language / "acts.toml").read_text(encoding="utf-8"))


@for_each("language", [language.code for language in bot_texts().languages])
def test_every_language_has_words_for_every_act(language: str) -> None:
    assert set(acts(language)) == {*ACTS, *LISTS}
    assert all(acts(language).values())


def test_a_word_means_the_same_in_every_language() -> None:
    meant: dict[str, str] = {}
    for language in bot_texts().languages:
        for act, said in acts(language.code).items():
            for words in said if act not in LISTS else ():
                assert meant.setdefault(plain(words), act) == act, words


@for_each(
    "typed, act",
    [
        *(
            ("stop", "stop"),
            ("STOP", "stop"),
            ("Stop!!", "stop"),
            ("/stop", "stop"),
            ("stop 🛑", "stop"),
        ),
        *(("Please stop.", "stop"), ("unsubscribe", "stop"), ("opt-out", "stop"), ("StOp", "stop")),
        *(("Remove my name", "withdraw"), ("please remove my name, thank you!", "withdraw")),
        *(("“delete my data”", "forget"), ("DELETE MY DATA", "forget"), ("sign", "sign")),
        *(("I’d like to sign", "sign"), ("help?", "help"), ("HELP ME", "help"), ("share", "share")),
        *(
            ("my data", "mydata"),
            ("hi!", "start"),
            ("What's new?", "news"),
            ("never mind", "cancel"),
        ),
        *(("Stopiwch, os gwelwch yn dda", "stop"), ("Dilëwch fy nata", "forget")),
        *(("dilewch fy nata", "forget"), ("TYNNU FY ENW", "withdraw"), ("Llofnodi", "sign")),
        *(("unsuscribe", "stop"), ("Unsubcribe me!", "stop"), ("stopp", "stop"), ("hepl", "help")),
        *(
            ("sing", "sign"),
            ("update", "updates"),
            ("withdrawn", "withdraw"),
            ("llofnodii", "sign"),
        ),
        *(("Remove my name from the petition", "withdraw"), ("how do I unsubscribe?", "stop")),
        *(("take my name off this petition please", "withdraw"), ("share this", "share")),
        *(("stop sending me these messages", "stop"), ("delete my personal data", "forget")),
        *(("change my name", "start"), ("I made a mistake", "start"), ("newid fy enw", "start")),
        *(("sut mae llofnodi", "sign"), ("stopiwch y negeseuon hyn", "stop")),
        *(("cymorth", "help"), ("rhannu", "share"), ("Bore da!", "start"), ("ｓｔｏｐ", "stop")),
    ],
)
def test_words_typed_alone_name_an_act(typed: str, act: str) -> None:
    assert bot_texts().act(typed) == act


@for_each(
    "typed",
    [
        *(
            "",
            "!!!",
            "please",
            "thank you",
            "Ada Lovelace",
            "Stop the cuts to the unit",
            "x" * 5_000,
        ),
        *(
            "shop",
            "step",
            "hell",
            "stork",
            "sigh",
            "shame",
            "Ed",
            "Hal",
            "Enda",
            "forgot",
            "nothing",
        ),
        *("I want to know who stops me", "Help the Aged", "SW1A 1AA", "no", "Siân Stop", "🛑"),
    ],
)
def test_other_words_name_none(typed: str) -> None:
    assert bot_texts().act(typed) is None
