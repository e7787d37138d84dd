"""A room without a network: laid out by `make wheelhouse`, installed with the network off, and clicked in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ["unshare", "--user", "--map-root-user", "--net"]  # no network at all, not even loopback
CLICK = """
import socket
from segwidgets import Segmenter, Prompt
try:
    socket.create_connection(("192.0.2.1", 443), 1)
    print("there is a network")
except OSError:
    pass
print(int(Segmenter("cat").predict(Prompt([(250, 170)])).masks[0].sum()))
"""


@pytest.mark.long
@pytest.mark.model
@pytest.mark.timeout(1800)
def test_a_room_without_a_network_installs_and_clicks(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run([*OFFLINE, "true"], check=False).returncode:
        pytest.skip("the network cannot be taken away here: util-linux's unshare is wanted")
    stick, room = tmp_path / "stick", tmp_path / "room"
    subprocess.run([sys.executable, "tools/wheelhouse.py", stick], cwd=ROOT, check=True)
    names = {path.name.split("-")[0].lower() for path in (stick / "wheels").glob("*.whl")}
    assert {"segwidgets", "onnxruntime", "jupyterlab"} <= names
    assert "torch" not in names
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP", "UV"))}
    bare |= {"HOME": str(tmp_path / "home"), "SEGWIDGETS_CACHE": str(room / "cache"), "COLUMNS": "200"}

    def offline(*command: str | Path) -> str:
        done = subprocess.run(
            [*OFFLINE, *map(str, command)],
            cwd=tmp_path,
            env=bare,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    said = offline(sys.executable, stick / "install.py", room, "--lang", "es")
    assert "mobile_sam" in said
    assert "jupyter" in said.splitlines()[-1]
    mine = room / "lessons" / "00_start_here.ipynb"
    assert "Lección 0" in mine.read_text("utf-8")
    clicked = offline(room / "env/bin/python", "-c", CLICK)
    assert int(clicked) > 10_000, clicked
    mine.write_text(mine.read_text("utf-8").replace("Lección 0", "Mi lección"), "utf-8")
    offline(sys.executable, stick / "install.py", room, "--lang", "es")  # once more, over what is there
    assert "Mi lección" in mine.read_text("utf-8")
