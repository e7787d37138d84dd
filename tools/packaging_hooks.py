"""What hatchling asks when it builds: the README with whole addresses, and the lessons in the package.

It runs wherever the package is built, pip's own builds included: only the standard library and hatchling.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

WHERE = "segwidgets/course/notebooks"


def load(path: Path) -> Any:
    """Load one file as a module that nothing else knows of."""
    spec = importlib.util.spec_from_file_location(f"_segwidgets_build_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


class ReadmeHook(MetadataHookInterface):
    """The README and the project's pages, with the address that the badges name, and who wrote it."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put them into the metadata."""
        root = Path(self.root)
        readme = (root / "README.md").read_text("utf-8")
        address = load(root / "tools" / "address.py")
        text = address.readme_for_elsewhere(readme)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = address.urls(readme)
        names = address.authors((root / "CITATION.cff").read_text("utf-8"))
        metadata["authors"] = [{"name": name} for name in names]


class LessonsHook(BuildHookInterface[Any]):
    """The built lessons as they are handed out: into the wheel, and to the same end into the sdist."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files that go in; an editable install finds them in the repository."""
        if version == "editable":
            return
        root = Path(self.root)
        handout = load(root / "segwidgets" / "course" / "_handout.py")
        self.folder = Path(tempfile.mkdtemp(prefix="segwidgets-lessons-"))
        found = sorted((root / "notebooks").glob("*/[0-9][0-9]_*.ipynb"))
        found += sorted((root / "notebooks").glob("*/solutions/[0-9][0-9]_*.ipynb"))
        found += sorted((root / "notebooks").glob("*/glossary.md"))  # the lessons link to it
        for path in found:
            name = path.relative_to(root / "notebooks")
            copy = self.folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text("utf-8")
            if path.suffix == ".ipynb":
                text = handout.as_handed_out(text, name.parts[0])
            copy.write_text(text, "utf-8", newline="\n")
            where = WHERE if self.target_name == "wheel" else "notebooks"
            build_data["force_include"][str(copy)] = f"{where}/{name.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the copies away."""
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)
