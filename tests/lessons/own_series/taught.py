"""What lessons 06a and 06b write out, each with what the course keeps."""

from tests.lessons.own_series import taught_a, taught_b
from tests.taught import Taught

TAUGHT: list[Taught] = [*taught_a.TAUGHT, *taught_b.TAUGHT]
