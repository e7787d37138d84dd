"""Values from strangers: whatever comes in, an answer or one short sentence comes out, in bounded time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from segwidgets import Prompt, Segmenter
from segwidgets.automatic import MAX_POINTS_PER_SIDE, point_grid
from segwidgets.cli import main
from segwidgets.course.checks import judge
from segwidgets.course.judges import run
from segwidgets.course.registry import NotYet
from segwidgets.course.solved import progress_table, read_progress, record
from segwidgets.drawing.annotators import (
    CutoutAnnotator,
    DefectAnnotator,
    LegendAnnotator,
    PromptAnnotator,
)
from segwidgets.drawing.gif import LONGEST_MS, write_gif
from segwidgets.evaluate import mean_interval
from segwidgets.exports import export
from segwidgets.geometry import Viewport, fit_longest_side, scale_points
from segwidgets.ground.outside import MAX_JSON_DEPTH, plain, read_file, read_json, read_toml
from segwidgets.ground.validation import check_whole, describe
from segwidgets.images import ImageError, load_image, load_original, sample_image
from segwidgets.jobs.batch import Plan
from segwidgets.locale.catalogues import translations
from segwidgets.mark.supervising import MOST, Bounds
from segwidgets.masks import clean, compare, deepest_point, diagnose, measure
from segwidgets.masks.cleaning import MAX_SMOOTH
from segwidgets.masks.regions import stability_score
from segwidgets.masks.rle import decode
from segwidgets.models.deeplab.table import deeplab_model
from segwidgets.models.sam import sam_model
from segwidgets.widgets.session.outcome import work
from segwidgets.widgets.session.session import MAX_ACTIONS, Session
from tests.fake_front import StubSegmenter

ENGLISH = translations("en")
DEEP = 200_000
SENTENCE = 700  # letters: more is no sentence


def one_sentence(error: BaseException) -> str:
    text = str(error)
    assert text
    assert len(text) <= SENTENCE
    assert "\n" not in text
    return text


BAD_JSON = {
    "nothing": "",
    "text": "hello",
    "brackets": "[" * DEEP,
    "closed brackets": "[" * DEEP + "]" * DEEP,
    "braces": '{"points":' * DEEP,
    "400 digits": '{"points": [[' + "9" * 400 + ", 1]]}",
    "5000 digits": '{"points": [[' + "9" * 5000 + ", 1]]}",
    "1e999": '{"points": [[1e999, 1]]}',
    "NaN": '{"points": [[NaN, 1]]}',
    "Infinity": '{"box": [0, 0, Infinity, 1]}',
    "a list": "[]",
    "null": "null",
    "other keys": '{"clicks": []}',
    "points null": '{"points": null}',
    "points a number": '{"points": 3}',
    "points a dict": '{"points": {"a": 1}}',
    "points of nulls": '{"points": [[null, null]]}',
    "ragged points": '{"points": [[1, 2], [3]]}',
    "labels a dict": '{"points": [[1, 2]], "labels": {"a": 1}}',
    "labels nested": '{"points": [[1, 2]], "labels": [[[1]]]}',
    "box a text": '{"box": "abcd"}',
    "box a dict": '{"box": {"x": 1}}',
    "long": '{"points": [' + "[1, 1], " * 200_000 + "[1, 1]]}",
    "half UTF-8": b'{"points": [[1, 2]], "labels": "\xff"}',
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_a_strangers_prompt_is_one_value_error(name: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  any words, but few
        Prompt.from_json(BAD_JSON[name])  # type: ignore[arg-type]
    one_sentence(caught.value)


@pytest.fixture(scope="module")
def segmenter() -> Any:
    return StubSegmenter()


def record_of(segmenter: Any, **changes: Any) -> str:
    """A session's record with some of its fields exchanged; ... takes one away."""
    data = {**json.loads(Session(segmenter).to_json()), **changes}
    return json.dumps({key: value for key, value in data.items() if value is not ...})


def action(**fields: Any) -> dict[str, Any]:
    return {"actions": [fields]}


MASK = {"rle": {"size": [60, 90], "counts": [5400]}, "predicted_iou": 0.9}
BAD_RECORDS: dict[str, Any] = {
    "no image": {"image": ...},
    "image a list": {"image": []},
    "image null": {"image": None},
    "image empty": {"image": {}},
    "no format": {"format": ...},
    "no actions": {"actions": ...},
    "actions null": {"actions": None},
    "actions a dict": {"actions": {"action": "reset"}},
    "actions a text": {"actions": "reset"},
    "an action null": {"actions": [None]},
    "an action a text": {"actions": ["reset"]},
    "an action a list": {"actions": [["action", "reset"]]},
    "an action without a name": action(x=1),
    "an action named by a list": action(action=[]),
    "an unknown action": action(action="__init__"),
    "a missing argument": action(action="add_point", x=3),
    "an argument too many": action(action="add_point", x=3, y=3, state=1),
    "x a text": action(action="add_point", x="3", y=3),
    "x null": action(action="add_point", x=None, y=3),
    "x a list": action(action="add_point", x=[1, 2], y=3),
    "x far outside": action(action="add_point", x=1e300, y=3),
    "x of 19 digits": action(action="add_point", x=10**18, y=3),
    "label 2": action(action="add_point", x=3, y=3, label=2),
    "a name that is a number": {"actions": [{"action": "new_object", "name": 5}]},
    "an index that is a text": {"actions": [{"action": "select_object", "index": "0"}]},
    "an index that is true": {"actions": [{"action": "select_object", "index": True}]},
    "a mask that is a text": action(action="keep", rle="x", predicted_iou=1),
    "a mask that is empty": action(action="keep", rle={}, predicted_iou=1),
    "a mask of another size": action(action="keep", rle={"size": [9, 9], "counts": [81]}, predicted_iou=1),
    "a huge mask": action(action="keep", rle={"size": [10**9, 10**9], "counts": "0"}, predicted_iou=1),
    "masks that are no list": action(action="keep_all", found={"rle": 1}),
    "masks that are texts": action(action="take_over", found=["rle"], origin="batch"),
    "one of several masks of another size": action(
        action="keep_all", found=[{"rle": {"size": [9, 9], "counts": [81]}, "predicted_iou": 1}]
    ),
    "a rating that is a list": action(
        action="take_over", found=[MASK | {"predicted_iou": [1]}], origin="batch"
    ),
    "a mask with a number for a name": action(action="take_over", found=[MASK | {"name": 5}], origin="batch"),
    "a mask with what no mask has": action(action="take_over", found=[MASK | {"base": 5}], origin="batch"),
    "an origin that is a number": action(action="take_over", found=[MASK], origin=5),
    "too many actions": {"actions": [{"action": "reset"}] * (MAX_ACTIONS + 1)},
}


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_a_strangers_session_is_one_value_error(name: str, segmenter: Any) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  any words, but few
        Session.from_json(record_of(segmenter, **BAD_RECORDS[name]), segmenter)
    one_sentence(caught.value)


@pytest.mark.parametrize("name", ["nothing", "brackets", "closed brackets", "braces", "5000 digits", "null"])
def test_a_session_that_is_no_record_is_one_value_error(name: str, segmenter: Any) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        Session.from_json(BAD_JSON[name], segmenter)
    one_sentence(caught.value)


LONG_NUMBERS = ["9" * 21, "-" + "9" * 400, "9" * 400, "9" * 5000]


@pytest.mark.parametrize("number", LONG_NUMBERS, ids=lambda number: str(len(number)))
@pytest.mark.parametrize("place", ["x", "label", "unknown"])
def test_a_whole_session_with_a_long_number_is_one_value_error(
    number: str, place: str, segmenter: Any
) -> None:
    fields = {"x": 3, "y": 3, "label": 1}
    changed = {"actions": [{"action": "add_point", **fields}]}
    text = record_of(segmenter, **changed, unknown=0)
    Session.from_json(text, segmenter)  # whole but for the number
    value = {"x": "3", "label": "1", "unknown": "0"}[place]
    assert text.count(f'"{place}": {value}') == 1
    with pytest.raises(ValueError, match=f"it holds a number of {len(number)} digits") as caught:
        Session.from_json(text.replace(f'"{place}": {value}', f'"{place}": {number}'), segmenter)
    one_sentence(caught.value)


@pytest.mark.parametrize("number", LONG_NUMBERS, ids=lambda number: str(len(number)))
@pytest.mark.parametrize(
    "text", ['{"exercises": {"0.1": "right"}, "more": 1}', '{"exercises": {"0.1": "right", "0.2": 1}}']
)
def test_whole_progress_with_a_long_number_is_said_to_be_unreadable(
    text: str, number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "progress.json"
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(file))
    file.write_text(text)
    assert read_progress() == {"0.1": "right"}
    file.write_text(text.replace(": 1}", f": {number}}}"))
    assert read_progress() == {}
    assert f"it holds a number of {len(number)} digits" in progress_table()


def test_a_number_of_twenty_digits_is_read() -> None:
    assert read_json("9" * 20, "a number") == 10**20 - 1


def test_a_name_of_thousands_of_letters_fits_into_a_files_name(segmenter: Any, tmp_path: Path) -> None:
    session = Session(segmenter)
    session.do("new_object", name="ñ" * 6000)
    session.do("add_point", x=20.5, y=11, label=1)
    again = Session.from_json(session.to_json(), segmenter)
    (path,) = export("masks", [work(again, "en")], tmp_path / "masks")
    assert path.is_file()


def test_a_session_of_our_own_is_still_replayed(segmenter: Any) -> None:
    session = Session(segmenter)
    session.do("add_point", x=20.5, y=11, label=1)
    session.do("new_object", name="gato")
    again = Session.from_json(session.to_json(), segmenter)
    assert again.history == session.history


@pytest.mark.parametrize("name", [*BAD_JSON])
def test_damaged_progress_is_empty_and_said_to_be_unreadable(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "progress.json"
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(file))
    content = BAD_JSON[name]
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert read_progress() == {}
    assert "progress.json cannot be read" in progress_table()


def test_a_missing_progress_file_is_nothing_to_speak_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(tmp_path / "none.json"))
    assert "cannot be read" not in progress_table()


def test_progress_takes_over_only_what_it_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "progress.json"
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(file))
    file.write_text(json.dumps({"exercises": {"0.1": "right", "0.2": ["right"], "0.3": "\x1b[2J"}}))
    assert read_progress() == {"0.1": "right"}
    record("0.2", "right")
    assert read_progress() == {"0.1": "right", "0.2": "right"}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Prompt([(float("nan"), 1)] * 1_000_000),
        lambda: Prompt([(1, 1)] * 1_000_000, [3] * 1_000_000),
        lambda: Prompt(["a"] * 1_000_000),
        lambda: Prompt([(10**400, 1)]),
        lambda: Prompt([(1, 1)], ["x" * 10**6]),
        lambda: Prompt(box=[float("nan")] * 10**6),
        lambda: Prompt(box="b" * 10**6),
        lambda: check_whole("9" * 10**6, "n"),
        lambda: check_whole(10**4000, "n", most=3),
        lambda: measure([[True] * 1000] * 1000, np.zeros((9, 9, 3), np.uint8)),  # type: ignore[arg-type]
        lambda: measure(np.ones((9, 9), bool), [[[0] * 3] * 9] * 9),  # type: ignore[arg-type]
        lambda: decode({"size": ["9" * 10**6] * 2, "counts": "0"}),
        lambda: decode({"size": [10**9, 10**9], "counts": [10**18]}),
        lambda: decode({"size": [3, 3], "counts": {"a": 1}}),
        lambda: decode({"size": [3, 3], "counts": "\udcff"}),
    ],
)
def test_messages_stay_short_however_much_is_wrong(make: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        make()
    one_sentence(caught.value)


class Hostile:
    """An answer whose every method raises what it is told to."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __repr__(self) -> str:
        raise self.error

    def __array__(self, *args: object, **options: object) -> Any:
        raise self.error


class NoWords(Exception):
    def __str__(self) -> str:
        raise SystemExit(3)


def test_what_a_value_is_can_always_be_said() -> None:
    assert describe(Hostile(ValueError("no"))).startswith("Hostile")
    assert describe(Hostile(SystemExit(3))) == "Hostile that cannot be shown"
    nested: list[Any] = []
    nested.append(nested)
    for value in (nested, {"a": nested}, "x" * 10**6, [0] * 10**6, 10**4000, {1: "y" * 10**6}):
        assert len(describe(value)) < 100


MASK = np.zeros((40, 60), bool)
MASK[10:30, 10:40] = True
PHOTO = np.zeros((40, 60, 3), np.uint8)


@pytest.mark.parametrize(
    "make",
    [
        lambda: measure(np.ma.array(MASK, mask=MASK)),
        lambda: measure(MASK, np.ma.array(PHOTO, mask=PHOTO == 0)),
        lambda: compare(np.ma.array(MASK, mask=~MASK), MASK),
        lambda: clean(np.ma.array(MASK, mask=~MASK)),
        lambda: Prompt(np.ma.array([[1, 2]], mask=True)),
        lambda: Prompt([[1, 2]], np.ma.array([1], mask=True)),
        lambda: Prompt(box=np.ma.array([1, 2, 3, 4], mask=True)),
        lambda: load_image(np.ma.array(PHOTO, mask=PHOTO == 0)),
    ],
)
def test_masked_arrays_are_refused_and_not_silently_unmasked(make: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"masked array.*filled"):
        make()


@pytest.mark.parametrize("radius", [1, 3, 127, 200, MAX_SMOOTH])
def test_smoothing_is_the_median_at_every_radius(radius: int) -> None:
    rng = np.random.default_rng(0)
    mask = cv2.GaussianBlur(rng.random((50, 80)).astype(np.float32), (0, 0), 3) > 0.5
    found = clean(mask, fill_holes=False, min_island_share=0, smooth=radius)
    side = 2 * radius + 1
    sums = np.pad(np.pad(mask.astype(np.int64), radius, mode="edge").cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    counts = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    np.testing.assert_array_equal(found, 2 * counts > side * side)
    if radius <= 127:
        np.testing.assert_array_equal(found, cv2.medianBlur(mask.view(np.uint8), side) > 0)


def test_smoothing_takes_numpys_numbers_and_refuses_what_would_hang() -> None:
    np.testing.assert_array_equal(clean(MASK, smooth=np.int64(3)), clean(MASK, smooth=3))
    for radius in (10**6, 10**30, -1, 2.5, float("nan"), "3", True, None):
        with pytest.raises(ValueError, match="smooth must be a radius in whole pixels") as caught:
            clean(MASK, smooth=radius)  # type: ignore[arg-type]
        one_sentence(caught.value)
    for share in ("a", None, float("nan"), 2):
        with pytest.raises(ValueError, match="min_island_share must be a share"):
            clean(MASK, min_island_share=share)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_hole_px"):
        clean(MASK, max_hole_px=-1)


def read(path: Path) -> tuple[list[bytes], list[int], int | None]:
    with Image.open(path) as gif:
        frames, durations = [], []
        for number in range(getattr(gif, "n_frames", 1)):
            gif.seek(number)
            frames.append(gif.convert("RGB").tobytes())
            durations.append(gif.info["duration"])
        return frames, durations, gif.info.get("loop")


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (40, 60, 3), np.uint8)


@pytest.mark.parametrize("count", [1, 2, 3, 500])
def test_equal_frames_of_a_gif_are_all_there(count: int, tmp_path: Path) -> None:
    path = write_gif([noise(0)] * count, tmp_path / "still.gif", 1500).path
    frames, durations, loop = read(path)
    assert len(frames) == count
    assert set(durations) == {1500}
    assert len(set(frames)) == 1
    assert loop == 0 or count == 1


def test_pauses_between_other_frames_stay_where_they_were(tmp_path: Path) -> None:
    order = [0, 0, 1, 1, 1, 0, 2]
    times = [100, 200, 300, 400, 500, 600, LONGEST_MS]
    frames, durations, _ = read(write_gif([noise(n) for n in order], tmp_path / "x.gif", times).path)
    assert durations == times
    first_seen = [frames[order.index(number)] for number in order]
    assert frames == first_seen
    assert len(set(frames)) == 3


def test_durations_of_numpy_are_numbers_and_long_ones_are_refused(tmp_path: Path) -> None:
    frames = [noise(0), noise(1)]
    for durations in (np.int64(200), np.array([200, 200]), [np.int32(200), 200], (200, 200)):
        assert read(write_gif(frames, tmp_path / "x.gif", durations).path)[1] == [200, 200]  # type: ignore[arg-type]
    for bad in (LONGEST_MS + 10, 10**30, None, "100", [100, None], np.float64(100), float("nan"), True):
        with pytest.raises(ValueError, match="durations_ms") as caught:
            write_gif(frames, tmp_path / "bad.gif", bad)  # type: ignore[arg-type]
        one_sentence(caught.value)
    with pytest.raises(TypeError, match="frames must be a list"):
        write_gif((frame for frame in frames), tmp_path / "bad.gif")  # type: ignore[arg-type]
    assert not (tmp_path / "bad.gif").exists()


@pytest.mark.parametrize("bad", [np.nan, [0, np.nan]])
def test_the_stability_of_no_numbers_is_no_perfect_one(bad: Any) -> None:
    logits = np.zeros((256, 256), np.float32)
    logits[:] = np.resize(bad, (256, 256))
    with pytest.raises(ValueError, match="NaN"):
        stability_score(logits, (40, 60))
    with pytest.raises(ValueError, match="NaN"):
        measure(MASK, low_res_logits=logits)


@pytest.mark.parametrize(
    "size", [(0, 0), (0, 5), (-1, 5), (np.nan, 1), (np.inf, 1), None, (1,), "ab", (10**400, 1)]
)
def test_a_size_without_pixels_is_refused(size: Any) -> None:
    for use in (
        lambda: Prompt([(1, 2)]).scaled(size, (10, 10)),
        lambda: Prompt([(1, 2)], box=(0, 0, 1, 1)).scaled((10, 10), size),
        lambda: scale_points([[1, 2]], size, (10, 10)),
    ):
        with pytest.raises(ValueError, match="more than 0 pixels") as caught:
            use()
        one_sentence(caught.value)


@pytest.mark.parametrize("sides", [(0, 5), (5, 0), (-3, 5), (float("nan"), 5)])
def test_fitting_nothing_is_refused(sides: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match="more than 0 pixels"):
        fit_longest_side(*sides, 100)
    with pytest.raises(ValueError, match="more than 0 pixels"):
        Viewport.fit(*sides, 100, 100)
    with pytest.raises(ValueError, match="more than 0 pixels"):
        Viewport.fit(10, 10, *sides)
    with pytest.raises(ValueError, match="longest"):
        fit_longest_side(10, 10, sides[0] if sides[0] != 5 else 0)


class Quit(BaseException):
    pass


@pytest.mark.parametrize("error", [SystemExit(), SystemExit("bye"), GeneratorExit(), Quit("out"), NoWords()])
def test_a_students_function_cannot_leave_the_judge(error: BaseException) -> None:
    def wrong(*arguments: object) -> None:
        raise error

    with pytest.raises(NotYet, match=type(error).__name__):
        run(wrong, ENGLISH, 1)
    for number in ("0.1", "2.3", "6.3"):
        assert judge(number, Hostile(error), "en").state == "not yet"


def test_stop_is_still_the_users_own() -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(interrupted, ENGLISH, 1)


@pytest.mark.parametrize("path", ["~nosuchuser/x", "~nosuchuser", "a\0b", "\udcff", "x/" * 4000])
def test_paths_that_lead_nowhere_are_one_of_our_errors(path: str, tmp_path: Path) -> None:
    from segwidgets.workshop import make_workshop

    with pytest.raises((ImageError, FileNotFoundError)):
        load_image(path)
    with pytest.raises((ValueError, OSError)):
        make_workshop(path, out=tmp_path / "out")
    if path.startswith("~"):
        with pytest.raises(ValueError, match="nosuchuser"):
            make_workshop("cat", out=path)
    assert judge("6.3", path, "en").state == "not yet"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "format", "suffix"),
    [
        ("evil.md", "PNG", ".png"),
        ("evil.html", "JPEG", ".jpg"),
        ("photo.JPEG", "JPEG", ".jpeg"),
        ("photo.tiff", "TIFF", ".tiff"),
        ("photo.png", "JPEG", ".jpg"),
        ("photo", "GIF", ".gif"),
        ("photo.png\n", "WEBP", ".webp"),
        (".exe", "BMP", ".bmp"),
    ],
)
def test_a_photo_is_copied_under_an_ending_that_fits_it(
    name: str, format: str, suffix: str, tmp_path: Path
) -> None:
    Image.fromarray(noise(0)).save(tmp_path / name, format)
    assert load_original(tmp_path / name)[2] == suffix


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "ab"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\b", "ab"),
        ("a\x9b31mb", "ab"),
        ("a\x1bcb", "ab"),
        ("a\nb\r\nc\td\u2028e", "a b  c d e"),
        ("a\u202eb\u2066c\u200bd\ufeffe\x00f\x7fg", "abcdefg"),
        ("a\udcffb", "ab"),
        ("señal ñandú ✓ 你好 é", "señal ñandú ✓ 你好 é"),
        ("[bold]b[/x]", "[bold]b[/x]"),
    ],
)
def test_text_from_outside_loses_what_steers_a_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_text_from_outside_is_cut_and_hides_nothing_that_follows_it() -> None:
    assert plain("x" * 10**6, 100) == "x" * 99 + "…"
    assert plain("\x1b]0;never ended") == "0;never ended"
    assert plain("one\ntwo", keep_lines=True) == "one\ntwo"
    for hostile in ("\x1b]", "\x1b[", "\x9d", "\x1b[1", "\u202e"):
        assert len(plain(hostile * 200_000)) <= 300


def test_json_is_read_within_bounds() -> None:
    nested = json.loads("[" * MAX_JSON_DEPTH + "]" * MAX_JSON_DEPTH)
    assert read_json(json.dumps(nested), "x") == nested
    assert read_json('{"a": "[[[[\\"]]{{", "b": [1, -2.5e3, true]}', "x") == {
        "a": '[[[["]]{{',
        "b": [1, -2500.0, True],
    }
    assert read_json(b"\xef\xbb\xbf[1]", "x") == [1]
    for hostile in ('"' * 300_000, '"\\"' * 100_000, "[]" * 100_000, "{" * 300_000, '\\"' * 300_000):
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            read_json(hostile, "x")
        one_sentence(caught.value)
    with pytest.raises(TypeError, match="a prompt must be a text"):
        Prompt.from_json(None)  # type: ignore[arg-type]


def test_json_in_a_kernel_with_a_raised_recursion_limit_crashes_nothing() -> None:
    script = (
        "import sys; sys.setrecursionlimit(10**7)\n"
        "from segwidgets import Prompt\n"
        "try: Prompt.from_json('[' * 900_000)\n"
        "except ValueError as error: sys.stdout.write(str(error))\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "brackets" in result.stdout


def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(2000))
    assert len(read_file(tmp_path / "big", 2000)) == 2000
    with pytest.raises(ValueError, match="larger"):
        read_file(tmp_path / "big", 1999)
    with pytest.raises(ValueError, match="folder"):
        read_file(tmp_path, 10)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ValueError, match="pipe"):
            read_file(tmp_path / "pipe", 10)
        with pytest.raises(ValueError, match="device"):
            read_file(Path("/dev/zero"), 10)


@pytest.mark.parametrize("command", ["batch", "evaluate", "mark"])
def test_a_link_to_itself_is_no_place_to_write_to(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before Python 3.13 `Path.resolve` raises RuntimeError of it."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Image.fromarray(PHOTO).save("in/a.png")
    Path("in/a.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    Path("round").symlink_to("round")
    line = {
        "batch": ["in", "round", "--class", "cat"],
        "evaluate": ["in", "in/a.png", "--out", "round"],
        "mark": ["in", "round"],
    }
    monkeypatch.setattr(sys, "argv", ["segwidgets", command, *line[command]])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code in (1, 2)
    said = capsys.readouterr().err.strip()
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 1
    assert sorted(os.listdir()) == ["in", "round"]


def test_toml_may_be_anything_and_is_a_table_or_one_value_error() -> None:
    assert read_toml(b"\xef\xbb\xbfa.b = 1", "it") == {"a": {"b": 1}}
    for text in (
        "[" * DEEP,
        "a=" + "[" * DEEP,
        "a=" + "{b=" * DEEP,
        "a=" + "9" * 5000,
        b"a='\xff'",
        "a=\x1b[2J",
    ):
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            read_toml(text, "it")
        one_sentence(caught.value)


class WithGradients:
    """A tensor as torch's that a network is trained with: it cannot be an array."""

    def __array__(self, *args: object, **options: object) -> Any:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.\nUse tensor.detach().numpy().")

    def __index__(self) -> int:
        raise RuntimeError("only one element tensors can be converted")

    def __bool__(self) -> bool:
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")

    def __iter__(self) -> Any:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        return "tensor([[1., 1.],\n        [1., 1.]])"


STRANGE = {
    "a tensor": WithGradients(),
    "nothing": np.zeros((0, 0)),
    "a list of arrays": [np.zeros((3, 3)), None],
    "objects": np.array([[None, 1], ["a", {}]], object),
    "records": np.zeros((40, 60), [("a", int), ("b", float)]),
    "times": MASK.astype("datetime64[s]"),
    "raw bytes": np.zeros((40, 60), "V3"),
    "complex": np.zeros((40, 60), complex) + 3j,
    "a function": len,
    "a dict": {"a": 1},
}
USES: dict[str, Any] = {
    "clean": clean,
    "clean, fill_holes": lambda value: clean(MASK, fill_holes=value),
    "clean, smooth": lambda value: clean(MASK, smooth=value),
    "measure": measure,
    "measure, image": lambda value: measure(MASK, value),
    "measure, logits": lambda value: measure(MASK, low_res_logits=value),
    "compare": lambda value: compare(MASK, value),
    "diagnose": diagnose,
    "Prompt": lambda value: Prompt([(value, 1)]),
    "Prompt, points": Prompt,
    "Prompt, labels": lambda value: Prompt([(1, 2)], value),
    "Prompt, box": lambda value: Prompt(box=value),
    "Prompt, size": lambda value: Prompt([(1, 2)]).scaled(value, (9, 9)),
    "load_image": load_image,
    "sample_image": sample_image,
    "write_gif": lambda value: write_gif(value, "never.gif"),
    "write_gif, path": lambda value: write_gif([PHOTO], value),
    "write_gif, durations": lambda value: write_gif([PHOTO, PHOTO], "never.gif", value),
    "PromptAnnotator": PromptAnnotator,
    "CutoutAnnotator": CutoutAnnotator,
    "LegendAnnotator": LegendAnnotator,
    "DefectAnnotator": lambda value: DefectAnnotator(legend=value),
    "deepest_point": deepest_point,
    "Segmenter": lambda value: Segmenter(PHOTO, value),
    "load_sam": sam_model,
    "load_deeplab": deeplab_model,
    "export": lambda value: export(value, [], "never"),
    "export, works": lambda value: export("masks", value, "never"),
    "point_grid": lambda value: point_grid(value, (40, 60)),
    "Bounds": lambda value: Bounds(seconds=value),
    "mean_interval": mean_interval,
    "lang": lambda value: diagnose(None, value),  # type: ignore[arg-type]
    "judge": lambda value: judge(value, 3),
}


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("use", USES)
def test_what_is_no_such_thing_is_refused_in_one_sentence(
    use: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if (use, value) in {("Prompt, points", "nothing"), ("LegendAnnotator", "nothing")}:  # none are none
        return
    with pytest.raises((TypeError, ValueError)) as caught:
        USES[use](STRANGE[value])
    one_sentence(caught.value)
    frame = caught.traceback[-1]
    assert "segwidgets" in str(frame.path), f"{frame.path} raised it, not we"
    assert list(tmp_path.iterdir()) == []


def test_numbers_without_a_mask_are_no_logits() -> None:
    for value in (0, float("nan"), "", [], np.zeros((0, 4)), b"x", np.zeros((256, 256), complex)):
        with pytest.raises((TypeError, ValueError), match="low_res_logits must") as caught:
            measure(MASK, low_res_logits=value)  # type: ignore[arg-type]
        one_sentence(caught.value)


@pytest.mark.parametrize("path", ["", ".", "/"])
def test_a_file_without_a_name_is_not_written(path: str) -> None:
    with pytest.raises(IsADirectoryError, match="a file's name is needed"):
        write_gif([PHOTO], path)


@pytest.mark.parametrize("shape", [(1, 2_000_000), (2_000_000, 1), (3, 500_000)])
def test_the_band_of_a_thin_mask_needs_no_window_of_its_length(shape: tuple[int, int]) -> None:
    """OpenCV would take 160 GB for a row of ten million pixels."""
    mask = np.ones(shape, np.bool_)
    assert compare(mask, mask).boundary_iou == 1


@pytest.mark.parametrize("value", [0, -1, 10**20, 10**400, float("nan"), float("inf"), "9", True, None])
def test_what_a_hand_in_may_take_is_bounded_itself(value: Any) -> None:
    for name in ("seconds", "cpu_s", "memory_mb", "file_mb", "processes"):
        with pytest.raises(ValueError, match=f"{name} must be a whole number, at least 1 and at most {MOST}"):
            Bounds(**{name: value})


def test_a_grid_of_more_clicks_than_fit_in_memory_is_refused() -> None:
    for side in (MAX_POINTS_PER_SIDE + 1, 10**20, 10**400):
        with pytest.raises(ValueError, match="points_per_side must be"):
            point_grid(side, (40, 60))
        with pytest.raises(ValueError, match="points_per_side must be"):
            Plan(everything=True, points_per_side=side)
