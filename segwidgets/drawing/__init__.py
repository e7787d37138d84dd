"""Pictures: one style, annotators, overlays, captions, the animation, what is shown beneath a cell.

RGB in, RGB out, the input left alone. Nothing here knows a network.
"""
