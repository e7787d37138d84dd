"""Pack the masks that exercises are held against: each `tests/data/references*.json` beside the exercises.

Run it after adding or changing one: ``python tools/pack_references.py``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets.course.exercises._references import pack  # noqa: E402
from segwidgets.ground.files import replace_file  # noqa: E402

SOURCE, TARGET = ROOT / "tests/data", ROOT / "segwidgets/course/exercises"


def files() -> Iterator[tuple[Path, Path]]:
    """Yield each file of references and what it is packed into."""
    for source in sorted(SOURCE.glob("references*.json")):
        yield source, TARGET / f"{source.stem}.txt"


def masks_of(source: Path) -> dict[str, Any]:
    """Return a file's masks, COCO run lengths, by "image/object"."""
    objects = json.loads(source.read_text("utf-8"))["objects"]
    return {f"{entry['image']}/{entry['object']}": entry["segmentation"] for entry in objects}


def main() -> None:
    """Write the files."""
    for source, target in files():
        replace_file(target, pack({"masks": masks_of(source)}).encode())


if __name__ == "__main__":
    main()
