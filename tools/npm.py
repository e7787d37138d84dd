"""Packages of the npm registry at a fixed version, held against the integrity hash that stands beside it.

Needs the npm client for the first time; what was right once is kept in `build/npm`.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "npm"


class NpmError(Exception):
    """A package cannot be had; the message says why."""


@dataclass(frozen=True)
class Package:
    """One package as the registry knows it.

    Attributes
    ----------
    name, version : str
        As in ``npm pack name@version``.
    integrity : str
        ``sha512-`` and the tarball's digest in base64, as in a lock file.
    """

    name: str
    version: str
    integrity: str

    @property
    def tarball(self) -> Path:
        """The package's file, which is there and right.

        Raises
        ------
        NpmError
            If there is no npm client, it brings nothing, or the wrong thing.
        """
        path = KEPT / f"{self.name}-{self.version}.tgz"
        if path.exists() and self._integrity_of(path) == self.integrity:
            return path
        npm = shutil.which("npm")
        if npm is None:
            raise NpmError(
                f"{self.name} comes through the npm client (it comes with Node.js), and there is none"
            )
        KEPT.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", f"{self.name}@{self.version}", "--pack-destination", str(KEPT)]
        command += ["--ignore-scripts", "--loglevel=error", "--prefer-offline"]
        done = subprocess.run(command, cwd=KEPT, capture_output=True, text=True, check=False)
        if done.returncode or not path.exists():
            raise NpmError(f"npm did not bring {self.name}@{self.version}: {done.stderr.strip()}")
        if (found := self._integrity_of(path)) != self.integrity:
            path.unlink()
            raise NpmError(f"{self.name}@{self.version} should be {self.integrity}, but came as {found}")
        return path

    @property
    def folder(self) -> Path:
        """The package unpacked."""
        folder = KEPT / f"{self.name}-{self.version}"
        if not folder.exists():
            unpacked = folder.with_suffix(".part")
            shutil.rmtree(unpacked, ignore_errors=True)
            with tarfile.open(self.tarball) as tar:
                tar.extractall(unpacked, filter="data")
            (unpacked / "package").rename(folder)
            unpacked.rmdir()
        return folder

    @staticmethod
    def _integrity_of(path: Path) -> str:
        return f"sha512-{base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()}"


ORT = Package(  # runs the networks in the page; MIT
    "onnxruntime-web",
    "1.30.0",
    "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
)
TYPESCRIPT = Package(  # holds the page's types; a test alone needs it
    "typescript",
    "5.9.3",
    "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
)
