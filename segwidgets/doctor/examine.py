"""What works on this machine, what does not, and how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, Literal

from segwidgets import __version__
from segwidgets.checkpoints import cache as checkpoints
from segwidgets.checkpoints.hosts import Answer, Enquiry, Host, can_come, source_hosts
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS
from segwidgets.ground.memory import memory
from segwidgets.ground.processor import processor
from segwidgets.locale.notebook import language
from segwidgets.locale.phrases import Phrases

LESSON_GB = 1.2  # a lesson's kernel peaks below this: benchmarks/kernel_memory.py
NETWORK_SECONDS = 4.0  # for all hosts together; with the start of Python it is below six

Status = Literal["ok", "note", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """What was found of one item.

    Attributes
    ----------
    key : str
        What was looked at, the same in every language: "python", "packages", "resources", "device",
        "torch" (where it is not installed), "canvas", "weights:<name>", "host:<name>", "npm",
        "working_folder" or "weights_folder".
    item : str
        The same for a reader.
    status : {"ok", "note", "warning", "problem"}
        Fine; not so, but not needed; fine for now, or slower than it could be; or something will not work.
    message : str
        What is the case.
    mend : str
        What to do; empty when nothing is.
    details : dict
        Plain values for programs: of "packages" the versions by name, of "resources" ``cores``,
        ``memory_gb`` and ``available_gb`` (None where the system does not tell), of "device" ``engine``,
        ``processor`` and ``units``; else empty.
    """

    key: str
    item: str
    status: Status
    message: str
    mend: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return asdict(self)


def doctor(lang: str | None = None, network: bool = True) -> list[Finding]:
    """Look at the machine and the installation.

    Parameters
    ----------
    lang : str, optional
        The language of the messages, as "es"; by default the lesson's.
    network : bool
        Whether to ask the hosts of the weights, all at once, which takes 4 seconds at most.

    Returns
    -------
    list of Finding
        In a fixed order. All is well when none has the status "problem".
    """
    return list(_Examination(language(lang), network).findings())


def report(findings: list[Finding]) -> str:
    """Return the findings as text, one line for each and its mend beneath."""
    signs = {"ok": "✓", "note": "·", "warning": "!", "problem": "✗"}
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
        self.words = Phrases(lang)
        self.tr = self.words.tr
        self.hosts = source_hosts(checkpoints.CHECKPOINTS) if network else []
        self.enquiry = Enquiry(self.hosts, NETWORK_SECONDS)  # they may think while the rest is looked at
        self.damaged = {name: checkpoints.damaged_files(name) for name in checkpoints.CHECKPOINTS}
        self.whole = [name for name in checkpoints.CHECKPOINTS if self._is_whole(name)]
        self.lacking = [name for name in DEFAULT_WEIGHTS if name not in self.whole]

    def findings(self) -> Iterator[Finding]:
        yield self._python()
        yield self._packages()
        yield self._resources()
        yield self._device()
        yield from self._torch()
        yield self._canvas()
        for name in checkpoints.CHECKPOINTS:
            if name in (*DEFAULT_WEIGHTS, *self.whole) or self.damaged[name]:
                yield self._weights(name)
        if self.hosts:
            yield from self._network()
        yield self._working_folder()
        yield self._weights_folder()

    def _python(self) -> Finding:
        text = f"{platform.python_version()}, segwidgets {__version__}, {platform.system()}"
        if (3, 11) <= sys.version_info < (3, 14):
            return Finding("python", "Python", "ok", text)
        mend = self.tr.gettext("Use Python 3.11, 3.12 or 3.13: other versions are not tested.")
        return Finding("python", "Python", "warning", text, mend)

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
            return Finding("packages", item, "problem", text, mend)
        main = ("numpy", "onnxruntime", "torch", "supervision", "ipywidgets", "ipycanvas", "jupyterlab")
        text = ", ".join(f"{name} {found}" for name in main if (found := _version(name)))
        versions = {each.name: _version(each.name) for each in needed}
        return Finding("packages", item, "ok", text, details=versions)

    def _resources(self) -> Finding:
        key, item = "resources", self.tr.gettext("cores, memory")
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        total, available = memory()
        details = {"cores": cores, "memory_gb": total, "available_gb": available}
        text, needed = f"{cores}", self.words.decimal(LESSON_GB, 1)
        if total is not None:
            text += f", {self.words.decimal(total, 1)} GB"
            if total < LESSON_GB:
                mend = self.tr.gettext("A lesson needs up to {gb} GB: use a larger machine, or Colab.")
                return Finding(key, item, "problem", text, mend.format(gb=needed), details)
        if available is not None and available < LESSON_GB:
            text += self.tr.gettext(", only {gb} GB of it free").format(gb=self.words.decimal(available, 1))
            mend = self.tr.gettext("Close other notebooks: a lesson needs up to {gb} GB.")
            return Finding(key, item, "warning", text, mend.format(gb=needed), details)
        if available is not None:  # how much is not said: a lesson's stored output is to stay the same
            text += self.tr.gettext(", enough of it free")
        return Finding(key, item, "ok", text, details=details)

    def _device(self) -> Finding:
        """Name what runs SAM, and the units of the processor that multiply faster."""
        from segwidgets.models.engine import has_gpu, missing_openvino
        from segwidgets.models.mobile_sam.openvino_sam import native_precision
        from segwidgets.models.sam import DEFAULT_SAM, automatic_engine, sam_model

        item, engine = self.tr.gettext("device"), automatic_engine(sam_model(DEFAULT_SAM))
        name, units = processor()
        details = {"engine": engine, "processor": name, "units": units}
        if engine == "torch" and has_gpu():
            return Finding("device", item, "ok", "GPU, torch", details=details)
        shown = f"CPU ({', '.join(units)})" if units else "CPU"
        text = self.tr.gettext("{cpu}, {engine}; a GPU is not needed").format(cpu=shown, engine=engine)
        if missing_openvino() and native_precision() == "bf16":
            hint = self.tr.gettext("what encodes photos several times as fast here: {command}")
            command = 'pip install "segwidgets[fast]"'
            text += f"; {hint.format(command=command)}"
        return Finding("device", item, "ok", text, details=details)

    def _torch(self) -> Iterator[Finding]:
        """Say that PyTorch is not there, which is a choice; where it is there is nothing to say."""
        from segwidgets.models.engine import missing_torch

        if missing := missing_torch():
            text = self.tr.gettext(
                "a choice: without {names} all but SAM's larger models, torchvision's DeepLab and training "
                "works; to have it: {command}"
            )
            words = text.format(names=", ".join(missing), command='pip install "segwidgets[torch]"')
            yield Finding("torch", "PyTorch", "note", words)

    def _canvas(self) -> Finding:
        key, item = "canvas", self.tr.gettext("canvas")
        if _version("ipycanvas") is None:
            text = self.tr.gettext("ipycanvas is missing: there will be nothing to click on")
            return Finding(key, item, "problem", text, "pip install ipycanvas")
        try:
            from segwidgets.widgets.canvas import try_canvas

            try_canvas()
        except Exception as error:  # noqa: BLE001  whatever it is, it is what was to be found out
            text = self.tr.gettext("nothing can be drawn ({error})").format(
                error=f"{type(error).__name__}: {error}"
            )
            return Finding(key, item, "problem", text, "pip install --force-reinstall ipycanvas ipywidgets")
        if _in_kernel():
            return Finding(key, item, "ok", self.tr.gettext("ready; if it stays blank, reload the page"))
        return Finding(
            key, item, "ok", self.tr.gettext("works; to click on it, open a notebook: jupyter lab")
        )

    def _is_whole(self, name: str) -> bool:
        folder = checkpoints.cache_dir() / name
        there = all((folder / file.name).is_file() for file in checkpoints.CHECKPOINTS[name].files)
        return there and not self.damaged[name]

    def _weights(self, name: str) -> Finding:
        key, folder = f"weights:{name}", checkpoints.cache_dir() / name
        if self.damaged[name]:
            files = ", ".join(map(str, self.damaged[name]))
            text = self.tr.gettext("damaged or not readable: {files}").format(files=files)
            mend = self.tr.gettext("Fetch anew what is damaged: segwidgets weights {name}")
            return Finding(key, name, "problem", text, mend.format(name=name))
        if name in self.whole:
            text = self.tr.gettext("verified, in {folder}").format(folder=folder)
            if built := checkpoints.built_size(name):
                more = self.tr.gettext("built from it, beside it: {size} MB")
                text += f"; {more.format(size=self.words.decimal(built / 1e6, 0))}"
            return Finding(key, name, "ok", text)
        size = checkpoints.CHECKPOINTS[name].size / 1e6
        text = self.tr.gettext("not there yet ({size} MB)").format(size=self.words.decimal(size, 0))
        mend = self.tr.gettext("Fetched when first needed, or now: segwidgets weights {name}")
        return Finding(key, name, "warning", text, mend.format(name=name))

    def _network(self) -> Iterator[Finding]:
        heard = self.enquiry.answers()
        npm = shutil.which("npm") is not None
        for host in self.hosts:
            yield self._host(host, heard, npm)
        text = self.tr.gettext("not there; needed only where the hosts are closed")
        if npm:
            text = self.tr.gettext("there, for where the hosts are closed")
        yield Finding("npm", "npm", "ok" if npm else "note", text)

    def _host(self, host: Host, heard: dict[str, Answer], npm: bool) -> Finding:
        key = f"host:{host.name}"
        reasons = {
            "refuses": self.tr.gettext("it answers, but refuses"),
            "insecure": self.tr.gettext(
                "no secure connection; REQUESTS_CA_BUNDLE names a proxy's certificates"
            ),
            "proxy": self.tr.gettext("the proxy fails; HTTPS_PROXY names it"),
            "silent": self.tr.gettext("no answer within {seconds} seconds").format(
                seconds=self.words.general(NETWORK_SECONDS)
            ),
            "away": self.tr.gettext("no connection"),
        }
        answer = heard.get(host.name, "silent")
        if answer == "answers":
            return Finding(key, host.name, "ok", self.tr.gettext("answers"))
        text = reasons[answer]
        waiting = [name for name in self.lacking if name in host.checkpoints]
        if not waiting:
            names = ", ".join(name for name in host.checkpoints if name not in self.whole)
            note = self.tr.gettext("not needed: its weights are here")
            if names:
                note = self.tr.gettext("needed only for {names}").format(names=names)
            return Finding(key, host.name, "note", f"{text}; {note}")
        text = f"{text}; " + self.tr.gettext("needed for {names}").format(names=", ".join(waiting))
        if all(can_come(checkpoints.CHECKPOINTS[name], heard, npm) for name in waiting):
            mend = self.tr.gettext("Another source may do: segwidgets weights")
            return Finding(key, host.name, "warning", text, mend)
        mend = self.tr.gettext(
            "Connect to a network or set HTTPS_PROXY; without either, segwidgets weights names the files to "
            "bring and where they go."
        )
        return Finding(key, host.name, "problem", text, mend)

    def _working_folder(self) -> Finding:
        mend = self.tr.gettext("Work in a folder of your own: what you make is saved there.")
        return self._folder("working_folder", self.tr.gettext("working folder"), Path.cwd(), "problem", mend)

    def _weights_folder(self) -> Finding:
        item, folder = self.tr.gettext("weights' folder"), checkpoints.cache_dir()
        if not self.lacking:  # read-only will do
            return self._folder("weights_folder", item, folder, "note", "")
        mend = self.tr.gettext("Name a folder of your own in SEGWIDGETS_CACHE.")
        return self._folder("weights_folder", item, folder, "problem", mend)

    def _folder(self, key: str, item: str, folder: Path, otherwise: Status, mend: str) -> Finding:
        if _can_write(folder):
            text = self.tr.gettext("can be written: {folder}").format(folder=folder)
            return Finding(key, item, "ok", text)
        text = self.tr.gettext("cannot be written: {folder}").format(folder=folder)
        return Finding(key, item, otherwise, text, mend)


def _version(name: str) -> str | None:
    """Return an installed package's version; OpenCV goes by several names."""
    for other in (name, "opencv-python", "opencv-contrib-python") if name.startswith("opencv") else (name,):
        with suppress(PackageNotFoundError):
            return version(other)
    return None


def _in_kernel() -> bool:
    """Say whether this is a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _can_write(folder: Path) -> bool:
    """Try to write in a folder, or in the nearest one above it that there is."""
    existing = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    try:
        tempfile.TemporaryFile(dir=existing).close()
    except OSError:
        return False
    return True
