"""The exercises of lesson 08, one in each file."""
