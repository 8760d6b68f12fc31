"""The commands behind the Makefile: one small module for each."""
