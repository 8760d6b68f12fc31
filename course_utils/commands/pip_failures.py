"""What it means when pip (or venv) fails, in one line for the reader."""

from __future__ import annotations

import re

# What pip (or venv) says when it fails -> what we say. The first match wins.
EXPLANATIONS = (
    (r"No space left on device|Errno 28", "the disk is full; make room (about 3 GB) and run again"),
    (
        r"ensurepip",
        "this Python cannot make a virtual environment: venv or ensurepip is missing "
        "(Debian and Ubuntu: sudo apt install python3-venv)",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "the package index's certificate is not trusted here; behind a company proxy, "
        "point PIP_CERT at its certificate",
    ),
    (
        r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|NameResolutionError"
        r"|Max retries exceeded|Temporary failure in name resolution|Network is unreachable"
        r"|Connection (?:refused|reset|broken|aborted)",
        "pip could not reach the package index; check the network and run again",
    ),
    (
        r"ResolutionImpossible|conflicting dependencies",
        "pip found versions that do not fit together; is requirements.lock as the course has it?",
    ),
)


def explain(output: str) -> str:
    """Turn the output of a failed pip (or venv) into one line.

    Parameters
    ----------
    output : str
        Everything that the command wrote.

    Returns
    -------
    str
        What happened and what to do, without a line break.
    """
    for pattern, meaning in EXPLANATIONS:
        if re.search(pattern, output):
            return meaning
    missing = re.search(r"No matching distribution found for (\S+)", output)
    if missing:
        return f"pip finds no {missing.group(1)} for this Python and system"
    errors = [line.strip() for line in output.splitlines() if "error" in line.lower()]
    return errors[-1] if errors else "it stopped without saying why"
