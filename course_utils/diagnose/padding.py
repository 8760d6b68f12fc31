"""The probe of a network that looks at padding, which must not change any answer."""

from __future__ import annotations

import torch
from torch import Tensor

from course_utils.diagnose.black_box import Answer, Box, Unclear
from course_utils.diagnose.compare import difference
from course_utils.diagnose.report import Finding, Suspicion

_MORE = 3

READ = Suspicion(
    "padding_read",
    tried="gave the rows more padding, and other values in the padding",
    means="The network reads padding as data, so a row's answer depends on the longest row in "
    "its batch.",
    lesson="02b",
    anchor="different-lengths",
    todo="pack the rows (pack_padded_sequence), read each at its own last step, and mask averages "
    "and attention.",
)


def read(box: Box) -> Finding:
    """Look for padding that is read."""
    if box.lengths is None:
        raise Unclear(
            "you didn't declare which steps are padding", "declare lengths, if rows are padded."
        )
    with torch.no_grad():
        base = box.call()
    limit = box.tolerance(base.y)
    seen, failed = [], None
    for what, ask in (("more padding", _longer), ("no padding", _alone)):
        try:
            with torch.no_grad():
                moved = ask(box, base)
        except Unclear as unclear:
            failed = unclear
            continue
        if moved > limit:
            return READ.fault(f"with {what} the answers moved by {moved:.3g}")
        seen.append(f"{what}: moved by {moved:.1e}")
    pad = ~box.real()
    if bool(pad.any()):
        moved = _real_gap(box, base, box.changed(pad))
        if moved > limit and not seen and not _is_constant(box, pad):
            return READ.fault(f"with other values in the padding the answers moved by {moved:.3g}")
        seen.append(f"other values in it: moved by {moved:.1e}")
        if moved > limit:
            raise Unclear(
                f"{'; '.join(seen)} (a mask made from the padding's value would do this)",
                "make the mask from the lengths.",
            )
    if not seen:
        raise failed or Unclear("no row is padded", "pass rows of different lengths.")
    return READ.well("; ".join(seen))


def _longer(box: Box, base: Answer) -> float:
    pad = ~box.real()
    shape = (box.rows, _MORE, *box.x.shape[2:])
    fill = box.x[pad.to(box.x.device)][:1] if bool(pad.any()) else box.x.new_zeros(1)
    longer = torch.cat([box.x, fill.expand(shape)], 1)
    return _real_gap(box, base, box.call(longer))


def _alone(box: Box, base: Answer) -> float:
    """Ask about the most padded row without its padding, in a batch of copies of that row."""
    assert box.lengths is not None
    lengths = box.lengths.cpu()
    row = int(lengths.argmin())
    n = int(lengths[row])
    x = box.x[row : row + 1, :n].expand(box.rows, n, *box.x.shape[2:]).contiguous()
    answer = box.call(x, lengths=torch.full_like(box.lengths, n))
    one, other = base.y[row], answer.y[row]
    return difference(one[:n], other[:n]) if base.has_steps else difference(one, other)


def _real_gap(box: Box, base: Answer, after: Answer) -> float:
    if not base.has_steps:
        return difference(after.y, base.y)
    real = box.real().to(base.y.device)
    return difference(after.y[:, : box.steps][real], base.y[real])


def _is_constant(box: Box, pad: Tensor) -> bool:
    values = box.x[pad.to(box.x.device)]
    return bool((values == values[:1]).all())


PROBES = ((READ, read),)
