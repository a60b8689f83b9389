"""`clamour demo`: two processes that start, stop and fail together."""

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from json import loads
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from bot.demo import PEOPLE, SAM
from tests.amount import cases
from tests.bot.commandline import TOKEN, WITHIN_SECONDS, bare_environment, clamour

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def demo(folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The demo as a process of its own; ended when the context ends, its parts with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--folder", str(folder / "data"), *arguments],
        cwd=folder,
        env=bare_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=WITHIN_SECONDS)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr and process.stderr.read()
    return line


def read(address: str) -> bytes:
    with urlopen(address, timeout=WITHIN_SECONDS) as answer:  # noqa: S310 our own address
        content: bytes = answer.read()
    return content


def stub(folder: Path, program: str) -> str:
    """A folder for PYTHONPATH in which `simulator` is that program."""
    package = folder / "stub" / "simulator"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(program)
    return str(folder / "stub")


def parts(folder: Path) -> list[int]:
    """The processes that a demo in the folder has started, itself the first."""
    return [int(number) for number in (folder / "data" / ".running").read_text().split()]


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a demo that runs where a real bot has its settings."""
    folder = tmp_path_factory.mktemp("demo")
    real = {"CLAMOUR_TELEGRAM_TOKEN": TOKEN, "CLAMOUR_STORAGE__URL": "sqlite+aiosqlite:////nowhere"}
    with demo(folder, "--port", "0", **real) as process:
        first_line(process)
        yield folder


@pytest.mark.parametrize("told", cases(short=[signal.SIGINT], full=[signal.SIGINT, signal.SIGTERM]))
def test_one_address_is_told_the_page_answers_and_both_parts_end_with_it(
    tmp_path: Path, told: signal.Signals
) -> None:
    with demo(tmp_path, "--port", "0") as process:
        (address,) = ADDRESS.findall(first_line(process))
        page = read(address)
        names = {person["first_name"]: person["id"] for person in loads(read(f"{address}/people"))}
        started = parts(tmp_path)
        process.send_signal(told)
        # Not communicate(): it passes over what the first line's read has buffered.
        rest, faults = process.stdout.read(), process.stderr.read()
        process.wait(WITHIN_SECONDS)

    assert process.returncode == 0, faults
    assert b"<html" in page.lower()
    assert str(tmp_path / "data") in rest
    assert names == {person["first_name"]: person["id"] for person in PEOPLE}
    assert len(started) == 3
    assert not any(is_alive(number) for number in started)
    with pytest.raises(URLError):
        read(address)


def test_a_second_start_finds_database_token_and_campaign_again(tmp_path: Path) -> None:
    token = tmp_path / "data" / "bot-token"
    tokens = []
    for _ in range(2):
        with demo(tmp_path, "--port", "0") as process:
            first_line(process)
            tokens.append(token.read_text())

    assert tokens[0] == tokens[1]
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    with sqlite3.connect(tmp_path / "data" / "clamour.db") as database:
        assert database.execute("SELECT slug FROM campaigns").fetchall() == [("keep-the-unit",)]
        assert database.execute("SELECT telegram_id FROM staff").fetchall() == [(SAM,)]
    database.close()


def test_settings_of_a_real_bot_do_not_reach_the_demo(shown: Path) -> None:
    assert "nowhere" not in (shown / "data" / "bot.log").read_text()
    assert (shown / "data" / "clamour.db").exists()


def test_a_second_demo_in_the_same_folder_is_refused_and_told_what_to_stop(shown: Path) -> None:
    told = clamour("demo", "--folder", "data", "--port", "0", folder=shown)

    assert told.returncode == 1
    assert f"kill {' '.join(map(str, parts(shown)))}" in told.stderr


def test_parts_left_by_a_killed_demo_still_keep_a_second_one_out(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as process:
        first_line(process)
        process.kill()
        process.wait()
        told = clamour("demo", "--folder", "data", "--port", "0", folder=tmp_path)
        orphans = parts(tmp_path)[1:]
        for number in orphans:
            os.kill(number, signal.SIGTERM)
        while any(is_alive(number) for number in orphans):
            time.sleep(0.05)

    assert told.returncode == 1
    assert "kill " in told.stderr


def test_when_a_part_dies_the_demo_ends_and_says_which(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as process:
        first_line(process)
        _, telegram, bot = parts(tmp_path)
        os.kill(bot, signal.SIGKILL)
        _, faults = process.communicate(timeout=WITHIN_SECONDS)

    assert process.returncode == 1
    assert "The bot has stopped by itself (code -9)" in faults
    assert not is_alive(telegram)


def test_a_simulator_that_does_not_start_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    path = stub(tmp_path, "raise SystemExit('no coal left')")

    told = clamour("demo", "--folder", "data", "--port", "0", folder=tmp_path, PYTHONPATH=path)

    assert told.returncode == 1
    assert "The simulator has stopped by itself (code 1)" in told.stderr
    assert "no coal left" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_stop_is_heard_while_the_simulator_does_not_answer(tmp_path: Path) -> None:
    path = stub(tmp_path, "import time; time.sleep(60)")

    with demo(tmp_path, "--port", "0", PYTHONPATH=path) as process:
        while not (tmp_path / "data" / ".running").exists() or len(parts(tmp_path)) < 2:
            time.sleep(0.05)
        process.terminate()
        process.communicate(timeout=WITHIN_SECONDS)

    assert process.returncode == 0
    assert not any(is_alive(number) for number in parts(tmp_path))


def test_a_port_that_was_asked_for_and_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = clamour("demo", "--folder", "data", "--port", port, folder=tmp_path)

    assert told.returncode == 1
    assert f"Port {port} is taken" in told.stderr


def test_the_bot_is_pointed_at_the_simulator_and_sam_is_its_owner(tmp_path: Path) -> None:
    path = stub(tmp_path, "raise SystemExit(1)")

    clamour("demo", "--folder", "data", "--port", "0", folder=tmp_path, PYTHONPATH=path)

    config = tomllib.loads((tmp_path / "data" / "config.toml").read_text())
    assert config["telegram"]["api_url"].startswith("http://127.0.0.1:")
    assert config["staff"]["owners"] == [SAM]
    assert Path(config["campaigns"]["files"][0]).is_file()
    assert loads((tmp_path / "data" / "people.json").read_text()) == list(PEOPLE)
