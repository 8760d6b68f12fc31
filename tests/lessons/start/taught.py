"""What lesson 00 writes out beside a helper of the package: nothing yet."""

from tests.taught import Taught

TAUGHT: list[Taught] = []
