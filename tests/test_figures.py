"""The READMEs' figures are what the real models draw today; browser/test_figures.py films the widget."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from figures import by_hand, draw, phone, session
from tests.films import difference

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "figures"

MEASURED = ["bench.png", "quality.png", "calidad.png"]  # make bench; the commands in docs/evaluate.md

pytestmark = pytest.mark.model


def pictures(readme: Path) -> list[str]:
    """Return the names of the pictures in figures/ that a README shows, in their order."""
    return re.findall(r"!\[[^\]]*\]\(figures/([^)]+)\)", readme.read_text(encoding="utf-8"))


def test_the_stored_figures_are_those_drawn_anew(tmp_path: Path) -> None:
    drawn = draw.draw(tmp_path)
    for path in drawn:
        assert difference(FIGURES / path.name, path) == ""
    filmed = [*session.FILES.values(), phone.FILES.values(), [by_hand.FILE]]
    made = {path.name for path in drawn}.union(*filmed, MEASURED)
    stored = {path.name for path in FIGURES.iterdir() if path.suffix in (".png", ".gif")}
    pages = [*draw.READMES.values(), *sorted((ROOT / "docs").rglob("*.md"))]
    shown = {name for page in pages for name in pictures(page)}
    assert made == shown == stored


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_readme_opens_with_the_session_and_the_masks_with_their_analysis(lang: str) -> None:
    film, masks = session.FILES[lang][0], draw.NAMES[lang][1]
    assert pictures(draw.READMES[lang])[:2] == [film, masks]
    text = draw.READMES[lang].read_text(encoding="utf-8")
    assert draw.analysis(lang).join(draw.ANALYSIS) in text
    assert text.index(masks) < text.index(draw.ANALYSIS[0]) < text.index("\n## ")


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_every_link_of_the_readme_leads_somewhere_and_pictures_have_alt_text(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text):
        assert len(alt) > 20
        assert target.startswith("https://") or (ROOT / target).is_file()
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)[^)]*\)", text):
        assert target.startswith("https://") or (ROOT / target).is_file()


@pytest.mark.parametrize("page", ["docs/click.md", "docs/es/click.md"])
def test_the_ten_lines_of_python_run(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    code = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "diagnose" in block)
    names: dict[str, object] = {}
    exec(code, names)
    assert len(names["detections"]) == 1, "SAM's single mask answers two points"  # type: ignore[arg-type]


def test_figures_stay_small() -> None:
    assert (
        sum(path.stat().st_size for path in FIGURES.iterdir() if path.is_file()) < 6_900_000
    )  # the two of a phone are a megabyte each
