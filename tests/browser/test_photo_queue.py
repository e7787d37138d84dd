"""A folder of photos in JupyterLab: by mouse and keys, across a kernel that is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from segwidgets import sample_image
from tests.browser.conftest import OpenNotebook
from tests.browser.test_click_segmenter import CAT, start, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_photos_are_labelled_by_hand_across_a_killed_kernel(
    open_notebook: OpenNotebook, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, name in enumerate(["a.png", "b.png", "más.png"]):
        Image.fromarray(np.roll(sample_image("cat"), number, axis=1)).save(photos / name)
    cells = [
        "import segwidgets\n"
        f"queue = segwidgets.PhotoQueue({str(photos)!r}, classes=['cat', 'dog'], semantic=False)",
        "queue",
    ]
    tall = {"viewport": {"width": 1280, "height": 1300}}
    notebook = start(open_notebook, cells=cells, **tall)
    notebook.click(250, 170, size=CAT)
    wait_for(notebook, "len(queue.widget.prompt.points)", "1")
    notebook.page.get_by_role("button", name="dog", exact=True).click()
    wait_for(notebook, "queue.widget.objects[0].name", "'dog'")
    notebook.page.get_by_role("button", name="Done", exact=True).click()
    wait_for(notebook, "queue.current", "'b.png'")
    notebook.click(250, 170, size=CAT)
    wait_for(notebook, "len(queue.widget.prompt.points)", "1")
    mask = notebook.execute("queue.widget.mask.sum()")
    os.kill(int(notebook.execute("__import__('os').getpid()")), signal.SIGKILL)

    again = start(open_notebook, cells=cells, **tall)
    assert again.execute("queue.current, len(queue.widget.prompt.points)") == "('b.png', 1)"
    assert again.execute("queue.widget.mask.sum()") == mask
    assert again.execute("queue.widget.objects[0].name") == "'dog'", "the class that was given last"
    again.canvas().focus()
    again.page.keyboard.press("i")
    expect(again.page.get_by_placeholder("a note", exact=True)).to_be_focused(timeout=60_000)
    again.page.keyboard.type("blurred")
    again.page.keyboard.press("Enter")
    wait_for(again, "queue.widget.objects[0].note", "'blurred'")
    again.canvas().focus()
    again.page.keyboard.press("Shift+M")
    expect(again.page.get_by_placeholder("masks.png, coco.json, labels.txt")).to_be_focused(timeout=60_000)
    again.canvas().focus()
    again.page.keyboard.press("Shift+D")
    wait_for(again, "queue.current", "'más.png'")
    cells_before = again.page.locator(".jp-Cell").count()
    again.page.get_by_role("button", name="Previous", exact=True).focus()
    again.page.keyboard.press("b")  # of Jupyter's: it would insert a cell
    again.page.keyboard.press("Shift+P")
    wait_for(again, "queue.current", "'b.png'")
    assert again.page.locator(".jp-Cell").count() == cells_before
    again.page.locator(".sw-strip button").nth(2).click()
    wait_for(again, "queue.current", "'más.png'")
    again.click(250, 170, size=CAT)
    wait_for(again, "len(queue.widget.prompt.points)", "1")
    wait_for(again, "queue.widget.objects[0].name", "'dog'")
    again.page.get_by_role("button", name="Done", exact=True).focus()
    again.page.keyboard.press("Alt+1")  # beside the photo, too
    wait_for(again, "queue.widget.objects[0].name", "'cat'")
    again.page.get_by_role("button", name="Done", exact=True).click()
    wait_for(again, "queue.progress.done", "3")
    again.page.get_by_role("button", name="YOLO").first.click()
    again.page.get_by_text("Download yolo.zip").wait_for()
    again.page.get_by_role("button", name="COCO").first.click()
    again.page.get_by_text("Download annotations.json").wait_for()

    from pycocotools.coco import COCO

    read = COCO(str(photos / "segwidgets" / "coco" / "annotations.json"))
    assert [one["file_name"] for one in read.loadImgs(read.getImgIds())] == ["a.png", "b.png", "más.png"]
    names = {one["id"]: one["name"] for one in read.loadCats(read.getCatIds())}
    found = read.loadAnns(read.getAnnIds())
    assert [names[one["category_id"]] for one in found] == ["dog", "dog", "cat"]
    assert found[1]["area"] == int(mask.removeprefix("np.int64(").removesuffix(")"))
