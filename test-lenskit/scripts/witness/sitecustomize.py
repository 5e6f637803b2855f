"""Writes down that a pool lost a worker, whatever the script makes of the error: loaded by PYTHONPATH."""

import importlib.abc
import importlib.util
import os
import sys


def say(what):
    with open(os.environ["OUTCOME"], "a") as file:
        file.write(f"{what}\n")


class Watch(importlib.abc.MetaPathFinder):
    """Changes `BrokenProcessPool` once its module has been imported, and imports nothing earlier than the script does."""

    def find_spec(self, name, path=None, target=None):
        if name != "concurrent.futures.process":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)

            def __init__(error, *args):
                say("worker died")
                super(module.BrokenProcessPool, error).__init__(*args)

            module.BrokenProcessPool.__init__ = __init__

        spec.loader.exec_module = exec_module
        return spec


if "OUTCOME" in os.environ:
    sys.meta_path.insert(0, Watch())
