"""Exercise 6b.6: another stream that no window can follow, built by the learner."""

import torch

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def revolving_sign(presses: torch.Tensor, faces: int) -> torch.Tensor:
    """Say at every step (streams, steps, 1) whether face 0 is in front: 1, else 0."""
    turned = presses.cumsum(dim=1) % faces
    return (turned == 0).float()


def in_a_loop(presses, faces):
    face = torch.zeros_like(presses[:, 0])
    seen = []
    for press in presses.unbind(dim=1):
        face = torch.where(press > 0, (face + 1) % faces, face)
        seen.append(torch.where(face == 0, 1.0, 0.0))
    return torch.stack(seen, dim=1)


def in_front(turned, faces):
    return (turned % faces == 0).float()


@wrong(
    "This counts along the streams. Each sign has its own presses, so count along the steps, dim 1."
)
def counted_over_streams(presses, faces):
    return in_front(presses.cumsum(dim=0), faces)


@wrong("A press shows one step late here. It should turn the sign at once, in its own step.")
def one_step_late(presses, faces):
    return in_front(presses.cumsum(dim=1) - presses, faces)


@wrong("This is 1 while the sign shows any other face. It should be 1 when face 0 is in front.")
def upside_down(presses, faces):
    return 1 - revolving_sign(presses, faces)


@wrong("This is a switch with two positions, whatever `faces` says.")
def always_two(presses, faces):
    return in_front(presses.cumsum(dim=1), 2)


@wrong(
    "The sign never comes round again. After `faces` presses, face 0 should be in front once more."
)
def never_comes_round(presses, faces):
    return (presses.cumsum(dim=1) == 0).float()


@wrong("This looks only at the present press, so nothing has to be remembered.")
def present_press_alone(presses, faces):
    return in_front(presses, faces)


@wrong("This counts steps instead of presses. Between presses the sign stands still.")
def counts_steps(presses, faces):
    steps = torch.arange(presses.shape[1], device=presses.device).view(1, -1, 1)
    return in_front(steps.expand(presses.shape), faces)


@wrong("This says which face is in front. Return only whether it's face 0: 1 or 0.")
def which_face(presses, faces):
    return presses.cumsum(dim=1) % faces


@wrong("The first step counts as pressed in every stream. Before any press, face 0 is in front.")
def starts_turned(presses, faces):
    return in_front(presses.cumsum(dim=1) + 1, faces)


def _space(draw: Draw) -> Case:
    streams, steps = draw.size("streams"), draw.one_of("steps", (1, 2, 7, 12, 30))
    likely = draw.one_of("presses", (0.2, 0.5, 0.9))
    presses = torch.from_numpy(draw.rng.random((streams, steps, 1)) < likely).float()
    return Case(presses, faces=draw.one_of("faces", (2, 3, 5)), label=f"{tuple(presses.shape)}")


def _remembers_far_back(answer) -> None:
    presses = torch.zeros(2, 500, 1)
    presses[1, 0] = 1.0
    shown = answer(presses, 3)
    if (
        not torch.is_tensor(shown)
        or shown.shape != presses.shape
        or bool((shown[0] == shown[1]).any())
    ):
        raise Rejected(
            "Two signs differ in a press 500 steps ago and in nothing since: they must show "
            "different faces to the end."
        )


SIGN = Exercise(
    id="6b.6",
    title="A stream that no window can follow",
    difficulty=1,
    minutes=6,
    reference=revolving_sign,
    also_right=(in_a_loop,),
    cases=lambda: (
        Case(
            torch.tensor([[0.0, 1, 0, 1, 1, 0], [1.0, 0, 0, 0, 0, 1]]).unsqueeze(-1),
            3,
            label="two signs with three faces, six steps",
        ),
    ),
    space=_space,
    properties=(_remembers_far_back,),
    misconceptions=(
        counted_over_streams,
        one_step_late,
        upside_down,
        always_two,
        never_comes_round,
        present_press_alone,
        counts_steps,
        which_face,
        starts_turned,
    ),
    hints=(
        "How often has the button been pressed so far? Which remainder means face 0?",
        "`presses.cumsum(dim=1)` counts the presses up to and including each step; `% faces` says "
        "which face is in front.",
    ),
    returns=("sign",),
)
