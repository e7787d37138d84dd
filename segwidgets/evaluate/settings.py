"""How objects are measured: what has to be the same for figures to stand in one table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from segwidgets import __version__
from segwidgets.ground.validation import check_whole

AT_CLICKS = (1, 2, 3, 5, 10)
MOST_CLICKS = 100
MOST_DRAWS = 100
MOST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Settings:
    """How objects are measured.

    Attributes
    ----------
    photos, masks : str
        Where they lie.
    model : str
        Which SAM.
    clicks : int
        The most clicks on an object.
    draws : int
        How often clicks at random are tried; 0 for not at all.
    seed : int
        Of those draws.
    semantic : bool
        Whether the choice after the first click asks DeepLab's class map.
    ignore : int or None
        The value in mask files that does not count; None where the file's values tell.
    version : str
        Of this package.

    Raises
    ------
    ValueError
        If a number is no whole number or out of bounds.
    """

    photos: str = ""
    masks: str = ""
    model: str = "mobile_sam"
    clicks: int = 20
    draws: int = 1
    seed: int = 0
    semantic: bool = False
    ignore: int | None = None
    version: str = __version__

    def __post_init__(self) -> None:
        check_whole(self.clicks, "clicks", 1, MOST_CLICKS)
        check_whole(self.draws, "random_draws", 0, MOST_DRAWS)
        check_whole(self.seed, "seed", 0, MOST_SEED)
        if self.ignore is not None:
            check_whole(self.ignore, "ignore", 0)

    @property
    def at_clicks(self) -> tuple[int, ...]:
        """After how many clicks IoUs are noted: those of 1, 2, 3, 5, 10 that are allowed."""
        return tuple(click for click in AT_CLICKS if click <= self.clicks)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings for JSON."""
        return asdict(self)
