"""The exercises of lessons 01a and 01b, each in a file of its own."""
