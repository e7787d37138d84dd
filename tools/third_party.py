"""Write THIRD_PARTY.md: the photos and the weights that the package uses, with source and licence of each.

`python tools/third_party.py`; a test goes red when a photo or a checkpoint is not in it.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets.checkpoints import CHECKPOINTS  # noqa: E402
from segwidgets.ground.files import replace_file  # noqa: E402
from segwidgets.ground.samples import SAMPLES  # noqa: E402
from tools.npm import ORT  # noqa: E402

HEAD = """# What is not ours

Neither photos nor weights are part of this repository or of the package. Photos come with installed
packages, weights are fetched by name and verified by their SHA-256 (`segwidgets weights --list`). This page
is written by `python tools/third_party.py`. The licences' texts are in `LICENSES/`, Apache's in `LICENSE`.

## Photos

| name | what it shows | credit | licence, as stated there | comes with |
|---|---|---|---|---|
"""

MIDDLE = """
Of the motorcycle no licence is stated where it comes from (the Middlebury 2014 stereo benchmark, which asks
to cite Scharstein et al., "High-resolution stereo datasets with subpixel-accurate ground truth", GCPR 2014).
Who may not use it takes another photo.

## Weights

| name | licence | paper | home |
|---|---|---|---|
"""


WEB = f"""
## The page in the browser

`make docs` puts the networks' graphs, made of the weights above, six of the photos and
[onnxruntime-web](https://onnxruntime.ai) {ORT.version} (MIT, Microsoft) into the site.
"""


def third_party() -> str:
    """Return the page."""
    photos = [
        f"| `{name}` | {one.title} | {one.credit} | {one.licence} | {one.package} |"
        for name, one in SAMPLES.items()
    ]
    weights = [
        f"| `{name}` | {one.licence} | {one.paper} | {one.homepage} |" for name, one in CHECKPOINTS.items()
    ]
    return HEAD + "\n".join(photos) + "\n" + MIDDLE + "\n".join(weights) + "\n" + WEB


if __name__ == "__main__":
    replace_file(ROOT / "THIRD_PARTY.md", third_party().encode())
