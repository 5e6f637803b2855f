"""Runs scripts before and after --fix, with a LensKit that does nothing: as the main module and as a worker imports it."""

import contextlib
import io
import json
import os
import sys
import types
import warnings

PROJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "project")
sys.dont_write_bytecode = True
sys.path.insert(0, PROJECT)

log = []
sent = []


class Loaded:
    """Whatever a call gives."""

    def __init__(self, *given):
        self.given = given
        self.train = ("train", given)

    def __eq__(self, other):
        return isinstance(other, Loaded) and self.given == other.given

    def __hash__(self):
        return 1

    def __repr__(self):
        return f"Loaded{self.given!r}"

    def __add__(self, other):
        return Loaded("+", self.given, other)

    __radd__ = __add__

    def __getitem__(self, key):
        return (self.given, key)

    def __bool__(self):
        return True

    def __gt__(self, other):
        return False


class Component:
    pass


def called(name):
    def function(*given, **named):
        log.append((name, shown(given), shown(named)))
        return Loaded(name, *map(shown, given))

    return function


def recommend(pipe, *given, **named):
    log.append(("recommend", type(pipe).__name__, shown(given), shown(named)))
    if isinstance(pipe, Component):
        sent.append(type(pipe).__name__)
        log.append(("component", type(pipe).__name__, shown(pipe(1))))
    return Loaded("recommendations")


def shown(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(shown, value)) + "]"
    if callable(value) or isinstance(value, types.ModuleType):
        return getattr(value, "__name__", "callable")
    return repr(value) if isinstance(value, (int, str, float, Loaded, type(None))) else type(value).__name__


@contextlib.contextmanager
def opened(*given):
    log.append(("opened", shown(given)))
    yield Loaded("opened")


def decorated(function):
    return function


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


module("lenskit").__path__ = []
module("lenskit.batch", recommend=recommend)
module("lenskit.pipeline", Component=Component)
module("jobs", load=called("load"), show=called("show"), opened=opened, decorated=decorated)


def run(code, name):
    log.clear()
    sent.clear()
    sys.modules.pop("conf", None)
    namespace = {"__name__": name, "__file__": "job.py"}
    output = io.StringIO()
    path = list(sys.path)
    error = None
    with contextlib.redirect_stdout(output):
        try:
            exec(code, namespace)
        except BaseException as raised:  # SystemExit, too
            error = f"{type(raised).__name__}: {raised}"
    sys.path[:] = path
    names = {key: shown(value) for key, value in namespace.items() if not key.startswith("__")}
    return {"error": error, "output": output.getvalue(), "log": list(log), "sent": list(sent), "names": names}, namespace


def component_values(namespace, classes):
    """What workers do with what they are sent: they find its class by name, and call it."""
    values = {}
    for name in classes:
        try:
            values[name] = shown(namespace[name]()(1))
        except Exception as raised:
            values[name] = f"{type(raised).__name__}: {raised}"
    return values


def compiled(text):
    try:
        return compile(text.encode(), "job.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


warnings.simplefilter("ignore")
for line in sys.stdin:
    before, after = json.loads(line)
    codes = compiled(before), compiled(after)
    if any(isinstance(code, str) for code in codes):
        print(json.dumps({"compiled": [code if isinstance(code, str) else None for code in codes]}))
        continue
    main, _ = run(codes[0], "__main__")
    same, _ = run(codes[1], "__main__")
    _, all_of_it = run(codes[0], "__mp_main__")
    whole = component_values(all_of_it, main["sent"])
    worker, namespace = run(codes[1], "__mp_main__")
    answer = {"compiled": None, "main": main, "same": same, "worker": worker}
    # A worker sees what the main process has, or what there is once all of the script was run.
    answer["whole"] = whole
    answer["component"] = component_values(namespace, main["sent"])
    print(json.dumps(answer))
