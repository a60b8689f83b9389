"""Promises of deploy/secrets.sh: secrets.env is read and never run."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "secrets.sh"


def read(folder: Path, content: bytes, *, mode: int = 0o600) -> tuple[dict[str, str], str]:
    """The settings that a command sees (none where it is refused), and what is said."""
    file = folder / "secrets.env"
    file.write_bytes(content)
    file.chmod(mode)
    done = subprocess.run(
        ["sh", "-euc", f'. {SCRIPT}; export_secrets "$1"; env -0', "sh", str(file)],
        env={"PATH": "/usr/bin:/bin"},
        cwd=folder,
        capture_output=True,
        check=False,
    )
    lines = done.stdout.decode().split("\0") if done.returncode == 0 else []
    pairs = (line.partition("=") for line in lines if line.startswith(("CLAMOUR_", "LD_")))
    return {name: value for name, _, value in pairs}, done.stderr.decode()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("CLAMOUR_A=plain", "plain"),
        ("CLAMOUR_A=$(touch hit)", "$(touch hit)"),
        ("CLAMOUR_A=`touch hit`", "`touch hit`"),
        ("CLAMOUR_A=x; touch hit", "x; touch hit"),
        ("CLAMOUR_A=x && touch hit", "x && touch hit"),
        ('CLAMOUR_A="$(touch hit) $HOME"', "$(touch hit) $HOME"),
        ("CLAMOUR_A='it; touch hit'", "it; touch hit"),
        ("CLAMOUR_A='a\\b'", "a\\b"),
        ("  CLAMOUR_A = no\n", None),
        ("export CLAMOUR_A=x", "x"),
        ("CLAMOUR_A=x\r", "x"),
        ("CLAMOUR_A=  x y  ", "  x y"),
        ("CLAMOUR_A=x=y#z", "x=y#z"),
        ("CLAMOUR_A=", ""),
        ("CLAMOUR_A=*", "*"),
        ("CLAMOUR_A=%s\\n", None),
        ('CLAMOUR_A="a"b"', None),
        ("CLAMOUR_A='a'b'", None),
        ('CLAMOUR_A=a"b', None),
        ("touch hit", None),
        ("CLAMOUR_A[$(touch hit)]=x", None),
        ("CLAMOUR_A+=x", None),
    ],
)
def test_a_line_is_a_value_or_refused_and_never_a_command(
    tmp_path: Path, line: str, value: str | None
) -> None:
    settings, said = read(tmp_path, f"# words\n\n{line}".encode())
    assert not (tmp_path / "hit").exists()
    if value is None:
        assert settings == {}
        assert "line 3" in said
    else:
        assert settings["CLAMOUR_A"].strip() == value.strip()


def test_nothing_but_our_own_settings_reaches_the_commands_of_root(tmp_path: Path) -> None:
    settings, _ = read(tmp_path, b"PATH=/evil\nLD_PRELOAD=/evil.so\nCLAMOUR_A=x\n")
    assert settings == {"CLAMOUR_A": "x"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_secrets_that_others_can_read_are_refused_with_what_to_do(
    tmp_path: Path, mode: int
) -> None:
    settings, said = read(tmp_path, b"CLAMOUR_A=x\n", mode=mode)
    assert settings == {}
    assert "chmod 600" in said
