"""All like it: from one mask, what else in the photo looks like it.

`finding.py` has what is asked for, `words.py` says what was found; `likeness.py` compares the cells of the
embedding, `of_class.py` asks DeepLab, `things.py` keeps masks small and apart. Nothing here knows a widget.
"""

from segwidgets.similar.finding import SURE, find_similar, likeness_map
from segwidgets.similar.words import explain_similar

__all__ = ["SURE", "explain_similar", "find_similar", "likeness_map"]
