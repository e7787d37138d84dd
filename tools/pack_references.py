"""Write segwidgets/course/exercises/references.txt: the masks of tests/data/references.json.

Run it after changing them: ``python tools/pack_references.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from segwidgets.course.exercises._references import pack

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write the file."""
    objects = json.loads((ROOT / "tests/data/references.json").read_text("utf-8"))["objects"]
    masks = {f"{entry['image']}/{entry['object']}": entry["segmentation"] for entry in objects}
    target = ROOT / "segwidgets/course/exercises/references.txt"
    target.write_text(pack({"masks": masks}), "utf-8")


if __name__ == "__main__":
    main()
