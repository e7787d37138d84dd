"""Languages: which there are, the catalogues of messages, numbers and lists as words.

A language's own texts are in its folder. Nothing here knows a network, draws or measures.
"""
