"""The form does what `ClickSegmenter` does, with plain widgets and without ipycanvas."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets import Prompt, PromptForm
from segwidgets.widgets.versions import explanation
from tests.fake_front import StubSegmenter, round_cat

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def form() -> PromptForm:
    return PromptForm(StubSegmenter(), semantic=False)


def shown(form: PromptForm) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(form.shown.value)))


def press(form: PromptForm, text: str) -> None:
    buttons = [w for w in widgets_in(form) if getattr(w, "description", "") == text and hasattr(w, "click")]
    assert len(buttons) == 1, text
    buttons[0].click()


def widgets_in(widget: object) -> list:
    children = getattr(widget, "children", ())
    return [widget, *(inner for child in children for inner in widgets_in(child))]


@pytest.mark.slow
def test_it_neither_imports_nor_needs_ipycanvas() -> None:
    code = (
        "import sys; sys.modules['ipycanvas'] = None\n"
        "from segwidgets import PromptForm\n"
        f"{STUB}\n"
        "form = PromptForm(StubSegmenter(), semantic=False); form.add_point(45, 30)\n"
        "print(int(form.mask.sum()) > 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == "True", done.stderr


STUB = """
import numpy as np
from segwidgets import Candidates
class StubSegmenter:
    image = np.full((60, 90, 3), 99, np.uint8)
    size = 60, 90
    def predict(self, prompt, previous=None, multimask=None):
        masks = np.zeros((3, 60, 90), bool); masks[:, 20:40, 30:60] = True
        ones, logits = np.ones(3, np.float32), np.zeros((3, 256, 256), np.float32)
        return Candidates(prompt, masks, ones, logits, np.ones(3))
"""


def test_the_buttons_add_a_point_where_the_sliders_are(form: PromptForm) -> None:
    form.x_slider.value, form.y_slider.value, form.sign.value = 45, 30, 1
    press(form, "Add the point")
    form.x_slider.value, form.y_slider.value, form.sign.value = 80, 50, 0
    press(form, "Add the point")
    assert form.prompt == Prompt([(45, 30), (80, 50)], [1, 0])
    assert form.mask[30, 45]
    assert not form.mask[50, 80]
    assert [action["action"] for action in form.history] == ["add_point", "add_point"]


def test_the_selected_point_is_removed(form: PromptForm) -> None:
    form.add_point(45, 30)
    form.add_point(10, 10, 0)
    assert [text for text, _ in form.point_list.options] == ["(45, 30) object", "(10, 10) background"]
    assert form.point_list.value == 1  # the last, as that is regretted first
    form.add_point(80, 50, 0)
    form.point_list.value = 1
    press(form, "Remove")
    assert form.prompt == Prompt([(45, 30), (80, 50)], [1, 0])
    press(form, "Remove")
    press(form, "Remove")
    assert form.prompt.is_empty
    assert form.remove_button.disabled


def test_a_box_is_set_and_removed(form: PromptForm) -> None:
    form.across.value, form.down.value = (20, 50), (10, 40)
    press(form, "Set the box")
    assert form.prompt == Prompt(box=(20, 10, 50, 40))
    assert form.mask[25, 35]
    press(form, "Remove the box")
    assert form.prompt.is_empty


def test_a_candidate_is_chosen_once_by_its_button(form: PromptForm) -> None:
    form.add_point(45, 30)
    assert len(form.choice.options) == 3
    assert form.choice.value == form.candidates.best
    other = (form.candidates.best + 1) % 3
    form.choice.value = other
    assert form.candidates.best == other
    assert [action["action"] for action in form.history] == ["add_point", "choose"]
    form.add_point(20, 20)  # new answers are shown, and none of that is taken for a choice
    assert [action["action"] for action in form.history] == ["add_point", "choose", "add_point"]
    form.choose(0)
    assert form.choice.value == 0


def test_undo_and_redo_are_offered_only_where_there_is_something(form: PromptForm) -> None:
    assert form.undo_button.disabled
    form.add_point(45, 30)
    mask = form.mask
    press(form, "Undo")
    assert form.prompt.is_empty
    assert form.mask is None
    assert form.choice.options == ()
    assert form.undo_button.disabled
    assert not form.redo_button.disabled
    press(form, "Redo")
    np.testing.assert_array_equal(form.mask, mask)


def test_several_objects_become_detections(form: PromptForm) -> None:
    form.add_point(20, 30)
    press(form, "New object")
    form.add_point(70, 30)
    assert len(form.detections) == 2
    assert form.detections.mask[0][30, 20]
    assert form.detections.mask[1][30, 70]
    press(form, "Clear")
    assert len(form.detections) == 1


def test_it_saves_what_the_widget_saves(form: PromptForm, tmp_path: Path) -> None:
    form.add_point(45, 30)
    [path] = form.save_masks(tmp_path / "masks")
    np.testing.assert_array_equal(np.asarray(Image.open(path)), form.mask * 255)
    assert Image.open(form.to_gif(tmp_path / "clicks.gif")).n_frames == 2
    assert form.to_coco(tmp_path / "coco.json").is_file()


def test_the_picture_shows_the_mask_and_where_the_next_point_goes(form: PromptForm) -> None:
    before = shown(form)
    form.add_point(45, 30)
    after = shown(form)
    assert (after[30 - 3, 45 + 12] != before[30 - 3, 45 + 12]).any() or (after != before).any(
        axis=2
    ).mean() > 0.02
    form.x_slider.value = 10
    column = shown(form)[:, 10]
    assert set(np.unique(column)) == {0, 255}  # the dashed line
    form.across.value = (5, 85)
    assert set(np.unique(shown(form)[:, 85])) == {0, 255}


def test_errors_are_shown_in_the_form_and_the_next_action_clears_them(form: PromptForm) -> None:
    form.across.value, form.down.value = (20, 20), (10, 40)
    press(form, "Set the box")
    assert "box must be" in form.message.value
    assert 'role="alert"' in form.message.value
    assert form.prompt.is_empty
    press(form, "Add the point")
    assert form.message.value == ""
    with pytest.raises(ValueError, match="outside"):
        form.add_point(900, 5)
    assert len(form.prompt.points) == 1


def test_a_picture_is_kept_in_the_saved_notebook(form: PromptForm) -> None:
    form.add_point(45, 30)
    png = base64.b64decode(form._repr_mimebundle_()["image/png"])
    assert len(png) <= 150_000
    assert Image.open(io.BytesIO(png)).size == form.picture().shape[1::-1]


def test_it_speaks_spanish() -> None:
    form = PromptForm(StubSegmenter(), lang="es", semantic=False)
    press(form, "Añadir el punto")
    assert form.point_list.options[0][0] == "(45, 30) objeto"
    assert form.choice.options[0][0].startswith("0: IoU 0,")
    assert not [w.description for w in widgets_in(form) if getattr(w, "description", "") in ("Undo", "Clear")]


def test_every_control_says_what_it_does(form: PromptForm) -> None:
    for widget in widgets_in(form):
        if hasattr(widget, "disabled") and widget.description:
            assert explanation(widget) or getattr(widget, "tooltips", None), widget.description


def test_closing_frees_the_embedding() -> None:
    segmenter = StubSegmenter()
    PromptForm(segmenter).close()
    assert segmenter.closed


def test_other_readings_are_shown_on_request_and_chosen_from(form: PromptForm) -> None:
    form.add_point(45, 30)
    form.add_point(60, 30)
    assert len(form.choice.options) == 1
    press(form, "Other readings")
    assert len(form.choice.options) == 4
    assert form.readings_button.disabled
    form.choice.value = 3
    assert form.candidates.chosen == 3


def test_deeplab_ranks_a_clicks_masks_as_in_the_widget() -> None:
    form = PromptForm(StubSegmenter(), semantic=round_cat(20, 30))
    form.add_point(20, 30)
    assert form.candidates.best == form.choice.value == 2
    assert "DeepLab" in form.words.value
    form.close()
