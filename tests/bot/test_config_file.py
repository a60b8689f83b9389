"""What config.toml may say, and what an operator is told when it says something else."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError, Problem, Settings, load
from tests.bot.commandline import TOKEN


@pytest.fixture(autouse=True)
def _only_a_token_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAMOUR_TELEGRAM_TOKEN", TOKEN)


def loaded(folder: Path, text: str) -> Settings:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    (folder / "config.toml").chmod(0o600)
    return load(folder / "config.toml")


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as told:
        loaded(folder, text)
    return told.value.problems


def the_problem(folder: Path, text: str) -> Problem:
    (only,) = problems(folder, text)
    return only


def test_an_empty_file_and_a_token_are_enough(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "")

    assert settings.telegram.mode == "polling"
    assert settings.telegram.messages_per_second == 30
    assert settings.telegram.token.get_secret_value() == TOKEN


def test_what_the_file_says_counts(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """
        [telegram]
        mode = "WEBHOOK"
        messages_per_second = 1000
        [webhook]
        url = "https://bot.example.org/telegram"
        [staff]
        owners = [12345, 7000000001]
        [log]
        level = "DEBUG"
        """,
    )

    assert settings.telegram.mode == "webhook"
    assert settings.telegram.messages_per_second == 1000
    assert settings.staff.owners == (12345, 7000000001)
    assert settings.log.level == "debug"


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "")

    with pytest.raises(ValueError, match="frozen"):
        settings.telegram.mode = "webhook"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        settings.log = settings.log  # type: ignore[misc]


def test_relative_paths_are_meant_from_the_files_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    settings = loaded(tmp_path, '[campaigns]\nfiles = ["a.toml", "/srv/b.toml"]')

    assert settings.storage.url == f"sqlite+aiosqlite:///{tmp_path}/clamour.db"
    assert settings.campaigns.files == (tmp_path / "a.toml", Path("/srv/b.toml"))


def test_an_absolute_database_path_and_a_postgresql_address_stay(tmp_path: Path) -> None:
    for url in ("sqlite+aiosqlite:////srv/clamour.db", "postgresql+asyncpg://u:p@h:5432/clamour"):
        assert loaded(tmp_path, f'[storage]\nurl = "{url}"').storage.url == url


def test_every_problem_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
[telegram]
mode = "pulling"
messages_per_second = 0

[storage]
pool_size = 100000
[log]
format = "xml"
""",
    )

    assert [(problem.line, problem.key) for problem in found] == [
        (2, "telegram.mode"),
        (3, "telegram.messages_per_second"),
        (6, "storage.pool_size"),
        (8, "log.format"),
    ]


def test_a_problem_names_line_key_fault_and_what_to_write(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, "[telegram]\n\nmessages_per_second = 5000")

    assert str(problem) == (
        "line 3: telegram.messages_per_second: 5000 is too large; "
        "write a whole number from 1 to 1000."
    )


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("telegram.api_url", '"api.telegram.org"', "is not the address of a web server"),
        ("telegram.api_url", '"https://api.telegram.org/?x=1"', "has something after its path"),
        ("telegram.api_url", "3", "is not text in quotes"),
        ("telegram.allow_paid_broadcast", '"perhaps"', "is neither true nor false"),
        ("telegram.messages_per_second", "1.5", "is not a whole number"),
        ("telegram.messages_per_second", "true", "is not a number"),
        ("telegram.messages_per_second", "[30]", "is not a whole number"),
        ("webhook.url", '"http://bot.example.org/telegram"', "does not begin with https://"),
        ("webhook.url", f'"https://bot.example.org/{TOKEN}"', "contains a bot token"),
        ("webhook.listen", '""', "is empty"),
        ("webhook.port", "65536", "is too large"),
        ("webhook.max_connections", "101", "is too large"),
        ("storage.url", '"sqlite:///clamour.db"', "is not the address of a database"),
        ("storage.url", '"postgres://u:hush@h/d"', "is not the address of a database"),
        ("storage.url", '"postgresql+asyncpg://u:hush@h"', "names no database"),
        ("storage.url", '"sqlite+aiosqlite:///:memory:"', "names no file"),
        ("campaigns.files", "3", "is not a list"),
        ("staff.owners", '["ada"]', "is not a whole number"),
        ("staff.owners", "[-100123]", "is too small"),
        ("log.level", '"loud"', "is not one of the choices"),
    ],
)
def test_a_wrong_value_is_told_with_what_to_write_instead(
    tmp_path: Path, key: str, value: str, fault: str
) -> None:
    section, _, name = key.partition(".")

    problem = the_problem(tmp_path, f"[{section}]\n{name} = {value}")

    assert problem.key == key
    assert fault in problem.problem
    assert problem.advice.startswith("write ")
    assert problem.line == 2
    assert "hush" not in str(problem)
    assert TOKEN not in str(problem)


def test_http_is_allowed_for_a_webhook_on_this_machine(tmp_path: Path) -> None:
    server = 'mode = "webhook"\napi_url = "http://127.0.0.1:8081"'
    text = f'[telegram]\n{server}\n[webhook]\nurl = "http://127.0.0.1:8080/t"'

    assert loaded(tmp_path, text).webhook.url == "http://127.0.0.1:8080/t"


def test_webhook_mode_needs_an_address(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, '[telegram]\nmode = "webhook"')

    assert problem.key == "webhook.url"
    assert "telegram.mode" in problem.problem


@pytest.mark.parametrize(
    ("text", "key", "advice"),
    [
        ('[telegram]\nmod = "polling"', "telegram.mod", "did you mean mode"),
        ("[telegram]\nmessages_per_sec = 3", "telegram.messages_per_sec", "messages_per_second"),
        ("[telegram]\nowners = [1]", "telegram.owners", "put it below [staff]"),
        ("owners = [1]", "owners", "put it below [staff]"),
        ('[telegramm]\nmode = "polling"', "telegramm", "did you mean [telegram]"),
        ("[kettle]\nwater = 1", "kettle", "the sections are [telegram]"),
        ("[log]\nkettle = 1", "log.kettle", "[log] knows level, format"),
    ],
)
def test_an_unknown_key_is_told_with_the_one_that_was_meant(
    tmp_path: Path, text: str, key: str, advice: str
) -> None:
    problem = the_problem(tmp_path, text)

    assert problem.key == key
    assert problem.problem == "is no setting"
    assert advice in problem.advice


@pytest.mark.parametrize("section", ["telegram", "webhook", "storage", "campaigns", "log"])
def test_a_section_that_is_a_value_is_told(tmp_path: Path, section: str) -> None:
    found = problems(tmp_path, f"\n{section} = 3")

    assert [problem.key for problem in found] == [section]
    assert found[0].line == 2
    assert f"[{section}]" in found[0].advice


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[telegram]\nmode polling", 2, "column 6"),
        ("[telegram]\nmode = polling", 2, "column 8"),
        ('[telegram]\n\nmode = "polling', 3, "is not TOML"),
        ('[log]\nlevel = "info"\nlevel = "info"', 3, "is not TOML"),
        ("[staff]\nowners = [1,\n2", 3, "is not TOML"),
    ],
)
def test_what_is_not_toml_is_told_with_line_and_column(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    problem = the_problem(tmp_path, text)

    assert problem.line == line
    assert words in problem.problem


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"[log]\nlevel = 0x{'f' * 200_000}", 2, "too many digits"),
        (f"[log]\nlevel = {'9' * 5_000}", 2, "too many digits"),
        ("[log]\nlevel = 99_999_999_999_999_999_999", 2, "too many digits"),
        (f"[log]\nlevel = {'[' * 50_000}", None, "lists without end"),
        ("\n" + "a." * 50_000 + "a = 1", 2, "dozens of parts"),
        ("\n".join(f"k{n} = 1" for n in range(200_000)), None, "million letters"),
    ],
    ids=["hexadecimal", "decimal", "65 bits", "lists", "parts", "lines"],
)
def test_what_nobody_writes_by_hand_is_refused_at_once(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    problem = the_problem(tmp_path, text)

    assert problem.line == line
    assert words in problem.problem


def test_a_file_saved_by_an_editor_that_begins_with_a_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf[log]\nlevel = 'error'")

    assert load(tmp_path / "config.toml").log.level == "error"


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes('[log]\nlevel = "é"'.encode("latin-1"))

    with pytest.raises(ConfigError) as told:
        load(tmp_path / "config.toml")

    assert told.value.problems[0].line == 2


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "config.toml", "no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(ConfigError, match=words):
            load(path)


@pytest.mark.parametrize("wrong", [{"telegram": 3}, {"telegram": {"token": "x", "spoon": "y"}}])
def test_settings_made_wrongly_in_code_do_not_show_what_they_were_given(wrong: Any) -> None:
    with pytest.raises(ValueError, match="Settings") as told:
        Settings(**wrong)

    assert "input_value" not in str(told.value)


def test_public_pages_need_a_port_and_an_address(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, "[web]\nport = 8080")
    assert (problem.key, problem.line) == ("web.public_url", 1)
    assert problem.problem == "is missing although web.port is set"
    address = 'public_url = "https://petition.example.org"'
    assert the_problem(tmp_path, f"[web]\n{address}").key == "web.port"
    assert loaded(tmp_path, f"[web]\nport = 8080\n{address}").web.port == 8080


def test_a_proxy_of_a_kind_that_is_not_known_is_told_without_its_password(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, '[telegram]\nproxy = "https://ann:hush@proxy.example"')

    assert (problem.key, problem.line) == ("telegram.proxy", 2)
    assert "no proxy" in problem.problem
    assert "socks5://" in problem.advice
    assert "hush" not in str(problem)


@pytest.mark.parametrize(
    "address",
    [
        *("http://petition.example.org", "petition.example.org", "https://example.org/?a=b"),
        *("https://", "https://petition", "https://example.org:0", "https://exa%zzmple.org"),
    ],
)
def test_a_public_address_is_one_that_people_can_open(tmp_path: Path, address: str) -> None:
    problem = the_problem(tmp_path, f'[web]\nport = 8080\npublic_url = "{address}"')
    assert problem.key == "web.public_url"


def test_a_public_address_ends_without_a_slash(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[web]\nport = 8080\npublic_url = "https://example.org/p/"')
    assert settings.web.public_url == "https://example.org/p"


def test_the_internal_port_is_no_public_one(tmp_path: Path) -> None:
    text = '[web]\nport = 8080\npublic_url = "https://example.org"\ninternal_port = {}'
    assert the_problem(tmp_path, text.format(8080)).key == "web.internal_port"
    assert loaded(tmp_path, text.format(9100)).web.internal_port == 9100
    hook = '[telegram]\nmode = "webhook"\n[webhook]\nurl = "https://example.org/t"\n'
    assert the_problem(tmp_path, f"{hook}[web]\ninternal_port = 8443").key == "web.internal_port"
