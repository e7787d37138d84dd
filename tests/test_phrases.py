"""Numbers as a language writes them: one writer for all that is shown, and a comma in Spanish."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

import segwidgets
from segwidgets.locale.phrases import Phrases

PACKAGE = Path(segwidgets.__file__).parent
ENGLISH, SPANISH = Phrases("en"), Phrases("es")
NBSP, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
OWN_FORMATS = {  # where a number is no text for a reader; errors (what is raised) are English anyway
    "checkpoints/download.py:_in_words": "an error",
    "locale/phrases.py": "here they are written",
    "mark/values.py:_unpack": "what stands for Python's own words of a value",
    "workshop/report.py:_prompt_code": "Python, to be run",
    "widgets/class_explorer.py:_bar": "a style sheet's pixels",
    "widgets/session/actions.py:_point_told": "whole numbers",
}


@pytest.mark.parametrize(
    ("value", "digits", "english", "spanish"),
    [
        (0.924, 2, "0.92", "0,92"),
        (np.float32(0.99788), 3, "0.998", "0,998"),
        (-7.5, 2, "-7.50", "-7,50"),
        (0.125, 2, "0.12", "0,12"),
        (1234.5, 0, "1234", "1234"),
        (1, 2, "1.00", "1,00"),
    ],
)
def test_decimals(value, digits, english, spanish):
    assert ENGLISH.decimal(value, digits) == english
    assert SPANISH.decimal(value, digits) == spanish


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (250.5, "250.5", "250,5"),
        (170, "170", "170"),
        (12_345_678, "12345678", "12345678"),
        (1e-05, "1e-05", "1e-05"),
        (0.1 + 0.2, "0.3", "0,3"),
    ],
)
def test_numbers_as_short_as_they_go(value, english, spanish):
    assert ENGLISH.general(value) == english
    assert SPANISH.general(value) == spanish


def test_a_comma_never_parts_both_numbers_and_their_decimals():
    assert ENGLISH.pair(250.5, 170) == "(250.5, 170)"
    assert SPANISH.pair(250, 170) == "(250, 170)"
    assert SPANISH.pair(250.5, 170) == "(250,5; 170)"
    assert SPANISH.numbers((5, 5.5, 445)) == "5; 5,5; 445"
    assert SPANISH.pair(1, 2, digits=1) == "(1,0; 2,0)"


def test_thousands_are_grouped_as_each_language_does_and_alike_in_tables():
    assert (ENGLISH.count(1234567), SPANISH.count(1234567)) == ("1,234,567", "1.234.567")
    assert ENGLISH.count(1234567, thin=True) == SPANISH.count(1234567, thin=True) == f"1{THIN}234{THIN}567"


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.001, "<1 %"), (0.006, "1 %"), (0.7431, "74 %")])
def test_percentages_of_legends_are_whole(share, text):
    assert ENGLISH.whole_percent(share) == SPANISH.whole_percent(share) == text


def test_percentages_of_tables_have_as_many_decimals_as_asked():
    assert ENGLISH.fixed_percent(0.7431, 1) == "74.3 %"
    assert SPANISH.fixed_percent(0.7431, 1) == "74,3 %"
    assert SPANISH.percent(0.0214) == f"2,1{NBSP}%"


def formats(file: Path) -> list[str]:
    """Where a file writes numbers by a format of its own, as "checks.py:judge", errors apart."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    errors = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Raise) for inner in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None and id(node) not in errors:
            spec = "".join(str(v.value) for v in node.format_spec.values if isinstance(v, ast.Constant))
            if spec.endswith(("f", "g", "e", "%", ",")):
                around = [f.name for f in functions if f.lineno <= node.lineno <= (f.end_lineno or 0)]
                found.append(f"{file.relative_to(PACKAGE).as_posix()}:{around[-1] if around else ''}")
    return found


def test_every_number_that_is_shown_is_written_by_phrases():
    """Five writers of percent and three of decimals there once were, and Spanish had points."""
    found = [place for file in sorted(PACKAGE.rglob("*.py")) for place in formats(file)]
    strays = [place for place in found if not place.startswith(tuple(OWN_FORMATS))]
    assert not strays, "write these by Phrases, or say in OWN_FORMATS why not"
    assert all(any(place.startswith(own) for place in found) for own in OWN_FORMATS), (
        "one is no longer needed"
    )


def test_no_message_formats_a_number_itself():
    from tools.messages import messages

    assert not [text for text in messages("es") if re.search(r"\{\w*:", "".join(text))]
