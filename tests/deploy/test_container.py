"""Promises of deploy/Containerfile and deploy/compose.yaml. There is no engine here: their parts
are run as processes (docs/developer.md says what that leaves open)."""

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from setuptools import find_packages

from bot.config import load
from bot.roles import ROLES
from tests.bot.commandline import TOKEN
from tests.deploy.containerfile import Stage, copied, stages

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
DIGEST = f"@sha256:{'ab' * 32}"
IMAGES = {f"{name.upper()}_IMAGE": name + DIGEST for name in ("python", "postgres", "caddy")}
GIVEN = {
    "CLAMOUR_TELEGRAM_TOKEN": TOKEN,
    "SITE": "petition.example.org",
    "POSTGRES_PASSWORD": "s3/@:#?%",
    **IMAGES,
}
MAYBE = {
    "CLAMOUR_STORAGE_KEY": "0f" * 32,
    "CLAMOUR_EMAIL_PASSWORD": "s4",
    "CLAMOUR_MAILBOX_PASSWORD": "s5",
}


@pytest.fixture(scope="module")
def made() -> list[Stage]:
    return stages(DEPLOY / "Containerfile")


def test_everything_that_is_copied_is_there_and_sent_to_the_engine(made: list[Stage]) -> None:
    wanted = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"}
    sources = [source for source, _ in copied(made[0])]
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert source in wanted, ".dockerignore leaves it out"


def test_what_is_copied_makes_the_whole_program(made: list[Stage], tmp_path: Path) -> None:
    for source, target in copied(made[0]):
        place = tmp_path / target / (source.rpartition("/")[2] if target == "./" else "")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, place)
    arguments = ("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet", ".")
    subprocess.run([sys.executable, "-m", "pip", *arguments], cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    for package in find_packages(str(ROOT), include=settings["packages"]["find"]["include"]):
        folder = package.replace(".", "/")
        for file in (ROOT / folder).iterdir():
            if file.suffix in (".py", ".j2", ".toml"):
                assert f"{folder}/{file.name}" in inside


def test_the_image_that_runs_has_no_tools_and_no_power(made: list[Stage]) -> None:
    build, runs = made
    assert build.image == runs.image == "${PYTHON_IMAGE}", "given by its digest"
    assert "*@sha256:*" in build.all("RUN")[0]
    assert "uninstall --yes setuptools wheel pip" in build.all("RUN")[-1]
    assert [words for words in runs.all("COPY") if not words.startswith("--from=build")] == []
    assert not [words for words in runs.all("RUN") if "pip" in words or "apt" in words]
    assert runs.steps.index(("USER", "clamour")) > runs.steps.index(("RUN", runs.all("RUN")[-1]))
    assert json.loads(runs.all("ENTRYPOINT")[0]) == ["clamour"], "signals reach it, not a shell"
    assert runs.all("HEALTHCHECK")
    (kept,) = runs.all("VOLUME")
    assert f"SQLITE_TMPDIR={kept}" in runs.all("ENV"), "a copy of the database is not in memory"


def test_what_is_installed_is_pinned_as_for_developers_and_no_more() -> None:
    ours = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = (DEPLOY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert set(pinned) <= set(ours), "make lock writes both"
    names = {line.partition("==")[0] for line in pinned if "==" in line}
    assert not names & {"pytest", "mypy", "ruff", "playwright", "hypothesis"}


@pytest.fixture(scope="module", params=[{}, MAYBE], ids=["plain", "sealed"])
def compose(request: pytest.FixtureRequest) -> dict[str, Any]:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    for name in MAYBE:
        text = text.replace(f"${{{name}:-}}", request.param.get(name, ""))
    for name, value in GIVEN.items():
        text = text.replace(f"${{{name}}}", value)
    for line in text.splitlines():
        for name, value in GIVEN.items():
            if f"${{{name}:?" in line:
                before, _, rest = line.partition(f"${{{name}:?")
                text = text.replace(line, before + value + rest.partition("}")[2])
    assert "${" not in text
    made: dict[str, Any] = yaml.safe_load(text)
    return made


def of_ours(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in compose["services"].items() if one["image"] == "clamour"}


def test_every_part_of_the_work_is_done_and_configured_rightly(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = of_ours(compose)
    roles = [ROLES[one["command"][2]] for one in services.values()]
    assert sum(role.takes_updates for role in roles) == 2
    assert sum(role.sends for role in roles) == sum(role.does_jobs for role in roles) == 1
    (tmp_path / "config.toml").write_text("[staff]\nowners = [1]\n")
    for one in services.values():
        for name, value in one["environment"].items():
            monkeypatch.setenv(name, value)
        settings = load(tmp_path / "config.toml")
        assert settings.pages_beside_webhook
        assert (settings.keyring is not None) == bool(one["environment"]["CLAMOUR_STORAGE_KEY"])
        assert settings.storage.tombstones is not None
        assert settings.storage.tombstones.parent == Path("/var/lib/clamour")
    health = stages(DEPLOY / "Containerfile")[1].all("HEALTHCHECK")[0]
    assert f":{settings.web.internal_port}/readyz" in health


def test_nothing_runs_with_more_than_it_needs_and_only_the_proxy_is_reached(
    compose: dict[str, Any],
) -> None:
    for one in of_ours(compose).values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert one["stop_grace_period"] == "30s"
        assert "privileged" not in one
    open_to_all = [name for name, one in compose["services"].items() if "ports" in one]
    assert open_to_all == ["proxy"]
    assert compose["services"]["db"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_every_image_is_given_by_its_digest(compose: dict[str, Any]) -> None:
    for name, one in compose["services"].items():
        image = one["build"]["args"]["PYTHON_IMAGE"] if "build" in one else one["image"]
        assert image.endswith(DIGEST), name
    plain = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    for name in IMAGES:
        assert f"${{{name}:?" in plain, "no default: a tag could be moved"


def test_images_are_pinned_in_the_settings_and_nothing_else_is_touched(tmp_path: Path) -> None:
    settings = tmp_path / ".env"
    settings.write_text("SITE=x\nPYTHON_IMAGE=old\nPOSTGRES_PASSWORD='a$b'\n")
    engine = tmp_path / "engine"
    engine.write_text(f'#!/bin/sh\n[ "$1" = pull ] || echo "${{5%%:*}}{DIGEST}"\n')
    engine.chmod(0o755)
    command = [DEPLOY / "pin-images.sh", settings]
    subprocess.run(command, env={"PATH": "/usr/bin:/bin", "ENGINE": str(engine)}, check=True)
    lines = settings.read_text().splitlines()
    assert lines[:2] == ["SITE=x", "POSTGRES_PASSWORD='a$b'"]
    assert dict(line.split("=", 1) for line in lines[2:]) == IMAGES
    assert settings.stat().st_mode & 0o077 == 0
    engine.write_text("#!/bin/sh\n[ $1 = pull ]")
    refused = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", "ENGINE": str(engine)}, check=False
    )
    assert refused.returncode != 0
    assert settings.read_text().splitlines() == lines


def test_the_database_and_the_proxy_are_confined_like_ours(compose: dict[str, Any]) -> None:
    for name in ("db", "proxy"):
        one = compose["services"][name]
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert not {"SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"} & set(one["cap_add"])
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert one["tmpfs"]


def test_a_database_password_of_any_characters_is_no_part_of_an_address(
    compose: dict[str, Any],
) -> None:
    for one in of_ours(compose).values():
        assert one["environment"]["PGPASSWORD"] == GIVEN["POSTGRES_PASSWORD"]
        assert GIVEN["POSTGRES_PASSWORD"] not in one["environment"]["CLAMOUR_STORAGE__URL"]


def test_the_proxy_knows_the_workers(compose: dict[str, Any]) -> None:
    workers = compose["services"]["proxy"]["environment"]["WORKERS"].split()
    webs = [name for name, one in of_ours(compose).items() if one["command"][2] == "web"]
    assert workers == [f"{name}:8443" for name in webs]


def test_every_secret_is_named_in_the_example_and_has_no_value_there() -> None:
    example = dict(
        line.split("=", 1)
        for line in (DEPLOY / "example.env").read_text().splitlines()
        if not line.startswith("#")
    )
    assert set(example) == {*GIVEN, *MAYBE}
    assert [name for name, value in example.items() if value] == ["SITE"]
