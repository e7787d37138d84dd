"""A disk that fails at its n-th operation: what a full disk, a pulled stick or a kill leaves behind.

`failing(root, n)` counts what is done below `root` (opening a file, by `open` or by `os.open`, each read and
write of it, its way to the disk, rename, new folder, removing what is there) and lets the n-th raise OSError:
ENOSPC where it writes, EIO where it reads or removes.
`operations(root, work)` tells how many there are: a test can try each.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

_NEVER = 10**9


class _Disk:
    def __init__(self, root: Path, fails_at: int) -> None:
        self.root, self.fails_at, self.count = os.path.realpath(root), fails_at, 0
        self.failed = ""  # what failed
        self.names: dict[int, Any] = {}  # of the files that were opened, by their number

    def below(self, path: Any) -> bool:
        if isinstance(path, int):
            return False
        return os.path.realpath(os.path.dirname(os.fspath(path)) or ".").startswith(self.root)

    def step(self, what: str, path: Any) -> None:
        self.count += 1
        if self.count == self.fails_at:
            self.failed = what
            number = errno.EIO if what.startswith(("read", "remove")) else errno.ENOSPC
            raise OSError(number, f"{os.strerror(number)} ({what})", str(path))

    def call(self, real: Callable[..., Any], what: str) -> Callable[..., Any]:
        def counted(path: Any, *arguments: Any, **named: Any) -> Any:
            if self.below(path):
                self.step(what, path)
            return real(path, *arguments, **named)

        return counted

    def within(self, path: Any, dir_fd: int | None) -> bool:
        return self.below(path) if dir_fd is None else dir_fd in self.names

    def remove(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return `os.unlink` or `os.rmdir` that counts where there is something to remove."""

        def counted(path: Any, *, dir_fd: int | None = None) -> Any:
            if self.within(path, dir_fd) and (dir_fd is not None or os.path.lexists(path)):
                self.step("remove", path)
            return real(path) if dir_fd is None else real(path, dir_fd=dir_fd)

        return counted

    def open_number(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return `os.open` that counts and knows the number that it gives."""

        def opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
            ours = self.within(path, dir_fd)
            if ours:
                writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
                self.step(f"{'write' if writes else 'read'}: os.open", path)
            number: int = real(path, flags, mode, dir_fd=dir_fd)
            if ours:
                self.names[number] = path
            return number

        return opened

    def close_number(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def closed(number: int) -> None:
            self.names.pop(number, None)
            real(number)

        return closed

    def file_of_number(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(number: int, *arguments: Any, **named: Any) -> Any:
            handle = real(number, *arguments, **named)
            return _Opened(handle, self, self.names[number]) if number in self.names else handle

        return opened

    def by_number(self, real: Callable[..., Any], what: str) -> Callable[..., Any]:
        """Return a function of an open file's number, as `os.fsync`, that counts where it is one of ours."""

        def counted(number: Any, *arguments: Any, **named: Any) -> Any:
            at = number if isinstance(number, int) else number.fileno()
            if at in self.names:
                self.step(what, self.names[at])
            return real(number, *arguments, **named)

        return counted

    def open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            if not self.below(file) or isinstance(file, int):
                return real(file, mode, *arguments, **named)
            self.step(f"{'read' if set(mode) <= set('rbt') else 'write'}: open {mode}", file)
            handle = real(file, mode, *arguments, **named)
            self.names[handle.fileno()] = file
            return _Opened(handle, self, file)

        return opened


class _Opened:
    """A file below the root: each read and each write counts."""

    def __init__(self, handle: Any, disk: _Disk, path: Any) -> None:
        self._handle, self._disk, self._path = handle, disk, path

    def write(self, data: Any) -> Any:
        self._disk.step("write", self._path)
        return self._handle.write(data)

    def close(self) -> None:
        if not self._handle.closed:
            self._disk.names.pop(self._handle.fileno(), None)
        self._handle.close()

    def __enter__(self) -> _Opened:
        self._handle.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        self._disk.step("read", self._path)
        return iter(self._handle)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._handle, name)
        if name not in ("read", "read1", "readinto", "readline", "readlines"):
            return found

        def counted(*arguments: Any) -> Any:
            self._disk.step("read", self._path)
            return found(*arguments)

        return counted


@contextmanager
def failing(root: Path, n: int = _NEVER) -> Iterator[_Disk]:
    """Let the n-th operation below `root` fail, once."""
    disk = _Disk(root, n)
    copies = hasattr(os, "sendfile")  # not on Windows, where shutil reads and writes
    with (
        mock.patch.object(os, "sendfile", disk.by_number(os.sendfile, "write: copy"))
        if copies
        else nullcontext(),
        mock.patch.object(builtins, "open", disk.open(builtins.open)),
        mock.patch.object(io, "open", disk.open(io.open)),
        mock.patch.object(os, "open", disk.open_number(os.open)),
        mock.patch.object(os, "fdopen", disk.file_of_number(os.fdopen)),
        mock.patch.object(os, "close", disk.close_number(os.close)),
        mock.patch.object(os, "read", disk.by_number(os.read, "read")),
        mock.patch.object(os, "write", disk.by_number(os.write, "write")),
        mock.patch.object(os, "unlink", disk.remove(os.unlink)),
        mock.patch.object(os, "remove", disk.remove(os.remove)),
        mock.patch.object(os, "rmdir", disk.remove(os.rmdir)),
        mock.patch.object(os, "fsync", disk.by_number(os.fsync, "fsync")),
        mock.patch.object(os, "replace", disk.call(os.replace, "replace")),
        mock.patch.object(os, "rename", disk.call(os.rename, "rename")),
        mock.patch.object(os, "mkdir", disk.call(os.mkdir, "mkdir")),
        mock.patch.object(os, "link", disk.call(os.link, "link")),
    ):
        yield disk


def operations(root: Path, work: Callable[[], object]) -> int:
    """Return how many operations a piece of work takes when nothing fails."""
    with failing(root) as disk:
        work()
    return disk.count


def tree(folder: Path) -> dict[str, bytes]:
    """Return what lies below a folder: every file's bytes by its path, an empty folder as b"folder"."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"folder"
        for path in sorted(folder.rglob("*"))
        if path.is_file() or not any(path.iterdir())
    }
