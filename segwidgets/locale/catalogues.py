"""Messages through gettext: English is what stands in the code, every other language is a catalogue.

The catalogue is kept as text (`.po`) and compiled in memory, so that nothing generated is stored.
"""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO

from segwidgets.locale.languages import DEFAULT, Language, find_language
from segwidgets.locale.po import compile_catalogue

CATALOGUE = "LC_MESSAGES/segwidgets.po"


def N_(message: str) -> str:
    """Mark a message of a table for translation; it is translated where it is shown."""
    return message


def translations(lang: str = DEFAULT) -> gettext.NullTranslations:
    """Return the catalogue of a language, with `.gettext` and `.ngettext`; what it lacks is said in English.

    Raises
    ------
    ValueError
        If there is no such language, or no catalogue of it.
    """
    return _compile(find_language(lang))


@cache
def _compile(language: Language) -> gettext.NullTranslations:
    if language.code == DEFAULT:
        return gettext.NullTranslations()
    return gettext.GNUTranslations(BytesIO(compile_catalogue(language.read(CATALOGUE))))
