"""The exercises, found by themselves: `lesson_N.py` holds the judges of lesson N, any other module its own.

What they ask in common is in `segwidgets.course.judges`; modules with an underscore help them.
"""
