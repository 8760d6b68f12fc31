"""The exercises of lesson 07, one in each file."""
