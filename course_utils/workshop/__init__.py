"""The instructor's kit: what is made from the lessons, so that it cannot drift from them."""
