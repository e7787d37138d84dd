"""What is known of a hand-in once it is marked: tables and pages are made of this and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from segwidgets.workshop.finding import Finding

State = Literal["passed", "failed", "not tried", "error"]

STATES: tuple[State, ...] = ("passed", "failed", "not tried", "error")

WORKSHOP = "workshop"
"""What stands for the lesson, and for the one exercise, of a workshop folder."""


@dataclass(frozen=True)
class Exercise:
    """What came of one exercise.

    Attributes
    ----------
    number, title : str
        As in the lesson: "2.1", "Choose".
    state : {"passed", "failed", "not tried", "error"}
        Right; wrong; as it was handed out; or it did not run to its end.
    message : str
        What the student would have been told, in the notebook's language.
    points, out_of : float
        What it gives, and could give.
    seconds : float
        How long it took.
    why : str
        What stopped the process, if anything: "time", "memory", "processes", "ended" or "nonsense".
    picture : str or None
        The mask beside what was asked for: a PNG, by its path beneath the job's folder.
    overridden : bool
        Whether the points are the teacher's own.
    """

    number: str
    title: str
    state: State
    message: str = ""
    points: float = 0.0
    out_of: float = 1.0
    seconds: float = 0.0
    why: str = ""
    picture: str | None = None
    overridden: bool = False


@dataclass(frozen=True)
class Chosen:
    """A question of the quiz: its text, the option that was chosen last, and whether that is right.

    Both are None where none was chosen, or the notebook does not tell.
    """

    question: str
    option: str | None = None
    right: bool | None = None


@dataclass(frozen=True)
class Changes:
    """What was seen of a notebook besides its answers: see `lessons.Taken`.

    `ran` counts what is `taken` there; `said` names of those there the ones that did not pass.
    """

    changed: int = 0
    own: int = 0
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    kernel: str = ""
    ran: int = 0
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marked:
    """What came of a notebook, of a workshop folder, or of what is neither.

    Attributes
    ----------
    student : str
        By whatever the platform calls them.
    lesson : str
        Its number, "2"; `WORKSHOP` for a folder; "" where that is not known.
    lang : str
        The notebook's language.
    file : str
        The notebook or the folder, by its path in the hand-in.
    exercises : tuple of Exercise
        In the lesson's order.
    quiz : tuple of Chosen
        In the quiz's order; empty where nothing is known of it.
    changes : Changes
        What was changed besides.
    walls : bool or None
        Whether what ran had no network and could write into its own folder only; None where nothing ran.
    seconds : float
        How long it all took.
    problem : str
        Why nothing could be marked; "" elsewhere.
    answers : dict of str to str
        The source of the answer cells, by exercise.
    workshop : tuple of Finding
        What `check` says of a folder.
    late : bool
        Whether the platform says that it came late.
    troubles : tuple of str
        What of this student's hand-in could not be taken, and why.
    alone : bool
        Whether it ran while no other did.
    changed : tuple of str
        `changes` as sentences, in the teacher's language; made for tables and pages and not kept.
    """

    student: str
    lesson: str = ""
    lang: str = ""
    file: str = ""
    exercises: tuple[Exercise, ...] = ()
    quiz: tuple[Chosen, ...] = ()
    changes: Changes = Changes()
    walls: bool | None = None
    seconds: float = 0.0
    problem: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    workshop: tuple[Finding, ...] = ()
    late: bool = False
    troubles: tuple[str, ...] = ()
    alone: bool = False
    changed: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points of all exercises."""
        return sum(one.points for one in self.exercises)

    @property
    def out_of(self) -> float:
        """The points that there could have been."""
        return sum(one.out_of for one in self.exercises)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Marked:
        """Make it of what `to_json` gave, after a way through a file.

        Raises
        ------
        TypeError, KeyError
            If it is something else.
        """
        changes = dict(told["changes"])
        for name in ("missing", "doubled", "said"):
            changes[name] = tuple(changes[name])
        return cls(
            **{
                **told,
                "exercises": tuple(Exercise(**one) for one in told["exercises"]),
                "quiz": tuple(Chosen(**one) for one in told["quiz"]),
                "changes": Changes(**changes),
                "workshop": tuple(Finding(**one) for one in told["workshop"]),
                "troubles": tuple(told["troubles"]),
                "changed": tuple(told["changed"]),
            }
        )
