"""All like it as a student meets it: Chromium, JupyterLab and the models, all real."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import NotebookPage
from tests.browser.test_click_segmenter import settled_screen, wait_for, wait_until_painted

pytestmark = [pytest.mark.browser, pytest.mark.model]

COINS, TISSUE = (303, 384), (512, 512)
COIN, LAST_COIN, GLAND = (102, 125), (352, 268), (317, 405)  # x, y in the photo's pixels


def start(open_notebook: OpenNotebook, photo: str, lang: str = "en") -> NotebookPage:
    made = (
        f"from segwidgets import ClickSegmenter\nseg = ClickSegmenter({photo!r}, lang={lang!r}, hover=False)"
    )
    notebook = open_notebook([made, "seg"])
    notebook.run_all()
    wait_until_painted(notebook)
    notebook.wait_until_laid_out()
    return notebook


def said(notebook: NotebookPage) -> str:
    return notebook.page.locator(".segwidgets-click .sw-message").inner_text()


def wait_for_proposals(notebook: NotebookPage, count: int) -> None:
    wait_for(notebook, "seg.alike.running", "False")
    wait_for(notebook, "len(seg.alike.proposed)", str(count))


def slider_width(notebook: NotebookPage) -> float:
    box = notebook.page.locator(".segwidgets-click .sw-bar .noUi-base:visible").bounding_box()
    assert box is not None
    return float(box["width"])


def painted(bare: np.ndarray, notebook: NotebookPage) -> tuple[float, int]:
    """How strongly the last coin is painted over, in grey values, and how many pixels around it are white."""
    y, x = (round(LAST_COIN[1 - i] * bare.shape[i] / COINS[i]) for i in range(2))
    piece = np.s_[y - 45 : y + 45, x - 45 : x + 45, :3]
    now = settled_screen(notebook)[piece].astype(int)
    return float(np.abs(now - bare[piece]).mean()), int((now.min(axis=2) > 220).sum())


def wait_until(true: Callable[[], bool]) -> None:
    """What the kernel has drawn is seen a little later."""
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never came about")


def test_one_click_and_a_key_propose_23_coins_the_slider_chooses_and_enter_keeps(
    open_notebook: OpenNotebook,
) -> None:
    notebook = start(open_notebook, "coins")
    bare = settled_screen(notebook).astype(int)
    notebook.click(*COIN, size=COINS)
    wait_for(notebook, "seg.mask is None", "False")
    notebook.execute("seg.name_object(0, 'drachma')")
    notebook.page.keyboard.press("a")
    wait_for_proposals(notebook, 23)
    row = notebook.page.locator(".segwidgets-click .sw-bar", has_text="How alike")
    row.get_by_text("23 more like it").wait_for()
    wait_until(lambda: painted(bare, notebook)[0] > 1)
    dashed, white = painted(bare, notebook)
    assert white > 30, "dashes that show on any photo"

    mouse, box = notebook.page.mouse, row.locator(".noUi-handle").bounding_box()
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] / 2, y)
    mouse.down()
    mouse.move(box["x"] + box["width"], y)
    mouse.move(box["x"] + box["width"] / 2 + 0.2 * slider_width(notebook), y)
    wait_for(notebook, "seg.alike.threshold > 0.85", "True")
    fewer = int(notebook.execute("len(seg.alike.proposed)"))
    assert 0 < fewer < 23, "while the button is down"
    row.get_by_text(f"{fewer} more like it").wait_for()
    mouse.up()
    before = notebook.execute("seg.alike.threshold")
    notebook.page.keyboard.press("ArrowLeft")
    wait_for(notebook, f"round({before} - seg.alike.threshold, 2)", "0.01")
    for _ in range(30):
        notebook.page.keyboard.press("ArrowLeft")
    wait_for(notebook, f"round({before} - seg.alike.threshold, 2)", "0.31")
    wait_for(notebook, "len(seg.alike.proposed) >= 23", "True")
    notebook.execute("seg.set_similarity(0.7)")
    row.get_by_text("23 more like it").wait_for()

    notebook.page.keyboard.press("Enter")
    wait_for(notebook, "len(seg.objects)", "24")
    assert notebook.execute("{one.name for one in seg.objects}") == "{'drachma'}"
    wait_until(lambda: painted(bare, notebook)[0] > 1.3 * dashed)
    assert painted(bare, notebook)[1] < white / 2, "no dashes any more"
    row.wait_for(state="hidden")
    notebook.page.keyboard.press("Control+z")
    wait_for(notebook, "len(seg.objects)", "1")
    wait_until(lambda: painted(bare, notebook)[0] == 0)
    assert not notebook.errors


def test_the_button_proposes_and_escape_drops_and_enter_is_not_the_buttons(
    open_notebook: OpenNotebook,
) -> None:
    notebook = start(open_notebook, "coins")
    notebook.click(*COIN, size=COINS)
    wait_for(notebook, "seg.mask is None", "False")
    button = notebook.page.get_by_role("button", name="All like it")
    before = settled_screen(notebook)
    button.click()
    wait_for_proposals(notebook, 23)
    notebook.page.keyboard.press("Escape")
    wait_for(notebook, "seg.alike.active", "False")
    assert notebook.execute("len(seg.objects)") == "1"
    wait_until(lambda: np.array_equal(settled_screen(notebook), before))
    button.click()
    wait_for_proposals(notebook, 23)
    notebook.page.keyboard.press("Enter")
    wait_for(notebook, "len(seg.objects)", "24")
    assert not notebook.errors


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            r"Nothing else looks like it: the closest has a likeness of 0\.\d\d, where 0\.70 is asked for\.",
        ),
        pytest.param(
            "es",
            r"Nada más se le parece: lo más cercano tiene un parecido de 0,\d\d y se pide 0,70\.",
            marks=pytest.mark.long,
        ),
    ],
)
def test_where_nothing_looks_alike_it_refuses_in_words(
    open_notebook: OpenNotebook, lang: str, words: str
) -> None:
    notebook = start(open_notebook, "tissue", lang)
    notebook.click(*GLAND, size=TISSUE)
    wait_for(notebook, "seg.mask is None", "False")
    notebook.page.keyboard.press("a")
    wait_for_proposals(notebook, 0)
    message = notebook.page.locator(".segwidgets-click .sw-message")
    message.wait_for()
    assert re.fullmatch(words, said(notebook))
    notebook.page.keyboard.press("Enter")
    notebook.page.keyboard.press("Escape")
    wait_for(notebook, "seg.alike.active", "False")
    assert notebook.execute("len(seg.objects)") == "1"
    assert not notebook.errors
