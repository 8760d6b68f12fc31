"""The exercises of lessons 06a and 06b, one in each file."""
