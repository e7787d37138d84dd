"""What exercises on files ask in common: the path of something, and the workshop folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from segwidgets.course.judges import what_is
from segwidgets.course.registry import NotYet
from segwidgets.ground.outside import home_expanded
from segwidgets.locale.phrases import Phrases
from segwidgets.workshop.delivery import LAYOUTS
from segwidgets.workshop.delivery_check import check_workshop
from segwidgets.workshop.report_check import REFLECTION_WORDS


def judge_path(answer: Any, tr: Phrases) -> Path:
    """Accept the path of something that exists, or what holds one (`GifInfo`, `Workshop`)."""
    for holder in ("path", "folder"):
        answer = getattr(answer, holder, answer)
    if not isinstance(answer, str | os.PathLike) or not str(answer):
        raise NotYet(tr.gettext("A path is asked for; this is {what}.").format(what=what_is(answer, tr)))
    try:
        path = home_expanded(answer)
        exists = path.exists()
    except (ValueError, OSError) as error:  # no such home; a name that is too long
        raise NotYet(tr.gettext("This is no path: {error}.").format(error=error)) from None
    if not exists:
        raise NotYet(tr.gettext("There is nothing at {path}.").format(path=path.name or path))
    return path


def judge_folder(answer: Any, tr: Phrases, with_reflection: bool = False) -> Path:
    """Accept a workshop folder in which the check finds nothing missing.

    With `with_reflection` the reflection must be written too.

    Returns
    -------
    Path
        The folder.
    """
    folder = judge_path(answer, tr)
    if not folder.is_dir():
        raise NotYet(
            tr.gettext("{name} is a file; the folder that holds it is asked for.").format(name=folder.name)
        )
    if not any(
        (folder / part).is_dir() for one in LAYOUTS.values() for part in (one.input, one.masks, one.results)
    ):
        raise NotYet(
            tr.gettext("{name} is no workshop folder: none of its subfolders is there.").format(
                name=folder.name
            )
        )
    findings = check_workshop(folder, tr.lang)
    missing = [finding for finding in findings if finding.status == "missing"]
    if missing:
        text = tr.ngettext(
            "{count} thing is not right. {item}: {message}",
            "{count} things are not right. The first is {item}: {message}",
            len(missing),
        )
        raise NotYet(text.format(count=len(missing), item=missing[0].item, message=missing[0].message))
    if with_reflection and not any(
        f.item in {layout.reflection for layout in LAYOUTS.values()} and f.status == "ok" for f in findings
    ):
        text = tr.gettext(
            "Everything is there but the reflection in README.md: under its heading stand fewer than "
            "{wanted} words of your own."
        )
        raise NotYet(text.format(wanted=REFLECTION_WORDS))
    return folder
