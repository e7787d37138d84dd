"""Messages, numbers, lists, places and prompts as a language writes them: all is said through here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from segwidgets.ground.validation import BoolArray
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT, find_language

HALF_SHARE = 0.8  # of a region's pixels: it lies mostly on that side
TWO_SECTORS_SHARE = 0.8  # of a region's pixels in two sectors together


LARGE = 1e15  # from here on a number is written with an exponent


class Phrases:
    """Words of one language.

    Parameters
    ----------
    lang : str
        The language, as "es".

    Attributes
    ----------
    lang : str
        The same.
    tr : gettext.NullTranslations
        Its catalogue.

    Examples
    --------
    >>> Phrases("es").decimal(0.924)
    '0,92'
    >>> Phrases("es").pair(250.5, 170)
    '(250,5; 170)'
    """

    def __init__(self, lang: str = DEFAULT) -> None:
        self.lang = lang
        self.tr = translations(lang)
        signs: dict[str, str] = find_language(lang).table("numbers")
        self._decimal, self._group, self._percent = (signs[name] for name in ("decimal", "group", "percent"))

    def gettext(self, message: str) -> str:
        """Return a message in this language."""
        return self.tr.gettext(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the form of a message that fits a count."""
        return self.tr.ngettext(one, many, n)

    def decimal(self, value: float, digits: int = 2) -> str:
        """Write a number with so many decimals, a tie rounded to even: "0.92", in Spanish "0,92"."""
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
        return self.written(f"{rounded:f}")

    def general(self, value: float, digits: int = 6) -> str:
        """Write a number as short as it goes, with so many significant digits: "250.5"; a large one whole."""
        text = f"{value:.{digits}g}"
        return self.written(f"{value:.0f}" if "e+" in text and abs(value) < LARGE else text)

    def written(self, number: str) -> str:
        """Return a number that Python wrote with this language's decimal sign."""
        return number.replace(".", self._decimal)

    def numbers(self, values: Sequence[float], digits: int | None = None) -> str:
        """List numbers: "250.5, 170", but "250,5; 170" where a comma parts the decimals.

        By default each is as short as it goes; with `digits` each has so many decimals.
        """
        texts = [self.general(one) if digits is None else self.decimal(one, digits) for one in values]
        return ("; " if "," in "".join(texts) else ", ").join(texts)

    def pair(self, first: float, second: float, digits: int | None = None) -> str:
        """Write a point, or a size, in parentheses: "(250.5, 170)"."""
        return f"({self.numbers((first, second), digits)})"

    @property
    def has_decimal_point(self) -> bool:
        """Whether decimals are written as the front end of Jupyter writes them in every language."""
        return self._decimal == "."

    def count(self, value: int, thin: bool = False) -> str:
        """Write a whole number with its thousands grouped; `thin` by a thin space, for tables of numbers."""
        return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}" if thin else self._group)

    def percent(self, share: float) -> str:
        """Write a share (0..1) as "21 %", with decimals where a whole number would mislead ("0.3 %").

        For sentences: the space does not break.
        """
        value = 100 * share
        if value in (0, 100) or 9.95 <= value <= 99:
            number = self.count(round(value))
        elif value > 99:
            number = self.decimal(min(value, 99.9), 1)
        else:
            number = self.decimal(value, max(1, math.ceil(-math.log10(value))))
        return self._percent.format(number=number).replace(" ", "\N{NO-BREAK SPACE}")

    def fixed_percent(self, share: float, digits: int = 0) -> str:
        """Write a share (0..1) in percent with so many decimals, for tables: "21 %"."""
        return self._percent.format(number=self.decimal(100 * share, digits))

    def whole_percent(self, share: float) -> str:
        """Write a share (0..1) as a whole percentage, for legends, and what is nearly nothing as "<1 %"."""
        return f"<{self._percent.format(number=1)}" if 0 < share < 0.005 else self.fixed_percent(share)

    def area(self, pixels: int, of: int) -> str:
        """Write how many of an image's pixels something covers: as `percent` does, or if few "812 pixels"."""
        if not 0 < 100 * pixels < of:
            return self.percent(pixels / of)
        return self.ngettext("{count} pixel", "{count} pixels", pixels).format(count=self.count(pixels))

    def short_area(self, pixels: int, of: int, digits: int = 0) -> str:
        """Write the same for tables: as `fixed_percent` does, and below 1 % as "812 px"."""
        if not 0 < 100 * pixels < of:
            return self.fixed_percent(pixels / of, digits)
        return f"{self.count(pixels, thin=True)} px"

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
