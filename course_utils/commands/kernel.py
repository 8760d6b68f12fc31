"""What every kernel of `make lab` runs as it starts: see `course_utils.checking.rescue`.

IPython runs the file that PYTHONSTARTUP names, in the learner's own space: no name may stay.
So does any Python in a terminal of JupyterLab, which may not even have the course: hands off there.
"""

if __name__ == "__main__" and "ipykernel" in __import__("sys").modules:
    __import__("course_utils.checking.rescue", fromlist=["rescue"]).install()
