"""The exercises of lessons 02a and 02b, one per file."""
