"""Saved files as a link: on Voila, Binder, Colab and a phone the kernel's folder is out of reach."""

from __future__ import annotations

import base64
import io
import mimetypes
import zipfile
from collections.abc import Sequence
from html import escape
from os.path import commonpath
from pathlib import Path

from segwidgets.locale.phrases import Phrases

LARGEST_LINK_BYTES = 6_000_000  # a link holds its file, and the page holds the link
NAMED = 4  # files that are named, of many


def named(files: Sequence[Path], lang: str) -> str:
    """Return the names of files, of many the first ones and how many more there are."""
    words = Phrases(lang)
    names = ", ".join(path.name for path in files[:NAMED])
    more = len(files) - NAMED
    if more <= 0:
        return names
    return words.gettext("{names} and {count} more").format(names=names, count=words.count(more))


def download_link(files: Sequence[Path], name: str, lang: str) -> str:
    """Return HTML that offers files to be downloaded, or says that they are too large.

    Parameters
    ----------
    files : sequence of Path
        That were written.
    name : str
        What an archive of them is called, without suffix.
    lang : str
        The language of the words, as "es".
    """
    words = Phrases(lang)
    if sum(path.stat().st_size for path in files) > LARGEST_LINK_BYTES:
        text = words.gettext("They are too large for a link: take them from that folder.")
        return f"<br>{escape(text)}"
    if len(files) == 1:
        target, content = files[0].name, files[0].read_bytes()
    else:
        target, content = f"{name}.zip", _zipped(files)
    kind = mimetypes.guess_type(target)[0] or "application/octet-stream"
    url = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    text = words.gettext("Download {name}").format(name=target)
    return f'<br><a class="sw-link" download="{escape(target)}" href="{url}">{escape(text)}</a>'


def _zipped(files: Sequence[Path]) -> bytes:
    """Return an archive of files, under their paths from the folder that they have in common."""
    root = commonpath([path.parent for path in files])
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(root))
    return memory.getvalue()
