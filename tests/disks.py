"""Disks in a bad state, as far as a process can be shown one without being the machine's owner."""

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65_534


@contextmanager
def no_more_than(size: int) -> Iterator[None]:
    """No file of this process becomes larger (https://man7.org/linux/man-pages/man2/setrlimit.2.html):
    the same to SQLite as a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def disk() -> Iterator[Path]:
    """A folder that can be reached by others, too; pytest's own cannot."""
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing in the folder can be opened for writing. Root may always, so it is root no more
    meanwhile; whatever this process has open already stays as it was."""
    me, paths = os.geteuid(), [folder, *folder.iterdir()]
    modes = [path.stat().st_mode & 0o7777 for path in paths]
    for path in reversed(paths):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if me == 0:
            os.seteuid(me)
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)
