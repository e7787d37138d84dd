"""A photo that comes from the browser in pieces: one message of more than 10 MiB would end the connection."""

from __future__ import annotations

import io
from typing import Any

from segwidgets.ground.decoding import ImageError, decode
from segwidgets.ground.outside import plain
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases

LARGEST_BYTES = 200_000_000  # of a file: photos are smaller, and it has to come through the browser
MB = 1_000_000


class Upload:
    """Puts the pieces of one file together.

    Parameters
    ----------
    lang : str
        Of what is said of a file that is no good, as "es".
    """

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._data = bytearray()

    def take(self, piece: dict[str, Any]) -> tuple[str, float]:
        """Add a piece: its file's name and size, where it begins, its data. Returns the name and the share.

        Raises
        ------
        ValueError
            If the file is larger than is taken, or the piece does not go on from the last one.
        """
        name, size, start, data = piece["name"], piece["size"], piece["at"], piece["data"]
        if size > LARGEST_BYTES:
            words = Phrases(self._lang)
            raise ValueError(
                words.gettext(
                    '"{name}" has {size} MB; {limit} are the most that can be sent from here. Put it beside '
                    "the notebook and open it there: ClickSegmenter(load_image(path))."
                ).format(
                    name=plain(name, 80), size=words.count(size // MB), limit=words.count(LARGEST_BYTES // MB)
                )
            )
        if start == 0:
            self._data = bytearray()
        if start != len(self._data) or start + len(data) > size:
            raise ValueError(
                f"a piece of {name!r} that begins at {start} does not go on at {len(self._data)}"
            )
        self._data += data
        return plain(name, 80), len(self._data) / size if size else 1.0

    def photo(self, name: str) -> UInt8Array:
        """Return the photo that all pieces make, and forget them.

        Raises
        ------
        ImageError
            In the reader's language, with the file's name, if it is none.
        """
        data, self._data = self._data, bytearray()
        try:
            return decode(io.BytesIO(data), name)
        except ImageError as error:
            text = (
                Phrases(self._lang)
                .gettext('"{name}" cannot be opened as a photo: it is damaged, or something else.')
                .format(name=name)
            )
            raise ImageError(f"{text} ({error})" if self._lang == DEFAULT else text) from error
