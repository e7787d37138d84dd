"""Runs the page's own modules in Node.js, to hold what they compute against Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CORE = ROOT / "web" / "src" / "core"


def node(script: str, given: Any = None, folder: Path | None = None) -> Any:
    """Run a module's text and return what it gives to `answer`.

    It finds the core's modules by `core("frame.js")`, what Python gives as `given`, and files in `folder` by
    `bytes(name)` and `write(name, array)`.
    """
    program = shutil.which("node")
    if program is None:
        pytest.fail("the page's modules are tested in Node.js, and there is none: install nodejs")
    head = f"""
        import fs from "node:fs";
        const core = (name) => import({json.dumps(CORE.as_uri() + "/")} + name);
        const folder = {json.dumps(str(folder) + "/")};
        const bytes = (name) => new Uint8Array(fs.readFileSync(folder + name));
        const write = (name, array) =>
          fs.writeFileSync(folder + name, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
        const answer = (value) => console.log(JSON.stringify(value));
        const given = JSON.parse(fs.readFileSync(0, "utf8"));
    """
    done = subprocess.run(
        [program, "--input-type=module", "--eval", head + script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None
