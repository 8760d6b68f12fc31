"""What lesson 07 writes out and the package keeps: the scripts (see test_scripts.py)."""

from tests.taught import Taught

TAUGHT: list[Taught] = []
