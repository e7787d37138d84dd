"""What every room stands on: values and files from outside made safe, files written whole, errors.

Here lives what knows nothing of masks, of models or of people: checks of arguments, decoders, JSON
within bounds, replacing a file, the samples' table. What a user imports by name lives in the rooms above.
"""
