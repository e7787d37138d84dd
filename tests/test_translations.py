import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import segwidgets
from segwidgets.locale.catalogues import translations

PACKAGE = Path(segwidgets.__file__).parent
CATALOGUE = PACKAGE / "locale" / "es" / "LC_MESSAGES" / "segwidgets.po"


def messages_in_code():
    found = {}
    for file, line, message, *_ in extract_from_dir(str(PACKAGE), [("**.py", "python")]):
        key = message[0] if isinstance(message, tuple) else message
        found.setdefault(key, f"{file}:{line}")
    return found


def read_catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="es")


def fields(text):
    return set(re.findall(r"\{(\w*)", text))


def test_every_message_of_the_code_has_a_spanish_translation():
    spanish = {m.id[0] if m.pluralizable else m.id: m.string for m in read_catalogue() if m.id}
    found = messages_in_code()
    assert found
    missing = {
        text: where for text, where in found.items() if text not in spanish or not all_filled(spanish[text])
    }
    assert not missing, f"add these to {CATALOGUE.name}: {missing}"


def all_filled(string):
    return all(string) if isinstance(string, tuple) else bool(string)


def test_every_translation_is_of_a_message_in_the_code():
    found = messages_in_code()
    stale = [m.id for m in read_catalogue() if m.id and (m.id[0] if m.pluralizable else m.id) not in found]
    assert not stale, f"no longer in the code: {stale}"


def test_translations_keep_the_fields_of_their_messages():
    for message in read_catalogue():
        if not message.id:
            continue
        originals = message.id if message.pluralizable else (message.id,)
        strings = message.string if message.pluralizable else (message.string,)
        for original, string in zip(originals, strings, strict=True):
            assert fields(string) == fields(original), string


def test_no_message_is_translated_twice_or_marked_fuzzy():
    ids = re.findall(r'^msgid (".*"(?:\n".*")*)', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)
    doubled = {text for text in ids if ids.count(text) > 1}
    assert not doubled
    assert not [message.id for message in read_catalogue() if message.id and message.fuzzy]


def test_the_spanish_catalogue_is_what_translations_reads():
    assert translations("es").gettext("a box") == "una caja"
    assert translations("en").gettext("a box") == "a box"
    with pytest.raises(ValueError, match="lang must be one of en, es"):
        translations("pt")
