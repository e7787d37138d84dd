"""The networks: their weights, their own preprocessing and frame, and what runs them.

Nothing here draws or measures; nothing above knows a network's input size.
"""
