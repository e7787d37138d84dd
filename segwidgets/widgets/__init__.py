"""What is clicked on: `ClickSegmenter` in a folder of its own, a file for each explorer, and what they share.

A widget asks the model and draws; numbers, words and pictures come from the rooms below.
"""
