"""Numbers, lists, places and prompts as words of a language, for `diagnosis`."""

from __future__ import annotations

import math

import numpy as np

from segwidgets._validation import BoolArray
from segwidgets.locale.catalogues import translations
from segwidgets.prompts import Prompt

HALF_SHARE = 0.8  # of a region's pixels: it lies mostly on that side
TWO_SECTORS_SHARE = 0.8  # of a region's pixels in two sectors together


class Phrases:
    """Words of one language.

    Parameters
    ----------
    lang : {"en", "es"}
        The language.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.tr = translations(lang)

    def decimal(self, value: float, digits: int = 2) -> str:
        """Write a number with so many decimals, in Spanish with a comma."""
        from babel.numbers import format_decimal

        return format_decimal(value, format="0." + "0" * digits, locale=self.lang)

    def count(self, value: int) -> str:
        """Write a whole number with its thousands grouped."""
        from babel.numbers import format_decimal

        return format_decimal(value, format="#,##0", locale=self.lang)

    def percent(self, share: float) -> str:
        """Write a share (0..1) as "21 %", with decimals where a whole number would mislead ("0.3 %")."""
        value = 100 * share
        if value in (0, 100) or 9.95 <= value <= 99:
            number = self.count(round(value))
        elif value > 99:
            number = self.decimal(min(value, 99.9), 1)
        else:
            number = self.decimal(value, max(1, math.ceil(-math.log10(value))))
        return f"{number}\N{NO-BREAK SPACE}%"

    def join(self, parts: list[str]) -> str:
        """Join one to three parts: "a", "a and b", "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        return self.tr.gettext("{first} and {last}").format(first=", ".join(parts[:-1]), last=parts[-1])

    def place(self, region: BoolArray, box: tuple[int, int, int, int]) -> str:
        """Say on which sides of a box most of a region lies.

        First by halves of the image, parted at the box's centre; what lies in no half enough, by the
        sectors between the box's diagonals, drawn out beyond it.

        Parameters
        ----------
        region : ndarray of shape (H, W), bool
            Not empty.
        box : (int, int, int, int)
            x0, y0, x1, y1, right and bottom exclusive.
        """
        tr = self.tr
        top, bottom = tr.gettext("at the top"), tr.gettext("at the bottom")
        left, right = tr.gettext("on the left"), tr.gettext("on the right")
        ys, xs = np.nonzero(region)
        x0, y0, x1, y1 = box
        across = (2 * xs + 1 - x0 - x1) / (x1 - x0)  # -1 at the box's left edge, 1 at its right one
        down = (2 * ys + 1 - y0 - y1) / (y1 - y0)
        halves = {top: down < 0, bottom: down > 0, left: across < 0, right: across > 0}
        sides = [side for side, half in halves.items() if np.mean(half) >= HALF_SHARE]
        if not sides:
            upright = np.abs(down) > np.abs(across)
            sectors = {side: half & (upright == (side in (top, bottom))) for side, half in halves.items()}
            sides = sorted(sectors, key=lambda side: -np.mean(sectors[side]))[:2]
            if np.mean(sectors[sides[0]]) + np.mean(sectors[sides[1]]) < TWO_SECTORS_SHARE:
                return tr.gettext("all around")
        return tr.gettext("mostly {side}").format(side=self.join(sides))

    def prompt(self, prompt: Prompt) -> str:
        """Say what a prompt consists of: "1 foreground point and a box"."""
        labels = prompt.labels or ()
        foreground, background = labels.count(1), labels.count(0)
        parts = []
        if foreground:
            text = self.tr.ngettext("{n} foreground point", "{n} foreground points", foreground)
            parts.append(text.format(n=foreground))
        if background:
            text = self.tr.ngettext("{n} background point", "{n} background points", background)
            parts.append(text.format(n=background))
        if prompt.box is not None:
            parts.append(self.tr.gettext("a box"))
        return self.join(parts) or self.tr.gettext("an empty prompt")
