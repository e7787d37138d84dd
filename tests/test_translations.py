"""Every language is whole: each message, each name, each part of the report; what is added is found."""

import gettext
import re
from io import BytesIO
from string import Template

import pytest
from babel.messages.pofile import read_po

from segwidgets.course.quizzing import read_quiz
from segwidgets.locale.catalogues import CATALOGUE, translations
from segwidgets.locale.languages import DEFAULT, find_language, languages, tables
from segwidgets.locale.po import compile_catalogue
from segwidgets.workshop.delivery import LAYOUTS
from segwidgets.workshop.report import read_template
from tools.messages import LOCALE, entries, messages, translated, update

TRANSLATED = [lang for lang in languages() if lang != DEFAULT]
each_translation = pytest.mark.parametrize("lang", TRANSLATED)
each_language = pytest.mark.parametrize("lang", languages())


def path(lang):
    return LOCALE / lang / CATALOGUE


def forms(text):
    return (text,) if isinstance(text, str) else text


def fields(text):
    return set(re.findall(r"\{(\w*)", text))


def test_english_and_spanish_are_found():
    assert languages()[0] == DEFAULT == "en"
    assert "es" in TRANSLATED


@each_translation
def test_every_message_is_translated(lang):
    there = translated(path(lang), lang)
    wanted = messages(lang)
    assert len(wanted) > 500
    missing = {text: where for text, where in wanted.items() if not all(forms(there.get(text, "")))}
    assert not missing, f"python tools/messages.py {lang} adds these: {missing}"


@each_translation
def test_every_translation_is_of_a_message_in_the_code(lang):
    stale = set(translated(path(lang), lang)) - set(messages(lang))
    assert not stale, f"no longer in the code: {stale}"


@each_translation
def test_translations_keep_the_fields_of_their_messages(lang):
    for message, string in translated(path(lang), lang).items():
        wanted = fields(forms(message)[0]) | fields(forms(message)[-1])
        assert {name for form in forms(string) for name in fields(form)} == wanted, string


@each_translation
def test_no_message_is_translated_twice_or_marked_fuzzy(lang):
    text = path(lang).read_text(encoding="utf-8")
    ids = re.findall(r'^msgid (".*"(?:\n".*")*)', text, re.MULTILINE)
    assert not {one for one in ids if ids.count(one) > 1}
    with path(lang).open("rb") as file:
        assert not [message.id for message in read_po(file, locale=lang) if message.id and message.fuzzy]


@each_language
def test_every_language_has_the_same_names_and_words(lang):
    for table in ("numbers", "workshop", "lessons", "readme"):
        ours = tables(table).get(lang)
        if ours or table in ("numbers", "workshop"):
            assert set(ours) == set(tables(table)[DEFAULT]), table
            assert all(value not in ("", []) for value in ours.values())


def test_no_two_languages_share_a_folder_of_the_workshop():
    names = [name for layout in LAYOUTS.values() for name in (layout.input, layout.masks, layout.results)]
    assert len(set(names)) == 3 * len(LAYOUTS)


@each_language
def test_the_report_has_the_same_parts_and_the_heading_to_write_under(lang):
    english, ours = read_template(DEFAULT), read_template(lang)
    assert set(Template(ours).get_identifiers()) == set(Template(english).get_identifiers())
    for mark in (r"^## ", r"^### ", r"^- \[", r"^```", r"!\["):
        assert len(re.findall(mark, ours, re.MULTILINE)) == len(re.findall(mark, english, re.MULTILINE)), mark
    assert f"\n## {LAYOUTS[lang].reflection}\n" in ours


def test_the_spanish_catalogue_is_what_translations_reads():
    assert translations("es").gettext("a box") == "una caja"
    assert translations("en").gettext("a box") == "a box"
    with pytest.raises(ValueError, match="lang must be one of en, es"):
        translations("pt")


def compiled(text: str) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(BytesIO(compile_catalogue(text)))


def test_a_catalogue_says_what_babel_reads_in_it():
    text = path("es").read_text("utf-8")
    babels = {one.id: one.string for one in read_po(BytesIO(text.encode()), locale="es") if one.id}
    ours = compiled(text)
    assert len(babels) > 700
    for message, said in babels.items():
        if isinstance(message, str):
            assert ours.gettext(message) == said
        else:
            assert [ours.ngettext(*message, n) for n in (1, 2)] == list(said)


def test_whatever_a_catalogue_may_hold_is_read():
    head = 'msgid ""\nmsgstr "Plural-Forms: nplurals=3; plural=n>2 ? 2 : n-1;\\n"\n'
    said = compiled(
        head
        + 'msgctxt "a"\nmsgid "bank"\nmsgstr "río"\n#, python-format\nmsgid "bank"\nmsgstr ""\n"ban"\n"co"\n'
        '\n#, fuzzy\nmsgid "left"\nmsgstr "derecha"\n#~ msgid "old"\n#~ msgstr "viejo"\n'
        'msgid "none"\nmsgstr ""\n'
        'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "1"\nmsgstr[1] "2"\nmsgstr[2] "3"\n'
        'msgid "few"\nmsgid_plural "lots"\nmsgstr[0] "x"\nmsgstr[1] ""\nmsgstr[2] "z"\n'
        r'msgid "a \"b\"\n"' + "\n" + r'msgstr "\\n\t{ñ}"' + "\n"
    )
    assert (said.pgettext("a", "bank"), said.gettext("bank")) == ("río", "banco")
    assert [said.gettext(text) for text in ("left", "old", "none")] == ["left", "old", "none"]
    assert [said.ngettext("one", "many", n) for n in (1, 2, 3)] == ["1", "2", "3"]
    assert said.ngettext("few", "lots", 3) == "lots"
    assert said.gettext('a "b"\n') == "\\n\t{ñ}"
    assert compiled('msgid "ear"\nmsgstr "oído"').gettext("ear") == "oído"


@pytest.mark.parametrize(
    "line", ['"in no field"', 'msgstr "an open end', "msgid bare", 'msgid "a" "b"', "{json}"]
)
def test_a_line_that_is_none_of_a_catalogues_is_named(line):
    with pytest.raises(ValueError, match="line 2 of the catalogue"):
        compile_catalogue(f"# a comment\n{line}\n")


def test_a_quiz_speaks_the_language_that_has_a_text_of_its_own_in_it():
    assert read_quiz(0, "es")[0].text == "¿Qué es una máscara?"
    assert "What is a mask?" not in messages("es")
    assert "What is a mask?" in messages("pt")


@pytest.mark.slow
def test_a_new_language_begins_with_all_there_is_to_translate(tmp_path, monkeypatch):
    said = update("pt", tmp_path)
    count = len(messages("pt"))
    assert f"{count} added, {count} to translate" in said
    assert set(translated(tmp_path / "pt" / CATALOGUE, "pt")) == set(messages("pt"))
    monkeypatch.setenv("SEGWIDGETS_LANGUAGES", str(tmp_path))
    assert {"en", "es", "pt"} <= set(languages())
    assert translations("pt").ngettext("{n} hole", "{n} holes", 2) == "{n} holes"  # as long as it is empty
    assert not find_language("pt").table("lessons")


@pytest.mark.slow
def test_what_is_new_in_the_code_is_added_at_the_end_and_the_rest_stays(tmp_path):
    catalogue = tmp_path / "es" / CATALOGUE
    catalogue.parent.mkdir(parents=True)
    text = path("es").read_text("utf-8")
    gone = '\nmsgid "a box"\nmsgstr "una caja"\n'
    kept = text.replace(gone, "") + '\nmsgid "an old one"\nmsgstr "algo viejo"\n'
    catalogue.write_text(kept, "utf-8")
    said = update("es", tmp_path)
    assert "1 added, 1 to translate" in said
    assert "stale, to be removed: 'an old one'" in said
    after = catalogue.read_text("utf-8")
    assert after.startswith(kept)
    assert after[len(kept) :].splitlines()[-2:] == ['msgid "a box"', 'msgstr ""']
    assert "0 added, 1 to translate" in update("es", tmp_path)
    with pytest.raises(ValueError, match="no catalogue"):
        update("en", tmp_path)


def test_a_language_with_three_plurals_gets_room_for_each():
    written = entries([(("{n} hole", "{n} holes"), "x.py:1")], forms=3)
    assert written.count("msgstr[") == 3


def test_no_spanish_message_has_a_decimal_point() -> None:
    spanish = translated(path("es"), "es").values()
    points = [text for text in spanish if isinstance(text, str) and re.search(r"\b0\.\d", text)]
    assert not points
