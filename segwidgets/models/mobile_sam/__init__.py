"""MobileSAM: its weights, its torch module, and its graphs for onnxruntime.

Its input frame (1024 pixels, padded) is known here and nowhere above `models`.
"""
