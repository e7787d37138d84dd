"""What the main job found and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segwidgets.candidates import Candidates
from segwidgets.masks.diagnosis import Diagnosis
from segwidgets.semantic import SemanticSegmentation


@dataclass(frozen=True)
class Workshop:
    """What `make_workshop` found and where it lies.

    Attributes
    ----------
    folder : Path
        The finished folder.
    candidates : Candidates
        SAM's masks; `candidates.best` is the chosen one.
    choice : str
        Why it was chosen, in a sentence.
    diagnoses : list of Diagnosis
        What is right and wrong with each mask.
    semantic : SemanticSegmentation
        DeepLab's classes.
    prompt_origin : str
        Where the prompt came from, in a sentence.
    engine : str
        What ran SAM, and on which device.
    taken_over : tuple of str
        What a person had written or added in the folder that this one replaced, and stands in it again.
    clashes : tuple of str
        What both a person and this run changed.
    kept : Path or None
        Where the folder that this one replaced lies now, if there were clashes.
    """

    folder: Path
    candidates: Candidates
    choice: str
    diagnoses: list[Diagnosis]
    semantic: SemanticSegmentation
    prompt_origin: str
    engine: str
    taken_over: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()
    kept: Path | None = None
