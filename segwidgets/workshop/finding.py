"""What a check says of one item, with names and words of strangers made harmless."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from segwidgets.ground.outside import plain
from segwidgets.locale.phrases import Phrases

Status = Literal["ok", "missing", "todo"]


@dataclass(frozen=True)
class Finding:
    """What was found of one item.

    Attributes
    ----------
    item : str
        The file, folder or section.
    status : {"ok", "missing", "todo"}
        Right; missing or wrong; or what only the student can do.
    message : str
        What is the case and, where it is not right, how to mend it.
    """

    item: str
    status: Status
    message: str


class Speaker:
    """Makes findings in one language.

    Parameters
    ----------
    tr : Phrases
        The language.
    """

    def __init__(self, tr: Phrases) -> None:
        self.tr = tr

    def missing(self, item: str, message: str, status: Status = "missing", **facts: object) -> Finding:
        """Make a finding; what comes from the folder is made harmless before it is put into the message."""
        shown = {name: plain(value, 200) for name, value in facts.items()}
        return Finding(plain(item, 120), status, message.format(**shown))

    def ok(self, item: str, message: str, **facts: object) -> Finding:
        """Make a finding that something is right."""
        return self.missing(item, message, "ok", **facts)

    def other_case(self, item: str, called: str) -> Finding:
        """Say that something is there under a name that differs in capitals or accents only."""
        message = self.tr.gettext(
            "It is called {called} here: capital and small letters, or how an accent is stored, differ. Name "
            "it {wanted}."
        )
        return self.missing(item, message, called=called, wanted=item)
