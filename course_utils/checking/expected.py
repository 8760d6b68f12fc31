"""Show an error or a warning that is meant to happen, and notice when it stops happening."""

import warnings
from collections.abc import Callable


def expect_error(
    action: Callable[[], object],
    error: type[BaseException] | type[Warning] = Exception,
    saying: str = "",
) -> None:
    """Run ``action``, which must fail, and print what it says.

    We show every intended error or warning this way, so that the notebook notices when it
    *stops* happening.

    Parameters
    ----------
    action : callable
        Called without arguments.
    error : type
        The exception, or the warning category, that must be raised.
    saying : str
        Words that its message must contain.

    Raises
    ------
    AssertionError
        If nothing is raised, or another error, or one with another message.

    Notes
    -----
    Taught in lesson 05a, `data`.
    """
    seen: BaseException | None = None
    with warnings.catch_warnings():
        # A warning stops the action just like an error, since the lesson shows either.
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
