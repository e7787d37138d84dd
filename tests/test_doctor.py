"""The doctor says what is the case, and how to mend it; hosts are servers on loopback."""

from __future__ import annotations

import hashlib
import importlib.machinery
import json
import sys
import threading
import types
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import ipycanvas
import pytest
from ipycanvas.canvas import _CANVAS_MANAGER
from typer.testing import CliRunner

from segwidgets.checkpoints import CHECKPOINTS, Checkpoint, CheckpointFile
from segwidgets.checkpoints import cache as checkpoints
from segwidgets.checkpoints.download import NpmFile, Source
from segwidgets.checkpoints.hosts import source_hosts
from segwidgets.cli import app
from segwidgets.doctor import Finding
from segwidgets.doctor import examine as doctor
from segwidgets.ground.memory import Memory, memory
from segwidgets.models.engine import missing_torch
from segwidgets.widgets.canvas import try_canvas
from tests.loopback import LoopbackServer, QuietHandler, serving

WEIGHTS = b"weights" * 1000
NPM = NpmFile("toy@1.0.0", "dist/toy.onnx")
CLOSED = "http://127.0.0.1:9/toy.onnx"


class Server(LoopbackServer):
    """Answers HEAD by `status`; keeps silent for /silent; as a proxy it waits for all hosts, then refuses."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.status = 200
        self.asked: list[str] = []
        self.all_hosts = threading.Barrier(len(source_hosts(CHECKPOINTS)))


class _Handler(QuietHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.server.asked.append(f"HEAD {self.path}")
        if self.path == "/silent":
            self.server.ended.wait(60)
        self.send_response(self.server.status)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(WEIGHTS)))
        self.end_headers()
        self.wfile.write(WEIGHTS)

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)
        self.server.all_hosts.wait(20)
        self.send_error(403)


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    with serving(served):
        yield served


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache, an npm client, no proxy, and a machine with memory enough."""
    monkeypatch.setenv("SEGWIDGETS_CACHE", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(doctor, "memory", lambda: Memory(16.0, 8.0))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/npm").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin/npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def use(monkeypatch: pytest.MonkeyPatch, *sources: Source, name: str = "toy") -> Path:
    """Let one file be all weights that there are; return where it belongs."""
    file = CheckpointFile("toy.onnx", hashlib.sha256(WEIGHTS).hexdigest(), len(WEIGHTS), sources)
    table = {name: Checkpoint(name, (file,), "CC0-1.0", "none", "https://example.org/toy")}
    monkeypatch.setattr(checkpoints, "CHECKPOINTS", table)
    monkeypatch.setattr(doctor, "DEFAULT_WEIGHTS", ("toy",))
    return checkpoints.cache_dir() / name / "toy.onnx"


def put(path: Path, content: bytes = WEIGHTS) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def examine(lang: str = "en", network: bool = True) -> dict[str, Finding]:
    findings = doctor.doctor(lang, network)
    for finding in findings:
        assert bool(finding.mend) == (finding.status in ("warning", "problem")), finding
    return {finding.key: finding for finding in findings}


def the_host(findings: dict[str, Finding]) -> Finding:
    (finding,) = (finding for key, finding in findings.items() if key.startswith("host:"))
    return finding


def no_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


# hosts


def test_a_host_that_answers_is_asked_for_a_head_only(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, server.url("/toy.onnx"), NPM)
    findings = examine()
    assert the_host(findings).status == "ok"
    assert the_host(findings).key == f"host:{server.url('').removeprefix('http://')}"
    assert server.asked == ["HEAD /toy.onnx"]
    assert findings["weights:toy"].status == "warning"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["refused", "closed", "silent"])
@pytest.mark.parametrize("there", [True, False], ids=["weights there", "weights missing"])
@pytest.mark.parametrize("npm", [True, False], ids=["npm", "no npm"])
def test_a_host_out_of_reach_is_a_problem_only_where_weights_can_come_from_nowhere(
    path: str, there: bool, npm: bool, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "NETWORK_SECONDS", 0.5)
    server.status = 404
    address = CLOSED if path == "closed" else server.url(f"/{path}")
    file = use(monkeypatch, address, NPM)
    if there:
        put(file)
    if not npm:
        no_npm(monkeypatch, tmp_path)
    findings = examine()
    host = the_host(findings)
    assert host.status == ("note" if there else "warning" if npm else "problem")
    reason = {"refused": "refuses", "closed": "no connection", "silent": "no answer within 0.5 seconds"}
    assert reason[path] in host.message
    assert ("its weights are here" if there else "needed for toy") in host.message
    assert findings["npm"].status == ("ok" if npm else "note")
    assert CliRunner().invoke(app, ["doctor"]).exit_code == int(host.status == "problem")


def test_weights_that_nobody_asked_for_may_be_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, CLOSED, name="sam_vit_z")
    monkeypatch.setattr(doctor, "DEFAULT_WEIGHTS", ())
    findings = examine()
    assert the_host(findings).status == "note"
    assert "needed only for sam_vit_z" in the_host(findings).message
    assert "weights:sam_vit_z" not in findings


def test_every_host_of_the_table_is_tried_and_all_at_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that answers nobody before everybody has asked."""
    monkeypatch.setattr(doctor, "NETWORK_SECONDS", 60.0)
    monkeypatch.setenv("HTTPS_PROXY", server.url(""))
    findings = examine()
    hosts = {key.removeprefix("host:"): f for key, f in findings.items() if key.startswith("host:")}
    addresses = {
        source
        for checkpoint in CHECKPOINTS.values()
        for file in checkpoint.files
        for source in file.sources
        if isinstance(source, str)
    }
    assert set(hosts) == {address.split("/")[2] for address in addresses}
    assert not server.all_hosts.broken
    assert sorted(server.asked) == sorted(f"{host}:443" for host in hosts)
    assert all("the proxy fails" in finding.message for finding in hosts.values())


@pytest.mark.slow
def test_a_silent_host_does_not_hide_what_another_says(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "NETWORK_SECONDS", 1.0)
    other = server.url("").replace("127.0.0.1", "localhost")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    use(monkeypatch, server.url("/silent"), f"{other}/toy.onnx")
    statuses = {key: f.status for key, f in examine().items() if key.startswith("host:")}
    assert list(statuses.values()) == ["warning", "ok"]


def test_without_network_nobody_is_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, server.url("/toy.onnx"))
    findings = examine(network=False)
    assert server.asked == []
    assert not [key for key in findings if key.startswith("host:") or key == "npm"]


# weights and folders


def test_damaged_weights_are_found_though_their_size_is_right(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = use(monkeypatch, server.url("/toy.onnx"))
    put(file, WEIGHTS[:-1] + b"x")
    finding = examine(network=False)["weights:toy"]
    assert finding.status == "problem"
    assert str(file) in finding.message
    assert finding.mend == "Fetch anew what is damaged: segwidgets weights toy"
    assert CliRunner().invoke(app, ["doctor", "--no-network"]).exit_code == 1
    mend = finding.mend.split("segwidgets ")[1].split()
    assert CliRunner().invoke(app, mend).exit_code == 0
    assert examine(network=False)["weights:toy"].status == "ok"


def test_other_weights_are_named_only_when_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    file = use(monkeypatch, CLOSED, name="sam_vit_z")
    monkeypatch.setattr(doctor, "DEFAULT_WEIGHTS", ())
    put(file)
    assert examine(network=False)["weights:sam_vit_z"].status == "ok"
    file.write_bytes(b"damaged")
    assert examine(network=False)["weights:sam_vit_z"].status == "problem"


def test_a_cache_that_cannot_be_written_is_a_problem_while_weights_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SEGWIDGETS_CACHE", str(tmp_path / "file/cache"))
    use(monkeypatch, CLOSED)
    finding = examine(network=False)["weights_folder"]
    assert finding.status == "problem"
    assert "SEGWIDGETS_CACHE" in finding.mend
    monkeypatch.setattr(doctor, "DEFAULT_WEIGHTS", ())
    assert examine(network=False)["weights_folder"].status == "note"


def test_looking_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, CLOSED)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    findings = examine(network=False)
    assert findings["working_folder"].status == findings["weights_folder"].status == "ok"
    assert list((tmp_path / "work").iterdir()) == []
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which not even root may write")
def test_a_working_folder_that_cannot_be_written_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, CLOSED)
    monkeypatch.chdir("/proc/self")
    assert examine(network=False)["working_folder"].status == "problem"


# the machine and the installation


@pytest.mark.parametrize(
    ("there", "status", "words"),
    [
        (Memory(16.0, 8.0), "ok", "16.0 GB, enough of it free"),
        (Memory(16.0, 0.5), "warning", "16.0 GB, only 0.5 GB of it free"),
        (Memory(1.0, 0.9), "problem", "1.0 GB"),
        (Memory(16.0, None), "ok", "16.0 GB"),
        (Memory(None, None), "ok", ""),
    ],
)
def test_too_little_memory_is_said(
    there: Memory, status: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, CLOSED)
    monkeypatch.setattr(doctor, "memory", lambda: there)
    finding = examine(network=False)["resources"]
    assert finding.status == status
    assert words in finding.message
    assert finding.details["cores"] >= 1
    assert (finding.details["memory_gb"], finding.details["available_gb"]) == there


GB = 10**9


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"memory.max": "max\n", "memory.current": "7\n"}, None),
        (
            {
                "memory.max": f"{GB // 100}\n",
                "memory.current": f"{GB // 125}\n",
                "memory.stat": f"anon 1\ninactive_file {GB // 1000}\n",
            },
            Memory(0.01, 0.003),
        ),
        (
            {
                "memory/memory.limit_in_bytes": f"{GB // 100}\n",
                "memory/memory.usage_in_bytes": f"{GB // 50}\n",
                "memory/memory.stat": "total_inactive_file 0\n",
            },
            Memory(0.01, 0.0),
        ),
    ],
    ids=["no limit", "version 2", "version 1"],
)
def test_a_containers_limit_counts(files: dict[str, str], expected: Memory | None, tmp_path: Path) -> None:
    machine = memory(tmp_path / "nothing")
    assert machine.total is not None
    assert machine.available is not None
    assert 0.1 < machine.available <= machine.total
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    found = memory(tmp_path)
    if expected is None:
        assert found.total == machine.total
    else:
        assert found == pytest.approx(expected)


def test_packages_that_are_missing_or_too_old_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, CLOSED)
    monkeypatch.setattr(
        doctor, "requires", lambda _: ["numpy>=999", "no-such-package>=1", "tqdm", "x; extra == 'test'"]
    )
    finding = examine(network=False)["packages"]
    assert finding.status == "problem"
    assert finding.mend == 'pip install "numpy>=999" "no-such-package>=1"'


# the canvas


def test_a_canvas_that_cannot_be_drawn_on_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no ink")

    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    use(monkeypatch, CLOSED)
    assert examine(network=False)["canvas"].status == "ok"
    monkeypatch.setattr(ipycanvas.Canvas, "fill_rect", fail)
    finding = examine(network=False)["canvas"]
    assert finding.status == "problem"
    assert "RuntimeError: no ink" in finding.message
    monkeypatch.setattr(doctor, "version", absent)
    assert examine(network=False)["canvas"].mend == "pip install ipycanvas"


def test_trying_a_canvas_sends_no_drawing_and_keeps_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    monkeypatch.setattr(_CANVAS_MANAGER, "send", lambda *content, **_: sent.append(content))
    canvas = ipycanvas.Canvas(width=10, height=10)
    with ipycanvas.hold_canvas():
        canvas.fill_rect(1, 1, 2, 2)
        waiting = list(_CANVAS_MANAGER._commands_cache)
        try_canvas()
        assert waiting == _CANVAS_MANAGER._commands_cache
        assert sent == []
    assert len(sent) == 1
    monkeypatch.setattr(ipycanvas.Canvas, "fill_rect", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        try_canvas()
    assert not _CANVAS_MANAGER._caching
    assert _CANVAS_MANAGER._commands_cache == []


# what is shown


def test_json_has_the_same_keys_in_every_language_and_always_the_same_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, CLOSED, NPM)
    shown = {}
    for lang in ("en", "es"):
        result = CliRunner().invoke(app, ["doctor", "--json", "--lang", lang])
        assert result.exit_code == 0
        shown[lang] = json.loads(result.stdout)
        for finding in shown[lang]:
            assert list(finding) == ["key", "item", "status", "message", "mend", "details"]
            assert all(isinstance(finding[name], str) for name in list(finding)[:-1])
            assert isinstance(finding["details"], dict)
            assert finding["status"] in ("ok", "note", "warning", "problem")
    keys = [
        *("python", "packages", "resources", "device", "canvas", "weights:toy", "host:127.0.0.1:9", "npm"),
        *("working_folder", "weights_folder"),
    ]
    if missing_torch():  # then there is one more, which says so
        keys.insert(keys.index("canvas"), "torch")
    assert [f["key"] for f in shown["en"]] == [f["key"] for f in shown["es"]] == keys
    assert [f["details"] for f in shown["en"]] == [f["details"] for f in shown["es"]]
    assert shown["en"][1]["details"]["numpy"] == version("numpy")
    assert shown["en"][2]["details"]["available_gb"] == 8.0


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["✓ cores, memory", "16.0 GB", "✗ 127.0.0.1:9", "no connection; needed for toy", "! toy"]),
        (
            "es",
            ["✓ núcleos, memoria", "16,0 GB", "✗ 127.0.0.1:9", "sin conexión; hace falta para toy", "! toy"],
        ),
    ],
)
def test_the_text_says_it_in_the_readers_language(
    lang: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, CLOSED, NPM)
    no_npm(monkeypatch, tmp_path)
    result = CliRunner().invoke(app, ["doctor", "--lang", lang])
    assert result.exit_code == 1
    for word in words:
        assert word in result.stdout
    mends = [line for line in result.stdout.splitlines() if "→" in line]
    assert len(mends) == 2
    assert mends[0].endswith("segwidgets weights toy")
    assert "HTTPS_PROXY" in mends[1]
    columns = {line.index("→") for line in mends} | {result.stdout.splitlines()[0].index("3.")}
    assert len(columns) == 1, "mends stand beneath their messages"


# PyTorch


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_machine_without_torch_is_well_and_told_of_the_choice(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("torch", "torchvision", "segment_anything"):
        monkeypatch.setitem(sys.modules, name, None)  # to Python that is: not installed
    put(use(monkeypatch, CLOSED))
    findings = examine(lang, network=False)
    assert {finding.status for finding in findings.values()} == {"ok", "note"}
    assert findings["torch"].status == "note"
    assert 'pip install "segwidgets[torch]"' in findings["torch"].message


def test_where_torch_is_installed_nothing_is_said_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("torch", "torchvision", "segment_anything"):
        stand_in = types.ModuleType(name)
        stand_in.__spec__ = importlib.machinery.ModuleSpec(name, None)
        monkeypatch.setitem(sys.modules, name, stand_in)
    use(monkeypatch, CLOSED)
    assert "torch" not in examine(network=False)
