"""A whole evaluation, with a stand-in for SAM: what is measured, written, left out and taken up again."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from segwidgets.drawing import style
from segwidgets.evaluate import Evaluation, evaluate
from segwidgets.evaluate.chart import draw_chart, draw_curves
from segwidgets.evaluate.records import columns
from segwidgets.evaluate.settings import Settings
from segwidgets.ground.keeping import MANIFEST
from segwidgets.locale.phrases import Phrases
from tests.painter import Painter, draw_disk, paint_folders, paint_photo
from tests.tour import drawn_texts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
CHILD = """
import sys
from segwidgets.evaluate import evaluate
from tests.painter import Painter
def halt(number):
    if number == 4:
        sys.stdout.write("four photos are done\\n")
        sys.stdout.flush()
        sys.stdin.read()
evaluate(*sys.argv[1:4], sam=Painter(before_photo=halt))
"""


def run(photos: Path, masks: Path, out: Path | None = None, **options):
    return evaluate(photos, masks, out, **{"sam": Painter(), "clicks": 5, **options})


def table(out: Path) -> list[dict[str, str]]:
    with (out / "objects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def picture(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


# figures


def test_each_way_is_measured_by_its_own_rule(tmp_path: Path) -> None:
    """A brush of 20 pixels on a disk of 20: the best of three is right at once, the best rated too small."""
    photos, masks = tmp_path / "photos", tmp_path / "masks"
    masks.mkdir()
    paint_photo(photos / "a.png")
    draw_disk(center=(120, 90), radius=20).save(masks / "a.png")
    (figures,) = run(photos, masks, sam=Painter(radius=20))
    assert figures.best_of_three_iou[1] > 0.9
    assert figures.rated_iou[1] == pytest.approx(0.25, abs=0.03)  # half the radius
    assert figures.choice_iou == figures.iou[1] == figures.best_of_three_iou[1]  # the smallest is marked down
    assert figures.noc == {85: 1, 90: 1}
    assert figures.box_iou == pytest.approx(np.pi / 4, abs=0.02)  # the painter fills the box
    assert figures.refining_clicks == 4
    assert figures.area_px == int((np.asarray(Image.open(masks / "a.png")) > 0).sum())
    assert set(figures.random_iou) == {1, 2, 3, 5}


def test_clicks_at_random_are_the_same_for_a_seed_and_others_for_another(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 2)
    means = [run(photos, masks, seed=seed).mean_iou("random") for seed in (1, 1, 2)]
    assert means[0] == means[1] != means[2]
    several = run(photos, masks, seed=1, random_draws=3)
    assert several.mean_iou("random") != means[0]
    assert several.mean_iou() == run(photos, masks, seed=5).mean_iou()
    assert run(photos, masks, random_draws=0).mean_iou("random") == {}


def test_ignored_pixels_count_neither_for_iou_nor_for_clicks(tmp_path: Path) -> None:
    """All that the painter gets wrong lies where it does not count: nothing is left to click on."""
    photos, masks = tmp_path / "photos", tmp_path / "masks"
    masks.mkdir()
    paint_photo(photos / "a.png")
    drawn = np.maximum(np.minimum(np.asarray(draw_disk(radius=30)), 128), np.asarray(draw_disk(radius=12)))
    assert set(np.unique(drawn)) == {0, 128, 255}
    Image.fromarray(drawn).save(masks / "a.png")
    (figures,) = run(photos, masks, sam=Painter(radius=20))
    assert set(figures.iou.values()) == {1.0}
    assert set(figures.boundary_iou.values()) == {1.0}
    assert figures.refining_clicks == 0
    assert figures.ignored_px == int((drawn == 128).sum())


def test_the_class_map_is_asked_after_the_first_click_only_if_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segwidgets.evaluate import run as module
    from segwidgets.semantic import SemanticSegmentation

    photos, masks = tmp_path / "photos", tmp_path / "masks"
    masks.mkdir()
    paint_photo(photos / "a.png")
    draw_disk(radius=30).save(masks / "a.png")
    asked = []

    def see(image):
        asked.append(image.shape)
        class_map = (np.asarray(draw_disk(radius=30)) > 0).astype(np.uint8)
        return SemanticSegmentation(class_map, ("background", "ball"), {0: 1.0, 1: 1.0})

    monkeypatch.setattr(module, "segment_semantic", see)
    (without,) = run(photos, masks)
    assert not asked
    evaluation = run(photos, masks, semantic=True)
    (figures,) = evaluation
    assert asked == [(192, 256, 3)]
    assert figures.choice_iou == without.iou[1] < figures.iou[1]
    assert evaluation.summary()["first_click"]["choice_with_classes"] == pytest.approx(
        figures.iou[1], abs=1e-4
    )


# what is written


def test_the_folder_holds_table_summary_chart_and_sheet(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 3)
    evaluation = run(photos, masks, tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()} - {".lock"}
    assert names == {"objects.csv", "settings.json", "summary.json", "chart.png", "worst.png", MANIFEST}
    rows = table(tmp_path / "out")
    assert [row["photo"] for row in rows] == [f"photo_{n:02}.png" for n in range(3)]
    assert [{name: str(value) for name, value in row.items()} for row in evaluation.rows] == rows
    assert list(rows[0]) == columns(evaluation.settings)
    summary = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))
    ious = [float(row["iou_1"]) for row in rows]
    assert summary["mean_iou"]["segwidgets"]["1"] == pytest.approx(np.mean(ious), abs=1e-4)
    assert summary["objects"] == summary["photos"] == len(evaluation) == 3
    assert summary["settings"]["clicks"] == 5
    assert picture(tmp_path / "out/chart.png").shape == (440, 900, 3)


def test_what_a_person_wrote_among_the_results_is_kept(tmp_path: Path) -> None:
    """A table with notes, and files that were there before: set aside, and not removed with what is ours."""
    photos, masks = paint_folders(tmp_path, 1)
    out = tmp_path / "out"
    out.mkdir()
    (out / "chart.png").write_bytes(b"my chart")
    run(photos, masks, out)
    assert (out / "chart_old.png").read_bytes() == b"my chart"
    run(photos, masks, out, fresh=True)
    assert not list(out.glob("*_old.csv")), "ours, as it was written"
    with (out / "objects.csv").open("a") as file:
        file.write("# the second is mine\n")
    (out / "worst.png").write_bytes(b"my sheet")
    run(photos, masks, out, fresh=True)
    assert (out / "objects_old.csv").read_text().endswith("# the second is mine\n")
    assert (out / "worst_old.png").read_bytes() == b"my sheet"
    (out / "chart.png").write_bytes(b"my other chart")
    for mask in masks.iterdir():
        Image.new("L", (256, 192)).save(mask)
    run(photos, masks, out, fresh=True)
    assert (out / "chart.png").read_bytes() == b"my other chart"
    assert not (out / "worst.png").exists()


def test_the_sheet_shows_the_worst_first_with_photo_truth_and_mask(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 12)
    evaluation = run(photos, masks, tmp_path / "out", clicks=1)
    worst = evaluation.worst()
    assert [f.iou[1] for f in worst] == sorted(f.iou[1] for f in evaluation)[:10]
    sheet = picture(tmp_path / "out/worst.png")
    assert sheet.shape[1] == 1216
    height = sheet.shape[0] // 10
    assert 300 < height < 400
    first, last = sheet[: height - 20], sheet[-height + 20 :]
    assert not np.array_equal(first[:300, :400], last[:300, :400])
    for row in (first, last):
        truth, mask = row[:300, 408:808].astype(int), row[:300, 816:].astype(int)
        assert np.abs(truth - row[:300, :400]).mean() > 5
        assert np.abs(mask - truth).mean() > 5


class Specked(Painter):
    """Leaves a speck in a far corner of every mask."""

    def upscale(self, embedding, low_res_logits):
        logits = super().upscale(embedding, low_res_logits).copy()
        logits[:, -3:, -3:] = 8
        return logits


def test_a_speck_far_away_does_not_keep_the_sheet_from_looking_closely(tmp_path: Path) -> None:
    photos, masks = tmp_path / "photos", tmp_path / "masks"
    masks.mkdir()
    paint_photo(photos / "a.png")
    draw_disk(center=(50, 50), radius=12).save(masks / "a.png")
    sheets = []
    for name, sam in (("clean", Painter(radius=9)), ("specked", Specked(radius=9))):
        run(photos, masks, tmp_path / name, sam=sam, clicks=1, random_draws=0)
        sheets.append(picture(tmp_path / name / "worst.png")[:300, :808])  # the photo and the true mask
    assert np.array_equal(*sheets)


def test_chart_and_reasons_speak_spanish(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 2)
    (masks / "photo_01.png").unlink()
    english, spanish = (run(photos, masks, tmp_path / lang, lang=lang) for lang in ("en", "es"))
    assert english.omissions[0].reason == "the photo has no mask"
    assert spanish.omissions[0].reason == "la foto no tiene máscara"
    charts = [picture(tmp_path / lang / "chart.png") for lang in ("en", "es")]
    assert not np.array_equal(*charts)


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    before = sorted(tmp_path.rglob("*"))
    assert len(run(photos, masks)) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_the_chart_shows_both_lines_where_they_are_one_and_says_who_never_reaches(tmp_path: Path) -> None:
    """NoC@85 and NoC@90 are the same here: the dashed line lies over the other, both can be seen."""
    photos, masks = paint_folders(tmp_path, 2)
    evaluation = run(photos, masks, clicks=1)
    assert evaluation.summary()["never_reached"] == {"85": 1, "90": 1}
    pixels = np.asarray(Image.open(io.BytesIO(draw_chart(evaluation))).convert("RGB"))
    above_the_legend = pixels[30:300, 560:].reshape(-1, 3)
    assert {style.BLUE, style.ORANGE} <= {tuple(map(int, pixel)) for pixel in above_the_legend}
    lost = [figures for figures in evaluation if not figures.reached[90]]
    with drawn_texts() as texts:
        draw_chart(evaluation)
        draw_chart(Evaluation(evaluation.settings, (*lost, *lost)))
    assert "NoC@90: 1.0 clicks; 1 of 2 never reaches it" in texts
    assert "NoC@90: 1.0 clicks; 2 of 2 never reach it" in texts


def test_the_chart_draws_the_interval_of_the_table(tmp_path: Path) -> None:
    """A bar at each click from end to end, also of one click; none where one photo says nothing of others."""
    photos, masks = paint_folders(tmp_path, 4)
    for clicks in (1, 3):
        evaluation = run(photos, masks, clicks=clicks)
        axes = Figure().subplots()
        draw_curves(axes, evaluation, Phrases("en"))
        (bars,) = axes.collections
        ends = {round(x): (low, high) for (x, low), (_, high) in bars.get_segments()}
        assert ends == evaluation.interval()
        assert len(ends) == clicks
        assert axes.get_ylim()[0] < min(low for low, _ in ends.values())
    axes = Figure().subplots()
    alone = tuple(figures for figures in evaluation if figures.photo == evaluation.objects[0].photo)
    draw_curves(axes, Evaluation(evaluation.settings, alone), Phrases("en"))
    assert not axes.collections


def test_the_docs_name_every_option_and_every_file_that_is_written(tmp_path: Path) -> None:
    text = (ROOT / "docs/evaluate.md").read_text("utf-8")
    help_ = subprocess.run(
        [sys.executable, "-m", "segwidgets", "evaluate", "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | {"COLUMNS": "120"},
    ).stdout  # fmt: skip
    options = set(re.findall(r"--[a-z]+", help_)) - {"--help"}
    assert {"--out", "--semantic", "--random"} <= options
    assert not [option for option in options if option not in text]
    photos, masks = paint_folders(tmp_path, 1)
    run(photos, masks, tmp_path / "out")
    written = {path.name for path in (tmp_path / "out").iterdir()} - {".lock"}
    assert not [name for name in written if f"`{name}`" not in text]


# what is left out


def messy_folders(tmp_path: Path) -> tuple[Path, Path]:
    photos, masks = paint_folders(tmp_path, 6)
    (masks / "photo_00.png").unlink()
    Image.new("L", (256, 192)).save(masks / "photo_01.png")
    Image.new("L", (100, 100), 255).save(masks / "photo_02.png")
    (photos / "photo_03.png").write_bytes(b"no photo")
    (masks / "photo_04.png").write_bytes(b"no mask")
    draw_disk().save(masks / "stray.png")
    return photos, masks


def test_what_cannot_be_measured_is_named_once_and_the_rest_is_measured(tmp_path: Path) -> None:
    photos, masks = messy_folders(tmp_path)
    steps = []
    evaluation = run(photos, masks, tmp_path / "out", progress=steps.append)
    assert [figures.photo for figures in evaluation] == ["photo_05.png"]
    told = [(omission.name, omission.kind) for omission in evaluation.omissions]
    assert sorted(told) == [
        ("photo_00.png", "no_mask"), ("photo_01.png", "empty"), ("photo_02.png", "size"),
        ("photo_03.png", "unreadable"), ("photo_04.png", "unreadable"), ("stray.png", "no_photo"),
    ]  # fmt: skip
    assert [omission for step in steps for omission in step.omissions] == list(evaluation.omissions)
    assert all("\n" not in omission.reason for omission in evaluation.omissions)
    summary = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))
    assert summary["left_out"] == {"no_photo": 1, "no_mask": 1, "empty": 1, "size": 1, "unreadable": 2}
    assert len(summary["omissions"]) == 6


def test_nothing_to_measure_is_an_empty_evaluation_with_reasons(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    Image.new("L", (256, 192)).save(masks / "photo_00.png")
    evaluation = run(photos, masks, tmp_path / "out")
    assert len(evaluation) == 0
    assert evaluation.mean_iou() == {}
    assert evaluation.omitted == {"empty": 1}
    assert table(tmp_path / "out") == []
    assert json.loads((tmp_path / "out/summary.json").read_text("utf-8"))["noc"] == {}
    assert not (tmp_path / "out/chart.png").exists()


def test_names_that_a_spreadsheet_or_a_terminal_would_obey_are_made_harmless(tmp_path: Path) -> None:
    photos, masks = tmp_path / "photos", tmp_path / "masks"
    masks.mkdir()
    paint_photo(photos / "=1+1\x1b[2J.png")
    draw_disk().save(masks / "=1+1\x1b[2J.png")
    evaluation = run(photos, masks, tmp_path / "out")
    (row,) = table(tmp_path / "out")
    assert row["photo"] == row["mask"] == "'=1+1.png"
    assert (tmp_path / "out/worst.png").exists()
    assert run(photos, masks, tmp_path / "out").objects == evaluation.objects


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"clicks": 0}, "clicks must be"),
        ({"clicks": 2.5}, "clicks must be"),
        ({"random_draws": -1}, "random_draws must be"),
        ({"seed": "x"}, "seed must be"),
        ({"ignore": -1}, "ignore must be"),
        ({"sam": "vit_z"}, "mobile_sam"),
        ({"lang": "xx"}, "lang"),
    ],
)
def test_bad_options_are_refused_before_anything_is_written(tmp_path: Path, options, words: str) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    with pytest.raises(ValueError, match=words):
        run(photos, masks, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_results_never_go_among_photos_or_masks(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    for place in (photos, masks, masks / ".." / "photos"):
        with pytest.raises(ValueError, match="folder of its own"):
            run(photos, masks, place)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match="must be a folder"):
        run(photos, masks, tmp_path / "file")
    run(photos, masks, photos / "results")
    assert len(run(photos, masks, photos / "results").omissions) == 0  # the chart is no photo without a mask


# going on


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was_and_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """A real process, killed by SIGKILL after some rows; its last line is cut off besides."""
    photos, masks = paint_folders(tmp_path, 8)
    out, rows = tmp_path / "out", tmp_path / "out" / "objects.csv"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(photos), str(masks), str(out)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "four photos are done\n", child.stderr.read()
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    whole = rows.read_text("utf-8").rpartition("\n")[0].count("\n")  # rows, without the header
    assert whole == 4
    assert not (out / "summary.json").exists()
    with rows.open("a", encoding="utf-8") as file:
        file.write("photo_07.png,photo_07.png,255,,0123")

    engine, steps = Painter(), []
    resumed = evaluate(photos, masks, out, sam=engine, progress=steps.append)
    assert steps[-1].known == whole
    assert steps[-1].measured == 8 - whole
    assert engine.encoded == 8 - whole + 8  # and the sheet's eight
    at_once = evaluate(photos, masks, tmp_path / "again", sam=Painter())
    assert resumed.objects == at_once.objects
    assert rows.read_bytes() == (tmp_path / "again/objects.csv").read_bytes()


def test_a_last_row_whose_last_number_was_cut_is_measured_anew(tmp_path: Path) -> None:
    """It has all its columns and nothing but numbers in them."""
    photos, masks = paint_folders(tmp_path, 2)
    first = run(photos, masks, tmp_path / "out")
    rows = tmp_path / "out/objects.csv"
    rows.write_bytes(rows.read_bytes()[:-3])
    assert float(table(tmp_path / "out")[-1]["box_boundary_iou"]) < first.objects[-1].box_boundary_iou
    assert run(photos, masks, tmp_path / "out").objects == first.objects


def test_a_second_run_measures_nothing_anew(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 3)
    first = run(photos, masks, tmp_path / "out")
    engine = Painter()
    again = run(photos, masks, tmp_path / "out", sam=engine)
    assert engine.encoded == 3  # for the sheet
    assert again.objects == first.objects
    assert again.seconds_per_object is None


def test_each_row_is_in_the_file_as_soon_as_it_is_known(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 3)
    lines = []
    run(
        photos, masks, tmp_path / "out",
        progress=lambda step: lines.append((tmp_path / "out/objects.csv").read_text("utf-8").count("\n")),
    )  # fmt: skip
    assert lines == [1, 2, 3, 4]


def test_what_has_changed_is_measured_anew_and_what_is_gone_leaves_the_table(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 4)
    first = run(photos, masks, tmp_path / "out")
    draw_disk(center=(100, 90), radius=50).save(masks / "photo_01.png")
    (masks / "photo_02.png").unlink()
    paint_photo(photos / "photo_03.png", seed=99)
    steps = []
    again = run(photos, masks, tmp_path / "out", progress=steps.append)
    assert (steps[-1].known, steps[-1].measured) == (1, 2)
    assert [row["photo"] for row in table(tmp_path / "out")] == [f"photo_0{n}.png" for n in (0, 1, 3)]
    assert again.objects[0] == first.objects[0]
    assert again.objects[1].area_px != first.objects[1].area_px


def test_a_damaged_row_is_measured_anew(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 3)
    first = run(photos, masks, tmp_path / "out")
    rows = tmp_path / "out/objects.csv"
    lines = rows.read_bytes().split(b"\n")
    lines[2] = lines[2][:30] + b"\x00\xff" + lines[2][40:]
    rows.write_bytes(b"\n".join(lines))
    assert run(photos, masks, tmp_path / "out").objects == first.objects


def test_a_row_that_is_longer_than_a_table_can_hold_is_measured_anew(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 3)
    first = run(photos, masks, tmp_path / "out")
    rows = tmp_path / "out/objects.csv"
    lines = rows.read_bytes().split(b"\n")
    lines[2] = b"x" * 200_000 + lines[2]
    rows.write_bytes(b"\n".join(lines))
    steps = []
    assert run(photos, masks, tmp_path / "out", progress=steps.append).objects == first.objects
    assert (steps[-1].known, steps[-1].measured) == (2, 1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["objects.csv", "settings.json"])
def test_a_pipe_among_the_results_is_told_and_not_waited_for(tmp_path: Path, name: str) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    run(photos, masks, tmp_path / "out")
    (tmp_path / "out" / name).unlink()
    os.mkfifo(tmp_path / "out" / name)
    with pytest.raises(ValueError, match=f"{name}.*named pipe"):
        run(photos, masks, tmp_path / "out")


def test_other_settings_are_told_in_a_short_sentence(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    run(photos, masks, tmp_path / "out")
    settings = tmp_path / "out/settings.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "model": "x" * 1_000_000}))
    with pytest.raises(ValueError, match="model was") as caught:
        run(photos, masks, tmp_path / "out")
    assert len(str(caught.value)) < 900


@pytest.mark.parametrize("at", range(3))
def test_a_link_that_leads_to_itself_is_told(tmp_path: Path, at: int) -> None:
    places = [*paint_folders(tmp_path, 1), tmp_path / "out"]
    (tmp_path / "loop").symlink_to("loop")
    places[at] = tmp_path / "loop"
    with pytest.raises(OSError, match="loop"):
        run(*places)


@pytest.mark.skipif(sys.platform != "linux", reason="names elsewhere are text")
def test_a_folder_whose_name_is_no_text_is_measured_and_gone_on_with(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path / os.fsdecode(b"\xff"), 1)
    assert len(run(photos, masks, tmp_path / "out")) == 1
    steps = []
    run(photos, masks, tmp_path / "out", progress=steps.append)
    assert steps[-1].known == 1


@pytest.mark.parametrize(
    "options", [{"clicks": 6}, {"seed": 1}, {"random_draws": 2}, {"semantic": True}, {"ignore": 3}]
)
def test_figures_of_other_settings_are_not_mixed(tmp_path: Path, options) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    run(photos, masks, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(
        ValueError, match=f"other settings.*{next(iter(options)).split('_')[-1]} was.*--fresh"
    ):
        run(photos, masks, tmp_path / "out", **options)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_beginning_anew_forgets_what_was_measured_with_other_settings(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 2)
    run(photos, masks, tmp_path / "out")
    steps = []
    run(photos, masks, tmp_path / "out", clicks=2, fresh=True, progress=steps.append)
    assert (steps[-1].known, steps[-1].measured) == (0, 2)
    assert list(table(tmp_path / "out")[0]) == columns(Settings(clicks=2))


def test_a_table_that_nobody_knows_is_left_alone(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/objects.csv").write_text("mine")
    with pytest.raises(ValueError, match=r"without its settings\.json"):
        run(photos, masks, tmp_path / "out")
    assert (tmp_path / "out/objects.csv").read_text() == "mine"
    (tmp_path / "out/settings.json").write_text("{")
    with pytest.raises(ValueError, match=r"settings\.json"):
        run(photos, masks, tmp_path / "out")


def test_two_runs_never_write_into_one_folder(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 1)
    refused = []

    def second(step) -> None:
        with pytest.raises(ValueError, match="another run is writing"):
            run(photos, masks, tmp_path / "out")
        refused.append(step)

    run(photos, masks, tmp_path / "out", progress=second)
    assert len(refused) == 2
    assert len(run(photos, masks, tmp_path / "out")) == 1


# how long it takes


def test_after_the_third_photo_it_says_how_long_the_whole_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that goes on two seconds with each photo."""
    photos, masks = paint_folders(tmp_path, 6)
    steps, engine = [], Painter()
    monkeypatch.setattr("segwidgets.evaluate.run.perf_counter", lambda: 2.0 * engine.encoded)
    run(photos, masks, sam=engine, clicks=1, random_draws=0, progress=steps.append)
    assert [(step.done, step.total) for step in steps] == [(n, 6) for n in range(7)]
    assert [step.seconds_left is None for step in steps] == [True] * 3 + [False] * 4
    assert [step.seconds for step in steps] == [0, 2, 4, 6, 8, 10, 12]
    assert [step.seconds_left for step in steps[3:]] == [6, 4, 2, 0]


def test_photos_that_were_known_do_not_make_the_rest_look_quick(tmp_path: Path) -> None:
    photos, masks = paint_folders(tmp_path, 6)
    run(photos, masks, tmp_path / "out", clicks=1)
    for number in (2, 3, 4, 5):
        draw_disk(radius=15 + number).save(masks / f"photo_0{number}.png")
    steps = []
    run(photos, masks, tmp_path / "out", clicks=1, progress=steps.append)
    assert [step.seconds_left is None for step in steps] == [True] * 5 + [False] * 2
