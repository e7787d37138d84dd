"""Measure all objects, photo by photo."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from segwidgets.evaluate.chart import draw_chart
from segwidgets.evaluate.evaluation import Evaluation, Omission
from segwidgets.evaluate.figures import Key, ObjectFigures, fingerprint, measure_object
from segwidgets.evaluate.pairs import find_pairs
from segwidgets.evaluate.records import CHART, SHEET, Records
from segwidgets.evaluate.settings import Settings
from segwidgets.evaluate.sheet import draw_sheet
from segwidgets.evaluate.truths import LeftOut, Photo, PhotoTask, read_photo
from segwidgets.ground.files import picture_png
from segwidgets.ground.keeping import Outbox
from segwidgets.ground.outside import home_expanded, plain, resolved
from segwidgets.images import ImageError
from segwidgets.locale.catalogues import N_
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.models.sam import DEFAULT_SAM, load_engine
from segwidgets.segmenter import Segmenter
from segwidgets.semantic import SemanticSegmentation, segment_semantic

TIMED_PHOTOS = 3  # after so many the whole can be estimated


@dataclass(frozen=True)
class Step:
    """How far a run is, each time a photo is done and once before the first.

    Attributes
    ----------
    done, total : int
        Photos that are done, and all of them.
    measured : int
        Objects measured in this run.
    known : int
        Objects that an earlier run had measured.
    photo : str
        What was done last; "" before the first.
    omissions : tuple of Omission
        What has been left out since the step before.
    seconds : float
        Since the first photo was begun.
    seconds_left : float or None
        The likely time until all is done; None until three photos were measured.
    """

    done: int
    total: int
    measured: int
    known: int
    photo: str
    omissions: tuple[Omission, ...]
    seconds: float
    seconds_left: float | None


def evaluate(
    photos: str | os.PathLike[str],
    masks: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    sam: Any = None,
    clicks: int = 20,
    random_draws: int = 1,
    seed: int = 0,
    semantic: bool = False,
    ignore: int | None = None,
    fresh: bool = False,
    lang: str = DEFAULT,
    progress: Callable[[Step], object] | None = None,
) -> Evaluation:
    """Measure how well SAM segments the objects of one's own masks, by clicks and by a box.

    Each object is clicked at the deepest point of its largest error, again and again; see `robot.next_click`
    for where, `ObjectFigures` for what is noted, `find_pairs` for which mask belongs to which photo and
    `mask_files` for what a mask file may hold.

    Parameters
    ----------
    photos : str or Path
        A folder of photos, or one photo.
    masks : str or Path
        A folder of mask files, one mask file, or COCO's JSON.
    out : str or Path, optional
        The folder for `objects.csv` (a row as soon as it is known: a run that was killed goes on where it
        was), `settings.json`, `summary.json`, `chart.png` and `worst.png`. Without it nothing is written.
    sam : str, segment_anything.modeling.Sam or Engine, optional
        As for `Segmenter`; MobileSAM by default.
    clicks : int
        The most clicks on an object, for NoC.
    random_draws : int
        How often clicks anywhere inside the largest error are tried as well, up to 10 each time; 0 for not at
        all.
    seed : int
        Of those draws.
    semantic : bool
        Whether the choice after the first click asks DeepLab's class map, as the widget does.
    ignore : int, optional
        The value in mask files that does not count, in place of what the file's values suggest.
    fresh : bool
        Begin anew, whatever `out` holds of an earlier run.
    lang : str
        The language of reasons, chart and sheet.
    progress : callable, optional
        Called with a `Step` before the first photo and after each.

    Returns
    -------
    Evaluation
        A row for each object; without any if nothing could be measured, and then its `omissions` say why.

    Raises
    ------
    FileNotFoundError
        If photos or masks are not there.
    ValueError
        If there is no photo or no mask, a number is out of bounds, the model's name is unknown, or `out`
        holds figures that were measured with other settings.
    OSError
        If `out` cannot be written.

    Examples
    --------
    >>> evaluation = evaluate("photos", "masks", "results")  # doctest: +SKIP
    >>> evaluation.mean_iou()  # doctest: +SKIP
    {1: 0.712, 2: 0.801, 3: 0.874, 5: 0.921, 10: 0.948}
    """
    words = Phrases(lang)
    folder = None if out is None else _results_folder(out, photos, masks)
    settings = Settings(
        str(resolved(home_expanded(photos))),
        str(resolved(home_expanded(masks))),
        sam if isinstance(sam, str) else DEFAULT_SAM if sam is None else type(sam).__name__,
        clicks,
        random_draws,
        seed,
        semantic,
        ignore,
    )
    plan = find_pairs(photos, masks, ignore, folder)
    if sam is None or isinstance(sam, str):
        sam = load_engine(sam or DEFAULT_SAM)
    run = _Run(settings, sam, len(plan.tasks), words, progress)
    with nullcontext() if folder is None else Records(folder, settings, fresh) as records:
        known = {} if records is None else records.known
        run.leave_out(plan.left_out)
        run.tell("")
        for task in plan.tasks:
            for figures in run.measure_photo(task, known):
                if records is not None:
                    records.add(figures)
            run.tell(task.name)
        evaluation = run.evaluation()
        if records is not None and folder is not None:
            records.finish(evaluation.objects, evaluation.summary())
            _draw(evaluation, plan.tasks, sam, folder, lang)
    return evaluation


def _results_folder(
    out: str | os.PathLike[str], photos: str | os.PathLike[str], masks: str | os.PathLike[str]
) -> Path:
    folder = resolved(home_expanded(out))
    if folder in (resolved(home_expanded(photos)), resolved(home_expanded(masks))):
        raise ValueError(
            f"out must be a folder of its own, got {str(out)!r}, where the photos or masks are: the "
            "chart would lie among them"
        )
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"out must be a folder, got the file {str(out)!r}")
    return folder


class _Run:
    """What has been measured and left out so far, and how long it took."""

    def __init__(
        self,
        settings: Settings,
        sam: Any,
        total: int,
        words: Phrases,
        progress: Callable[[Step], object] | None,
    ) -> None:
        self.settings, self.sam, self.total, self.words = settings, sam, total, words
        self._progress = progress
        self._objects: dict[Key, ObjectFigures] = {}
        self._omissions: list[Omission] = []
        self._told = 0  # of the omissions
        self._done = -1
        self._measured = self._measured_photos = 0
        self._measuring = 0.0  # seconds, without photos that were known
        self._start = perf_counter()

    def leave_out(self, what: list[tuple[str, LeftOut]]) -> None:
        """Note what was not measured."""
        self._omissions += [Omission(name, why.kind, why.reason(self.words)) for name, why in what]

    def measure_photo(self, task: PhotoTask, known: dict[Key, ObjectFigures]) -> Iterator[ObjectFigures]:
        """Yield the figures of the objects of one photo, but for those that are known already."""
        start, before = perf_counter(), self._measured
        try:
            photo = read_photo(task.path)
        except ImageError as error:
            self.leave_out(
                [
                    (
                        task.name,
                        LeftOut("unreadable", N_("the photo cannot be read: {error}"), error=plain(error)),
                    )
                ]
            )
            return
        seen = _Seen(photo, self.sam, self.settings.semantic)
        for source in task.sources:
            try:
                truths = source.read(photo)
            except LeftOut as why:
                self.leave_out([(source.name, why)])
                continue
            for truth in truths:
                key = task.name, source.name, truth.name, fingerprint(photo.image, truth)
                if key in known:
                    self._objects[key] = known[key]
                    continue
                figures = measure_object(
                    seen.segmenter, truth, self.settings, seen.semantic, task.name, source.name
                )
                self._measured += 1
                self._objects[key] = figures
                yield figures
        if self._measured > before:
            self._measured_photos += 1
            self._measuring += perf_counter() - start

    def tell(self, photo: str) -> None:
        """Say how far it is."""
        self._done += 1
        left = None
        if self._measured_photos >= TIMED_PHOTOS:
            left = self._measuring / self._measured_photos * (self.total - self._done)
        if self._progress is not None:
            self._progress(
                Step(
                    self._done,
                    self.total,
                    self._measured,
                    len(self._objects) - self._measured,
                    photo,
                    tuple(self._omissions[self._told :]),
                    perf_counter() - self._start,
                    left,
                )
            )
        self._told = len(self._omissions)

    def evaluation(self) -> Evaluation:
        """Return all of it."""
        return Evaluation(
            self.settings,
            tuple(self._objects.values()),
            tuple(self._omissions),
            self._measuring / self._measured if self._measured else None,
        )


class _Seen:
    """What the networks see in a photo, asked when it is needed."""

    def __init__(self, photo: Photo, sam: Any, with_semantic: bool) -> None:
        self._photo, self._sam, self._with_semantic = photo, sam, with_semantic
        self._segmenter: Segmenter | None = None
        self._semantic: SemanticSegmentation | None = None

    @property
    def segmenter(self) -> Segmenter:
        """The photo, encoded."""
        if self._segmenter is None:
            self._segmenter = Segmenter(self._photo.image, self._sam)
        return self._segmenter

    @property
    def semantic(self) -> SemanticSegmentation | None:
        """Its classes, if they are wanted."""
        if self._semantic is None and self._with_semantic:
            self._semantic = segment_semantic(self._photo.image)
        return self._semantic


def _draw(evaluation: Evaluation, tasks: list[PhotoTask], sam: Any, folder: Path, lang: str) -> None:
    """Write the chart and the sheet; those of an earlier run go where there is nothing to show."""
    with Outbox(folder) as box:
        if not evaluation.objects:
            for name in (CHART, SHEET):
                box.remove(name)
            return
        box.save(CHART, draw_chart(evaluation, lang))
        sheet = draw_sheet(evaluation.worst(), tasks, sam, evaluation.settings.semantic, lang)
        if sheet is not None:
            box.save(SHEET, picture_png(sheet))
