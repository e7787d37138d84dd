"""The README's films of the widget, and its picture, are what a hand on the widget makes today."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from figures import by_hand, phone, session
from tests.browser.conftest import OpenNotebook
from tests.films import difference
from tools import web

FIGURES = Path(session.__file__).parent

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.mark.long  # two minutes; CONTRIBUTING: after a change of the toolbar, `make figures` films anew
@pytest.mark.parametrize("lang", session.FILES)
def test_the_stored_session_is_the_one_filmed_anew(
    open_notebook: OpenNotebook, tmp_path: Path, lang: str
) -> None:
    notebook = open_notebook(session.cells(lang), viewport=session.VIEWPORT)
    drawn = session.record(notebook, lang, tmp_path)
    assert [path.name for path in drawn] == list(session.FILES[lang])
    for path in drawn:
        assert difference(FIGURES / path.name, path) == ""


@pytest.mark.long
def test_the_stored_film_of_a_hand_that_mends_is_the_one_filmed_anew(
    open_notebook: OpenNotebook, tmp_path: Path
) -> None:
    film = by_hand.record(open_notebook(by_hand.CELLS, viewport=by_hand.VIEWPORT), tmp_path)
    assert difference(FIGURES / by_hand.FILE, film) == ""


@pytest.mark.long
def test_the_stored_films_of_the_page_on_a_phone_are_those_filmed_anew(
    chromium: Browser, tmp_path: Path
) -> None:
    web.build(tmp_path / "page")
    with web.served(web.server(tmp_path / "page")) as address:
        for lang in phone.FILES:
            context = chromium.new_context(**phone.PHONE)
            film = phone.record(context.new_page(), address, lang, tmp_path)
            context.close()
            assert difference(FIGURES / film.name, film) == ""
