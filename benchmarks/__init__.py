"""What the default models cost, and how they choose, measured side by side."""
