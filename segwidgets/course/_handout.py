"""What of a built lesson goes to who installed the package: no stored outputs, no link that leads nowhere.

Only the standard library, and nothing of the package: `tools/packaging_hooks.py` loads this file by itself.
"""

from __future__ import annotations

import json
import re
from typing import Any

FOOTER = "footer"
"""The id of a lesson's last cell, which leads to other lessons."""

MARK = "segwidgets"
"""Where a notebook's metadata says in which language it was handed out; Jupyter keeps it."""

_NEIGHBOUR = re.compile(r"\[[^\]]*\]\((?:\.\./)?[^/)]+\.ipynb\)")


def as_handed_out(notebook: str, lang: str) -> str:
    """Return a built notebook as it is handed out, as JSON; what is so already stays as it is.

    Its outputs go: "predict first" is no question where the answer stands beneath. Links to solutions and to
    other languages go too, as neither need be there.
    """
    data = json.loads(notebook)
    data["metadata"][MARK] = {"lang": lang}
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        elif cell.get("id") == FOOTER:
            lines = "".join(cell["source"]).split("\n")
            cell["source"] = "\n".join(map(_with_links_that_lead, lines)).splitlines(keepends=True)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def language_of(notebook: Any) -> str | None:
    """Return the language that a notebook, read from JSON, was handed out in; None for any other."""
    for key in ("metadata", MARK, "lang"):
        notebook = notebook.get(key) if isinstance(notebook, dict) else None
    return notebook if isinstance(notebook, str) else None


def _with_links_that_lead(line: str) -> str:
    links = line.split(" · ")
    if not all(link.startswith("[") and link.endswith(".ipynb)") for link in links):
        return line
    return " · ".join(link for link in links if _NEIGHBOUR.fullmatch(link))
