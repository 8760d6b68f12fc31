"""What lesson 00 writes out and the package has too: nothing yet."""

from tests.taught import Taught

TAUGHT: list[Taught] = []
