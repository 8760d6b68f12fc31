"""Show an error or a warning that is meant to come, and notice when it stops coming."""

import warnings
from collections.abc import Callable


def expect_error(
    action: Callable[[], object],
    error: type[BaseException] | type[Warning] = Exception,
    saying: str = "",
) -> None:
    """Run ``action``, which must fail, and print what it says.

    An intended error or warning is shown this way, so that a notebook notices
    when it *stops* happening.

    Parameters
    ----------
    action : callable
        Called without arguments.
    error : type
        The exception, or the warning category, that must come.
    saying : str
        Words that its message must hold.

    Raises
    ------
    AssertionError
        If nothing is raised, or something else, or with other words.

    Notes
    -----
    Taught in lesson 05a, `data`.
    """
    seen: BaseException | None = None
    with warnings.catch_warnings():
        # A warning stops the action like an error would: the lesson shows either.
        warnings.simplefilter("error")
        try:
            action()
        except Exception as caught:
            seen = caught
    if seen is None:
        raise AssertionError(f"expected {error.__name__}, but nothing was raised")
    if not isinstance(seen, error):
        raise AssertionError(f"expected {error.__name__}, got {type(seen).__name__}: {seen}")
    if saying not in str(seen):
        raise AssertionError(f"expected a message with {saying!r}, got: {seen}")
    print(f"{type(seen).__name__}: {seen}")
