"""The exercises of lessons 05a and 05b, one in each file."""
