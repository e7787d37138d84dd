"""The parts of `ClickSegmenter`: its actions, stage, controls, panels.

What other widgets share with it is one folder up.
"""

from segwidgets.widgets.click_segmenter.widget import ClickSegmenter

__all__ = ["ClickSegmenter"]
