"""The exercises of lessons 04a and 04b, one per file."""
