"""DeepLab: Pascal VOC's classes, the weights, and the network in torch and for onnxruntime.

Importing this package loads neither; what a class map is used for is in `segwidgets.semantic`.
"""
