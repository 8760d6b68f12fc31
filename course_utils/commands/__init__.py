"""What stands behind the Makefile: one small command a module."""
