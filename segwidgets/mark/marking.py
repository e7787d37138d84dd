"""Mark a class: every hand-in by processes of its own, and the tables of what came out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from segwidgets.ground.keeping import Outbox
from segwidgets.ground.outside import home_expanded, plain, resolved
from segwidgets.jobs.items import Item, ItemError, Limits, Made
from segwidgets.jobs.records import state_file
from segwidgets.jobs.running import Outcome, Step, run
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.by_hand import explained
from segwidgets.mark.class_page import PAGE, class_page
from segwidgets.mark.feedback import feedback_names, feedback_page
from segwidgets.mark.grading import OVERRIDES, RUBRIC, Override, Rubric, graded, read_overrides, read_rubric
from segwidgets.mark.items import Task, find_items
from segwidgets.mark.judging import Mark, judge_notebook
from segwidgets.mark.lessons import lessons, take
from segwidgets.mark.pictures import beside_reference
from segwidgets.mark.reading import Source
from segwidgets.mark.records import WORKSHOP, Changes, Exercise, Marked
from segwidgets.mark.resemblance import alike
from segwidgets.mark.supervising import Bounds
from segwidgets.mark.tables import JSON, TABLE, changes_in_words, marks_csv, marks_json

PICTURES = "pictures"
_LEFT_OUT = "left_out"  # in the facts of a notebook of a lesson that was not asked for
_JUDGE_MB = 1500  # what reading and judging may take, besides what runs
_NEEDS_MB = 1500
_WHOLE_S, _ANSWERS = 3600, 40  # for a hand-in, whatever its answers' own limits let it do; so many answers
_MAX_BESIDE = 300_000_000  # bytes of files that lie beside a notebook


@dataclass(frozen=True)
class Orders:
    """How hand-ins are marked: within what, which lessons (none named: all), the teacher's language."""

    bounds: Bounds
    lessons: tuple[int, ...] = ()
    lang: str = DEFAULT
    alone: bool = False


@dataclass(frozen=True)
class Marks:
    """What came of a class.

    Attributes
    ----------
    outcome : Outcome
        What the runner knows: facts and failures.
    marked : tuple of Marked
        A record for each hand-in, those too that could not be marked, in order of students and lessons.
    left_out : int
        Notebooks of lessons that were not asked for.
    unused : tuple of Override
        Overrides that are about nobody here.
    """

    outcome: Outcome
    marked: tuple[Marked, ...]
    left_out: int
    unused: tuple[Override, ...]

    @property
    def walls(self) -> bool | None:
        """Whether all that ran had no network and could write into its own folder only; None if none did."""
        seen = {one.walls for one in self.marked} - {None}
        return None if not seen else False not in seen


def mark_class(
    hand_ins: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    only: Collection[int] = (),
    rubric: str | os.PathLike[str] | None = None,
    overrides: str | os.PathLike[str] | None = None,
    bounds: Bounds | None = None,
    workers: int | None = None,
    again: Collection[str] = (),
    force: bool = False,
    lang: str = DEFAULT,
    progress: Callable[[Step], object] | None = None,
) -> Marks:
    """Mark all notebooks and workshop folders that a class has handed in.

    A run that was killed goes on where it was when it is called again. Points and overrides are read anew at
    each run and cost no marking. What ran out of time is run once more, alone, before that is said of it.
    Processes and limits are no sandbox against a determined attacker.

    Parameters
    ----------
    hand_ins : str or Path
        A folder or zip as course platforms write them, see `reading.read_class`, or one notebook.
    out : str or Path
        The folder for `marks.csv`, `marks.json`, `failures.csv`, `class.html`, `feedback` with a page a
        student, pictures, and `state` with a file a hand-in.
    only : collection of int
        Lessons; by default all.
    rubric : str or Path, optional
        A file of points, see `grading.read_rubric`; by default `rubric.toml` in `out`, if there, else each
        exercise gives 1.
    overrides : str or Path, optional
        A file of decided marks, see `grading.read_overrides`; by default `overrides.csv` in `out`, if there.
    bounds : Bounds, optional
        What the process of a hand-in may take.
    workers, force, lang, progress
        As for `segwidgets.jobs.run`; `lang` is the teacher's, a student is told in the notebook's.
    again : collection of str
        Students whose hand-ins are marked anew, and then no others are.

    Raises
    ------
    FileNotFoundError, ValueError
        If there are no hand-ins, a file is not as it should be, no such student is there, or the folder is of
        another job.
    JobError
        If the models cannot be loaded.
    OSError
        If results cannot be written; what is done stands.
    """
    bounds, words = bounds or Bounds(), Phrases(lang)
    folder = resolved(home_expanded(out))
    scheme = folder / RUBRIC if rubric is None else home_expanded(rubric)
    points = Rubric() if rubric is None and not scheme.exists() else read_rubric(scheme)
    decided = folder / OVERRIDES if overrides is None else home_expanded(overrides)
    own = () if overrides is None and not decided.exists() else read_overrides(decided)
    _check_lessons(only)
    items = find_items(hand_ins, folder, words)
    orders = Orders(bounds, tuple(sorted(only)), lang)
    begin: dict[str, Any] = {
        "start": get_ready,
        "settings": {"job": "mark", "lessons": list(orders.lessons)},
        "limits": Limits(_WHOLE_S + _ANSWERS * bounds.seconds, bounds.memory_mb + _JUDGE_MB, _NEEDS_MB),
        "lang": lang,
        "progress": progress,
    }
    names = _items_of(again, items)
    outcome = run(
        items, partial(mark_item, orders), folder, workers=workers, again=names, force=force, **begin
    )
    if late := [name for name, facts in outcome.results.items() if _ran_out_of_time(facts)]:
        alone = partial(mark_item, replace(orders, alone=True))
        if progress is not None:
            begin["progress"] = lambda step: progress(replace(step, held_by="alone"))
        outcome = run(items, alone, folder, workers=1, again=late, **begin)
    marked, left_out = _records(items, outcome, words)
    found, unused = graded(marked, points, own)
    with Outbox(folder) as box:
        box.save(TABLE, marks_csv(found, words))
        box.save(JSON, marks_json(found))
        _write_pages(found, box, lang)
    return Marks(outcome, tuple(found), left_out, tuple(unused))


def _write_pages(found: Sequence[Marked], box: Outbox, lang: str) -> None:
    """Write each student's page and the teacher's."""
    names = feedback_names(found)
    for student, name in names.items():
        own = [one for one in found if one.student == student]
        box.save(name, feedback_page(student, own, box.folder, lang))
    box.save(PAGE, class_page(found, names, alike(found), lang))


def get_ready() -> None:
    """Load what every hand-in needs, and see to the weights: where a lesson runs there may be no network."""
    import segwidgets.course.exercises  # noqa: F401
    from segwidgets.checkpoints import fetch
    from segwidgets.checkpoints.table import DEFAULT_WEIGHTS

    for name in DEFAULT_WEIGHTS:
        fetch(name)


def _check_lessons(only: Collection[int]) -> None:
    known = lessons(DEFAULT)
    if unknown := [number for number in only if number not in known]:
        raise ValueError(f"there is no lesson {unknown[0]}; there are {', '.join(map(str, known))}")


def _items_of(students: Collection[str], items: Sequence[Item]) -> list[str]:
    """Return the names of the items of some students."""
    by_student: dict[str, list[str]] = {}
    for item in items:
        by_student.setdefault(item.payload.student, []).append(item.name)
    for student in students:
        if student not in by_student:
            from difflib import get_close_matches

            near = get_close_matches(student, by_student, 3, 0.4) or sorted(by_student)[:3]
            raise ValueError(f"there is no student {plain(student)!r}; there are {', '.join(near)} …")
    return [name for student in students for name in by_student[student]]


def _ran_out_of_time(facts: Mapping[str, Any]) -> bool:
    return not facts.get("alone", True) and any(one["why"] == "time" for one in facts["exercises"])


def _records(items: Iterable[Item], outcome: Outcome, words: Phrases) -> tuple[list[Marked], int]:
    """Return a record for each hand-in that was asked for, and how many were not."""
    failures = {failure.item: failure for failure in outcome.failures}
    found, left_out = [], 0
    for item in items:
        task: Task = item.payload
        if item.name in failures:
            failure = failures[item.name]
            problem = "; ".join(filter(None, (failure.what, failure.mend)))
            one = Marked(
                task.student, file=task.file, problem=problem, late=task.late, troubles=task.troubles
            )
        elif item.name not in outcome.results:
            continue  # `again` was asked of others, and this one has not had its turn
        elif _LEFT_OUT in outcome.results[item.name]:
            left_out += 1
            continue
        else:
            one = Marked.from_json(outcome.results[item.name])
        found.append(replace(one, changed=changes_in_words(one.changes, words)))
    return sorted(found, key=lambda one: (one.student.casefold(), one.lesson, one.file)), left_out


def mark_item(orders: Orders, item: Item) -> Made:
    """Mark one notebook or workshop folder.

    Raises
    ------
    ItemError, ValueError, OSError
        If that cannot be done.
    """
    task: Task = item.payload
    if task.kind == "nothing":
        raise ItemError(task.why, Phrases(orders.lang).gettext("ask for it anew"))
    return _mark_workshop(task, orders) if task.kind == "workshop" else _mark_notebook(item, task, orders)


def _mark_notebook(item: Item, task: Task, orders: Orders) -> Made:
    name = PurePosixPath(task.file).name
    taken = take(task.files[name].read(), Phrases(orders.lang))
    if orders.lessons and taken.lesson not in orders.lessons:
        return Made({_LEFT_OUT: True, "student": task.student, "lesson": str(taken.lesson)})
    lesson = lessons(taken.lang)[taken.lesson].with_own(taken.taken)
    troubles = list(task.troubles)

    def furnish(box: Path) -> None:
        beside = {path: source for path, source in task.files.items() if path != name}
        troubles[:] = [*task.troubles, *_lay_out(beside, box, Phrases(orders.lang))]

    judged = judge_notebook(lesson, taken.answers, orders.bounds, furnish)
    tr = Phrases(taken.lang)
    marks = [
        explained(mark, taken.answers.get(mark.exercise), lesson, taken.said, tr) for mark in judged.marks
    ]
    files: dict[str, bytes] = {}
    folder = f"{PICTURES}/{state_file(item.name).removesuffix('.json')}"
    exercises = [_exercise(mark, lesson.titles.get(mark.exercise, ""), folder, files, tr) for mark in marks]
    passed = {mark.exercise for mark in marks if mark.state == "passed"}
    changes = Changes(
        taken.changed,
        taken.own,
        taken.missing,
        taken.doubled,
        taken.kernel,
        len(taken.taken),
        tuple(one for one in taken.said if one not in passed),
    )
    marked = Marked(
        task.student,
        str(taken.lesson),
        taken.lang,
        task.file,
        tuple(exercises),
        taken.quiz,
        changes,
        judged.walls,
        round(judged.seconds, 2),
        "",
        dict(taken.answers),
        late=task.late,
        troubles=tuple(troubles),
        alone=orders.alone,
    )
    return Made(marked.to_json(), files)


def _exercise(mark: Mark, title: str, folder: str, files: dict[str, bytes], words: Phrases) -> Exercise:
    picture = None
    if mark.mask is not None and mark.reference is not None:
        picture = f"{folder}/{mark.exercise}.png"
        files[picture] = beside_reference(mark.mask, mark.reference, words)
    return Exercise(
        mark.exercise,
        title,
        mark.state,
        mark.message,
        seconds=round(mark.seconds, 2),
        why=mark.why,
        picture=picture,
    )


def _lay_out(files: Mapping[str, Source], box: Path, words: Phrases) -> list[str]:
    """Put files into a folder, and return what could not be."""
    troubles: list[str] = []
    total = 0
    for name, source in files.items():
        try:
            content = source.read()
            total += len(content)
            if total > _MAX_BESIDE:
                text = words.gettext("more than {megabytes} MB lie beside it: not all of them were there")
                return [*troubles, text.format(megabytes=words.general(_MAX_BESIDE / 1e6))]
            path = box / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (OSError, ValueError) as error:
            troubles.append(f"{plain(name)}: {plain(error)}")
    return troubles


def _mark_workshop(task: Task, orders: Orders) -> Made:
    from segwidgets.workshop.delivery_check import check_workshop, folder_language

    with tempfile.TemporaryDirectory(prefix="segwidgets-mark-") as place:
        troubles = [*task.troubles, *_lay_out(task.files, Path(place), Phrases(orders.lang))]
        lang = folder_language(place)
        findings = check_workshop(place, lang)
    words = Phrases(lang)
    wanting = [one for one in findings if one.status != "ok"]
    message = (
        words.gettext("The folder is complete.")
        if not wanting
        else f"{wanting[0].item}: {wanting[0].message}"
    )
    exercise = Exercise(
        WORKSHOP, words.gettext("The workshop folder"), "failed" if wanting else "passed", message
    )
    marked = Marked(
        task.student,
        WORKSHOP,
        lang,
        task.file,
        (exercise,),
        workshop=tuple(findings),
        late=task.late,
        troubles=tuple(troubles),
        alone=orders.alone,
    )
    return Made(marked.to_json())
