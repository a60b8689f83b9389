"""Which chart shows what: each from one file of recorded figures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.charts.svg import Bar, Plot, bars, plots

RECORDED = Path(__file__).parents[1]
OURS, THEIRS, OTHERS = 0, 1, 3
SIZES = {1_000: "1k", 10_000: "10k", 100_000: "100k", 1_000_000: "1M"}


def _recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def _where(recorded: dict[str, Any]) -> str:
    """What it was measured on."""
    parts = [recorded.get("machine", ""), recorded.get("note", ""), recorded.get("date", "")]
    return " · ".join(part for part in parts if part)


def _results(beginning: str) -> list[dict[str, Any]]:
    return [one for one in _recorded("results")["results"] if one["name"].startswith(beginning)]


def _pair(row: dict[str, Any], ours: str = "Clamour") -> list[Bar]:
    unit = "/s" if row["unit"] == "1/s" else f" {row['unit']}"
    return [
        Bar(ours, row["value"], f"{row['value']:,}{unit}", OURS),
        Bar(_short(row["peer"]), row["peer_value"], f"{row['peer_value']:,}{unit}", THEIRS),
    ]


def _short(peer: str) -> str:
    return peer.replace("python-telegram-bot", "PTB").replace(" in a loop", "")[:40]


def _beside(title: str, beginning: str, *, log: bool = False, only: str = "") -> str:
    rows = [row for row in _results(beginning) if only in row["name"]]
    groups = {row["name"].removeprefix(beginning).strip(" ,:"): _pair(row) for row in rows}
    return bars(title, _where(_recorded("results")), groups, log=log)


def sending() -> str:
    return _beside("sendMessage through python-telegram-bot’s Bot", "sendMessage")


def signing() -> str:
    return _beside("200 people sign at once", "signing")


def broadcast() -> str:
    groups: dict[str, list[Bar]] = {}
    for row in _results("broadcast"):
        if row["unit"] != "1/s":
            continue
        name = row["name"].removeprefix("broadcast, ").removesuffix(", beside aiogram")
        known = groups.setdefault(name, [])
        ours, theirs = _pair(row)
        known += [theirs] if known else [ours, theirs]
    return bars("A broadcast: messages a second", _where(_recorded("results")), groups)


def answers() -> str:
    rows = _results("answers during a broadcast at 30/s: ")
    groups = {
        row["name"].rpartition(": ")[2]: [
            Bar("during a broadcast at 30/s", row["value"], f"{row['value']} ms", OURS),
            Bar("idle", row["peer_value"], f"{row['peer_value']} ms", 6),
        ]
        for row in rows
    }
    return bars("What a supporter waits for an answer", _where(_recorded("results")), groups)


def friends() -> str:
    return _beside(
        "Ask a friend at 1,000,000 signers (each step ten times as much)",
        "1,000,000 signers, ",
        log=True,
        only="half of all",
    )


def numbers() -> str:
    return _beside(
        "Public numbers at 1,000,000 signatures (each step ten times as much)",
        "public numbers at 1,000,000 signatures: ",
        log=True,
    )


def large() -> str:
    recorded = _recorded("large")
    waits = {
        "idle": recorded["answer_idle_p99_ms"],
        "as it starts": recorded["answer_starting_p99_ms"],
        "as it goes on": recorded["answer_going_on_p99_ms"],
        "after kill -9, to its end": recorded["answer_ending_p99_ms"],
    }
    rows = [Bar(name, value, f"{value:,} ms", OURS) for name, value in waits.items()]
    title = f"A broadcast to {recorded['people']:,} people at {recorded['messages_per_second']:,}/s"
    return bars(title, _where(recorded), {"99 of 100 answers to others within": rows})


def growth() -> str:
    recorded = _recorded("growth")
    frames = []
    for engine, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        acts = recorded[engine]["answers"]
        lines = {
            act: [(int(size), value) for size, value in figures["p50_ms"].items()]
            for act, figures in acts.items()
        }
        ticks = {int(size): SIZES[int(size)] for size in next(iter(acts.values()))["p50_ms"]}
        title = f"{name}: milliseconds within which half of all answers are ready"
        frames.append(Plot(title, lines, log_x=True, ticks=ticks))
    return plots("Answers as the campaign grows, by signers", _where(recorded), frames)


def workers() -> str:
    recorded = _recorded("workers")
    groups: dict[str, list[Bar]] = {}
    for title, key, unit in (
        ("signatures a second", "signatures_per_second", "/s"),
        ("half of all answers within", "p50_ms", " ms"),
        ("99 of 100 answers within", "p99_ms", " ms"),
    ):
        groups[title] = [
            Bar(
                name,
                figures[key],
                f"{figures[key]:,}{unit}",
                THEIRS if "plain" in name else 2 if "SQLite" in name else OURS,
            )
            for name, figures in recorded["runs"].items()
        ]
    return bars("Signing with 1, 2 and 4 webhook workers", _where(recorded), groups)


def viral() -> str:
    recorded = _recorded("viral")
    series = recorded["series"]
    at = [one["s"] for one in series]

    def line(key: str) -> list[tuple[float, float | None]]:
        return [(s, one[key]) for s, one in zip(at, series, strict=True)]

    frames = [
        Plot(
            "a second",
            {"people who come": line("arrivals"), "people who have signed": line("signed")},
        ),
        Plot(
            "seconds that people waited for an answer",
            {"half of all": line("p50_s"), "99 of 100": line("p99_s")},
            colours={"half of all": 2, "99 of 100": 3},
        ),
        Plot(
            "MB the bot holds in memory", {"resident": line("memory_mb")}, colours={"resident": 4}
        ),
    ]
    return plots("A viral hour, and too much of it: by seconds", _where(recorded), frames)


def costs() -> str:
    recorded = _recorded("costs")
    groups: dict[str, list[Bar]] = {}
    for title, key, unit in (
        ("a signature: the bot at work", "signature_bot_cpu_ms", " ms"),
        ("a signature: the database server at work", "signature_server_cpu_ms", " ms"),
        ("a signature: syncs to disk", "signature_syncs", ""),
        ("a message: the bot at work", "message_bot_cpu_ms", " ms"),
        ("a message: the database server at work", "message_server_cpu_ms", " ms"),
        ("a signer on disk", "signer_bytes", " bytes"),
        ("a delivery on disk", "delivery_bytes", " bytes"),
    ):
        groups[title] = [
            Bar(name, recorded[engine][key], f"{recorded[engine][key]:,}{unit}", colour)
            for engine, name, colour in (("sqlite", "SQLite", 2), ("postgresql", "PostgreSQL", 0))
            if key in recorded[engine]
        ]
    return bars("What one signature and one message cost", _where(recorded), groups)


PICTURES: dict[str, Callable[[], str]] = {
    "sending": sending,
    "signing": signing,
    "workers": workers,
    "growth": growth,
    "viral": viral,
    "broadcast": broadcast,
    "answers": answers,
    "large": large,
    "friends": friends,
    "numbers": numbers,
    "costs": costs,
}
"""By the name of their file in docs/performance/, in the order of the page."""
