"""What the install script needs of systemd, for tests: starts the unit's command with its
credential, waits until it says READY=1, and stops it with SIGTERM. One unit, clamour.service.

Run as `systemctl` with DESTDIR as the script has it.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["DESTDIR"])
FOLDER = ROOT / "run"
PID = FOLDER / "pid"
PATIENCE_SECONDS = 120


def main(command: str, *units: str) -> int:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "told").open("a") as told:
        told.write(f"{command}\n")
    if command == "start":
        return start(ROOT / "etc/systemd/system" / units[0])
    if command == "stop":
        stop()
    return 0


def start(unit: Path) -> int:
    words = unit.read_text(encoding="utf-8")
    credentials = FOLDER / "credentials"
    credentials.mkdir(exist_ok=True)
    for name, source in re.findall(r"^LoadCredential=(.+?):(.+)$", words, re.M):
        (credentials / name).unlink(missing_ok=True)
        (credentials / name).write_text((ROOT / source.lstrip("/")).read_text())
        (credentials / name).chmod(0o440)
    given = dict(re.findall(r"^Environment=(\w+)=(.+)$", words, re.M))
    environment = {name: value.replace("%d", str(credentials)) for name, value in given.items()}
    (line,) = re.findall(r"^ExecStart=(.+)$", words, re.M)
    arguments = [re.sub("^/(?=opt|etc)", f"{ROOT}/", word) for word in line.split()]
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified,
        (FOLDER / "log").open("a") as log,
    ):
        address = FOLDER / "notify"
        address.unlink(missing_ok=True)
        notified.bind(str(address))
        notified.settimeout(0.1)
        process = subprocess.Popen(
            arguments,
            env={
                **os.environ,
                **environment,
                "CREDENTIALS_DIRECTORY": str(credentials),
                "NOTIFY_SOCKET": str(address),
            },
            cwd=ROOT / "var/lib/clamour",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        PID.write_text(str(process.pid))
        ready = _says_ready(process, notified)
    if not ready:
        PID.unlink()
        process.kill()
        process.wait()
    return 0 if ready else 1


def _says_ready(process: "subprocess.Popen[bytes]", notified: socket.socket) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            if notified.recv(100) == b"READY=1":
                return True
        except TimeoutError:
            continue
    return False


def stop() -> None:
    if not PID.exists():
        return
    pid = int(PID.read_text())
    PID.unlink()
    try:
        os.kill(pid, signal.SIGTERM)
        while _state(pid) != "Z":  # nobody may be there to bury it
            time.sleep(0.05)
    except (ProcessLookupError, FileNotFoundError):
        return


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
