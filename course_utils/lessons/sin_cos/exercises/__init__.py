"""The exercises of lessons 03a and 03b, one in each file."""
