"""All like it: from one mask, what else in the photo looks like it.

What looks alike is told by the embedding's cells, here; which mask each click gets is the segmenter's affair.
"""

from segwidgets.similar.find import SURE, explain_similar, find_similar, likeness_map

__all__ = ["SURE", "explain_similar", "find_similar", "likeness_map"]
