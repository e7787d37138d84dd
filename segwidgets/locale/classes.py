"""What the classes of Pascal VOC are called in a language."""

from __future__ import annotations

from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT


def class_label(class_name: str, lang: str = DEFAULT) -> str:
    """Return a class's name for a reader: Pascal VOC's run-together English, or Spanish."""
    tr = translations(lang)
    labels = {
        "background": tr.gettext("background"),
        "aeroplane": tr.gettext("aeroplane"),
        "bicycle": tr.gettext("bicycle"),
        "bird": tr.gettext("bird"),
        "boat": tr.gettext("boat"),
        "bottle": tr.gettext("bottle"),
        "bus": tr.gettext("bus"),
        "car": tr.gettext("car"),
        "cat": tr.gettext("cat"),
        "chair": tr.gettext("chair"),
        "cow": tr.gettext("cow"),
        "diningtable": tr.gettext("dining table"),
        "dog": tr.gettext("dog"),
        "horse": tr.gettext("horse"),
        "motorbike": tr.gettext("motorbike"),
        "person": tr.gettext("person"),
        "pottedplant": tr.gettext("potted plant"),
        "sheep": tr.gettext("sheep"),
        "sofa": tr.gettext("sofa"),
        "train": tr.gettext("train"),
        "tvmonitor": tr.gettext("screen"),
    }
    return labels.get(class_name, class_name)
