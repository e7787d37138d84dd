"""The networks: their weights, their own preprocessing, and nothing that draws or measures."""
