"""What is clicked together on one photo: states, actions, undo and redo, replay, exports, its words.

It knows no canvas and no browser: `ClickSegmenter` and `PromptForm` both stand on it.
"""
