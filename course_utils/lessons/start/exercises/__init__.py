"""The exercises of lesson 00, each in a file of its own."""
