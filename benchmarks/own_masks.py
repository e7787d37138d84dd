"""The sample photos and their reference masks as two folders, for `segwidgets evaluate`.

`python -m benchmarks.own_masks DIR` writes DIR/photos/NAME.png (or .jpg, the photo's own file) and
DIR/masks/NAME.OBJECT.png for every object of `tests/data/references.json`; then

    segwidgets evaluate DIR/photos DIR/masks --out DIR/results

measures them. The masks were made with SAM and mended by hand, so that their outlines follow SAM's: they
tell which object is meant, and flatter the last few percent.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.choice import own_references
from segwidgets.ground.files import save_mask
from segwidgets.images import sample_path


def write_folders(folder: Path) -> int:
    """Write photos and masks, and return how many masks there are."""
    photos, masks = folder / "photos", folder / "masks"
    for made in (photos, masks):
        made.mkdir(parents=True, exist_ok=True)
    count = 0
    for target in own_references():
        file = sample_path(target.photo)
        (photos / f"{target.photo}{file.suffix}").write_bytes(file.read_bytes())
        save_mask(target.mask, masks / f"{target.photo}.{target.name}.png")
        count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.own_masks", description=__doc__.split("\n")[0]
    )
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    count = write_folders(arguments.folder)
    print(f"{count} masks in {arguments.folder / 'masks'}, their photos in {arguments.folder / 'photos'}")


if __name__ == "__main__":
    main()
