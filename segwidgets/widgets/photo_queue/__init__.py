"""A folder of photos, one after the other in the click widget; whatever was done stays on the disk."""
