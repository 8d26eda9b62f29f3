"""The way of a message: deduplicated, masked, stored, answered in order, delivered, and its state kept."""
