"""What works on this machine and how to mend what does not: packages, memory, canvas, weights, Colab.

Nothing here segments, draws or measures masks.
"""

from segwidgets.doctor.examine import LESSON_GB, Finding, doctor, report

__all__ = ["Finding", "LESSON_GB", "doctor", "report"]
