"""A course in a folder that is not the learner's: read-only, or shared with others."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machines.conftest import make_home
from tests.machines.machine import AS_ROOT, as_user, environment, read_only, run

PASS = """
from course_utils import exercises
lesson = exercises.open("00")
lesson.check({id!r}, {answer})
lesson.progress()
"""
MEAN = PASS.format(id="0.1", answer="lambda values: float((values ** 2).mean())")
FIRST = PASS.format(id="0.2", answer="lambda x: x[:, 0]")
RECORD = ".unrolled-progress.json"
# With --version JupyterLab says its own and ends, when the copies are handed out.
LAB = [sys.executable, "-m", "course_utils.commands.lab", "--version"]
LAB_TOO = """
import sys
from course_utils.commands import lab
sys.argv = ["lab", "--version"]
lab.main()
"""


def passed(folder: Path) -> list[str]:
    return json.loads((folder / RECORD).read_text("utf-8"))["passed"]


def test_in_a_read_only_course_a_check_passes_and_progress_is_kept_at_home(
    course: Path, home: Path
) -> None:
    env = environment(home, course)
    for code in (FIRST, MEAN):
        done = run([*read_only(course), sys.executable, "-c", code], env)
        assert done.returncode == 0, done.stderr
        assert "✓ passed" in done.stdout
        kept = f"Your progress is kept in {home / 'unrolled' / RECORD}"
        assert done.stdout.count(kept) == 1
    assert passed(home / "unrolled") == ["0.1", "0.2"]


def test_where_progress_cannot_be_kept_a_check_passes_and_says_so(course: Path, home: Path) -> None:
    env = environment(home, course, UNROLLED_PROGRESS=str(course / RECORD))
    done = run([*read_only(course), sys.executable, "-c", FIRST], env)
    assert done.returncode == 0, done.stderr
    assert "✓ passed" in done.stdout
    assert f"Your progress can't be kept: {course} can't be written to." in done.stdout


def test_in_a_read_only_course_the_copies_lie_at_home(course: Path, home: Path) -> None:
    done = run([*read_only(course), *LAB], environment(home, course))
    assert done.returncode == 0, done.stderr
    own = home / "unrolled" / "my_course"
    assert done.stdout.splitlines()[:-1] == [
        f"lab: you can't write to the course's folder, so you work in {own}"
    ]
    assert len(list(own.glob("*.ipynb"))) == len(list((course / "notebooks").glob("*.ipynb")))


def test_with_a_read_only_home_too_jupyterlab_starts_all_the_same(course: Path, home: Path) -> None:
    command = [*read_only(course, home), *LAB[:-1], "--no-browser", "--port=0"]
    env = environment(home, course)
    with subprocess.Popen(
        command, env=env, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as lab:
        assert lab.stdout is not None
        seen = []
        for line in lab.stdout:
            seen.append(line)
            if "is running at" in line:
                lab.send_signal(signal.SIGTERM)
    assert any("is running at" in line for line in seen), "".join(seen)
    (own,) = home.parent.glob("unrolled-*/my_course")
    assert f"so you work in {own}" in seen[0]
    assert "temporary folder" in seen[1]


def test_two_learners_share_a_course_and_nothing_else(course: Path, place: Path) -> None:
    course.chmod(0o777 if AS_ROOT else 0o555)  # writable for all, and still not theirs
    learners = {65534: FIRST, 65533: MEAN}
    homes = {number: make_home(place, f"home-{number}") for number in learners}
    for number, code in learners.items():
        env = environment(homes[number], course)
        done = run([*as_user(number), sys.executable, "-c", code + LAB_TOO], env)
        assert done.returncode == 0, done.stderr
    course.chmod(0o755)
    assert [passed(homes[number] / "unrolled") for number in learners] == [["0.2"], ["0.1"]]
    for home in homes.values():
        assert (home / "unrolled" / "my_course" / "00_start_here.ipynb").exists()
    assert not (course / RECORD).exists()
    assert not (course / "my_course").exists()


@pytest.mark.parametrize("prepared", [False, True])
def test_a_kernel_in_the_learners_home_does_not_replace_the_courses(
    course: Path, home: Path, prepared: bool
) -> None:
    foreign = home / ".local" / "share" / "jupyter" / "kernels" / "python3"
    foreign.mkdir(parents=True)
    spec = {"argv": ["another-python"], "display_name": "Python 3", "language": "python"}
    (foreign / "kernel.json").write_text(json.dumps(spec))
    code = "from jupyter_client.kernelspec import get_kernel_spec\n"
    code += "print(get_kernel_spec('python3').argv[0])"
    if prepared:
        begin = "from pathlib import Path; from course_utils.commands import lab\n"
        code = f"{begin}lab.prepare(Path.home())\n{code}"
    env = environment(home, course, JUPYTER_NO_CONFIG="1")
    env = {name: env[name] for name in env if not name.startswith(("JUPYTER_", "XDG_"))}
    done = run([*as_user(65534), sys.executable, "-c", code], env)
    assert done.returncode == 0, done.stderr
    # Without help, Jupyter puts the home first where the environment is somebody else's.
    replaced = AS_ROOT and not prepared
    assert (done.stdout.strip() == "another-python") == replaced


def test_a_folder_that_takes_nothing_ends_lab_in_one_line(course: Path, home: Path) -> None:
    (home / "unrolled").mkdir()
    (home / "unrolled" / "my_course").write_text("in the way")
    done = run([*read_only(course), *LAB], environment(home, course))
    assert done.returncode == 1
    assert done.stderr.startswith("lab: can't put your copies of the notebooks into")
    assert len(done.stderr.splitlines()) == 1
