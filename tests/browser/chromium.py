"""Where the browser tests find Chromium, and how a fresh machine gets one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def find_chromium() -> str | None:
    """Return the path of a Chromium: $CHROMIUM, the system's, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:  # noqa: BLE001  (no driver for this platform: there is none, whatever the reason)
        return None
    return path if Path(path).exists() else None


def provide_chromium() -> str | None:
    """Return a Chromium, installing one where there is none: apt-get as root, else Playwright's."""
    if found := find_chromium():
        return found
    attempts = []
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        attempts.append("apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium")
    attempts.append(f"{sys.executable} -m playwright install chromium")
    for command in attempts:
        sys.stderr.write(f"No Chromium yet: {command}\n")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.run(
            ["bash", "-c", command], env=environment, stdout=subprocess.DEVNULL, timeout=900, check=False
        )
        if found := find_chromium():
            return found
    return None
