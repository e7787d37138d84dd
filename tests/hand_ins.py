"""Hand-ins for the tests of marking: our lessons with answers in them, as a student would save them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from segwidgets.course.handing_out import lesson_files
from segwidgets.locale.languages import DEFAULT
from segwidgets.mark.lessons import carried, lessons


def answered(lang: str, answers: Mapping[str, str], lesson: int = 4, odd: bool = False) -> bytes:
    """Return a notebook with answers in place of the dots, by exercise; what is not given is as handed out.

    An odd one has a changed cell, one of the student's own, an answer twice, one missing, a tick that is
    written there, another kernel.
    """
    lang = lang if lang in carried() else DEFAULT
    one = lessons(lang)[lesson]
    notebook = json.loads(lesson_files(lang)[f"{one.name}.ipynb"])
    cells = {cell.exercise: cell for cell in one.cells if cell.exercise}
    for cell in notebook["cells"]:
        for exercise, source in answers.items():
            if cell["id"] == cells[exercise].name:
                cell["source"] = f'{source}\ncheck("{exercise}", {cells[exercise].answer})'
    if odd:
        last = one.exercises[-1]
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != cells[last].name]
        first = next(cell for cell in notebook["cells"] if cell["id"] == cells[one.exercises[0]].name)
        notebook["cells"] += [{**first, "id": "twice"}, {**first, "id": "own", "source": "x = 1"}]
        named = next(cell for cell in notebook["cells"] if cell["id"] == one.cells[0].name)
        named["source"] = "pass"
        named["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["✓ 4.2 Right.\n"]}]
        notebook["metadata"]["kernelspec"]["name"] = "julia"
    return json.dumps(notebook).encode()
