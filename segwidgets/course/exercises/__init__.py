"""The exercises, one module for each lesson, found by itself: `lesson_N.py` registers the judges of lesson N.

What they ask in common is in `segwidgets.course.judges`.
"""
