"""Languages: which there are, the catalogues of messages, numbers and lists as words, the lesson's language.

A language's own texts are in its folder. Nothing here knows a network, draws or measures.
"""
