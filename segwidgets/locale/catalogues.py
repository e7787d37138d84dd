"""Two languages through gettext: English is what stands in the code, Spanish in `locale/es`.

The catalogue is kept as text (`.po`) and compiled in memory, so that nothing generated is stored.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib import resources
from io import BytesIO

LANGUAGES = ("en", "es")


def N_(message: str) -> str:
    """Mark a message of a table for translation; it is translated where it is shown."""
    return message


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """Return the catalogue of a language, with `.gettext` and `.ngettext`.

    Raises
    ------
    ValueError
        If the language is not one of `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {', '.join(LANGUAGES)}, got {lang!r}")
    if lang == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder = resources.files("segwidgets") / "locale" / lang / "LC_MESSAGES"
    compiled = BytesIO()
    with (folder / "segwidgets.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=lang))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
