"""Exercise 6b.1: one Runge–Kutta step, for an equation with a delay."""

from collections.abc import Callable

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def rk4_step(slope: Callable, x: float, then: float, later: float, step: float) -> float:
    """Move x one step on, by slope(x, delayed); meanwhile delayed goes from then to later."""
    between = (then + later) / 2
    k1 = slope(x, then)
    k2 = slope(x + step / 2 * k1, between)
    k3 = slope(x + step / 2 * k2, between)
    k4 = slope(x + step * k3, later)
    return x + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def weighed(slope, x, step, delayed, weights=(1, 2, 2, 1), reach=(0.5, 0.5, 1.0)):
    """Make the four slopes with these delayed values, and weigh them."""
    slopes = [slope(x, delayed[0])]
    for part, value in zip(reach, delayed[1:], strict=True):
        slopes.append(slope(x + step * part * slopes[-1], value))
    total = sum(weight * slope for weight, slope in zip(weights, slopes, strict=True))
    return x + step * total / sum(weights)


def in_a_loop(slope, x, then, later, step):
    middle = then + (later - then) / 2
    return weighed(slope, x, step, (then, middle, middle, later))


@wrong(
    "This is Euler's step, with one slope, at the beginning. RK4 takes four slopes and weighs them."
)
def euler(slope, x, then, later, step):
    return x + step * slope(x, then)


@wrong("This is the midpoint method, with two slopes. RK4 goes on to a third and a fourth.")
def midpoint(slope, x, then, later, step):
    return x + step * slope(x + step / 2 * slope(x, then), (then + later) / 2)


@wrong("The four slopes all count the same here. The two in the middle count double: 1, 2, 2, 1.")
def equal_weights(slope, x, then, later, step):
    middle = (then + later) / 2
    return weighed(slope, x, step, (then, middle, middle, later), weights=(1, 1, 1, 1))


@wrong(
    "The delayed value stays at `then` during the step. It moves as well: halfway it's the "
    "mean of `then` and `later`, and at the end it's `later`."
)
def delay_stands_still(slope, x, then, later, step):
    return weighed(slope, x, step, (then, then, then, then))


@wrong(
    "The delayed value is `later` from the start. At the beginning of the step it should be `then`."
)
def delay_is_ahead(slope, x, then, later, step):
    return weighed(slope, x, step, (later, later, later, later))


@wrong(
    "The second and third slopes start from x itself. Each should start half a step along the "
    "slope before."
)
def all_from_the_start(slope, x, then, later, step):
    middle = (then + later) / 2
    return weighed(slope, x, step, (then, middle, middle, later), reach=(0.0, 0.0, 0.0))


@wrong("The fourth slope is taken after half a step. It belongs at the end of the whole step.")
def half_a_step_at_the_end(slope, x, then, later, step):
    middle = (then + later) / 2
    return weighed(slope, x, step, (then, middle, middle, later), reach=(0.5, 0.5, 0.5))


@wrong(
    "The second and third slopes are taken after whole steps. They need half a step, `step / 2`."
)
def whole_steps(slope, x, then, later, step):
    middle = (then + later) / 2
    return weighed(slope, x, step, (then, middle, middle, later), reach=(1.0, 1.0, 1.0))


@wrong("The weights 1, 2, 2, 1 add up to 6, so divide their sum by 6.")
def never_divided(slope, x, then, later, step):
    return x + 6 * (rk4_step(slope, x, then, later, step) - x)


@wrong("This is only the change. Add it to x.")
def change_alone(slope, x, then, later, step):
    return rk4_step(slope, x, then, later, step) - x


def _decay(x, delayed):
    return delayed - 0.5 * x


def _blood(x, delayed):
    return 0.2 * delayed / (1 + delayed**10) - 0.1 * x


def _swing(x, delayed):
    return x * (1 - delayed) - 0.3 * x**2


def _space(draw: Draw) -> Case:
    slope = draw.one_of("slope", (_decay, _blood, _swing))
    x, then, later = (float(value) for value in draw.array(3, kind="positive"))
    step = draw.one_of("step", (0.05, 0.1, 0.5, 1.0))
    return Case(slope, x, then, later, step, label=f"x={x:.2f}, then={then:.2f}, step={step}")


def _against_a_curve_that_is_known(answer: Callable) -> None:
    # Without a delay, dx/dt = −x is solved by exp(−t): exp(−1) after ten steps of a tenth.
    x = 1.0
    for _ in range(10):
        x = answer(lambda x, delayed: -x, x, 0.0, 0.0, 0.1)
    if abs(x - 0.36787944) > 1e-5:
        raise Rejected(
            f"Ten steps of 0.1 along dx/dt = -x give {x:.6f}, wanted exp(-1) = 0.367879."
        )


RK4 = Exercise(
    id="6b.1",
    title="One Runge–Kutta step",
    difficulty=2,
    minutes=9,
    reference=rk4_step,
    also_right=(in_a_loop,),
    cases=(
        Case(_decay, 1.0, 0.5, 0.7, 0.1, label="slope = delayed - x/2, x=1, then=0.5, later=0.7"),
        Case(_blood, 0.9, 1.1, 1.0, 0.5, label="Mackey and Glass, x=0.9, then=1.1, later=1.0"),
    ),
    space=_space,
    properties=(_against_a_curve_that_is_known,),
    misconceptions=(
        euler,
        midpoint,
        equal_weights,
        delay_stands_still,
        delay_is_ahead,
        all_from_the_start,
        half_a_step_at_the_end,
        whole_steps,
        never_divided,
        change_alone,
    ),
    hints=(
        "Each slope after the first is taken at `x + (part of a step) * (the slope before)`.",
        "`between = (then + later) / 2` is the delayed value in the middle: `k2` and `k3` take it, "
        "`k1` takes `then`, and `k4` takes `later`.",
    ),
    returns=("x",),
    rtol=1e-7,
    atol=1e-9,
)
