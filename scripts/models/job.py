"""One process whose threads are counted: measure.mjs starts it.

Each phase is repeated until the line `next` comes on descriptor 3, or without it on standard input; `begin PHASE` and `end PHASE` are printed around
it, and `round` whenever a training is done. With worker processes `begin` comes once they answer. Models that a package
is missing for say `missing NAME`.

By hand, in an environment that has LensKit (Return is no `next`; the end of the input ends it at once):

    LK_NUM_THREADS=2 ENVIRONMENT/bin/python scripts/models/job.py '{"scorer": "lenskit.knn.EASEScorer", "phases": ["train"], "data": "FOLDER"}'
"""

import json
import os
import sys
import threading
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

COMPILED = ("lenskit.flexmf", "lenskit.algorithms")


def this_lenskit():
    """The half that knows the LensKit that is installed."""
    try:
        import_module("lenskit.algorithms")
    except ModuleNotFoundError:
        return import_module("lenskit_2025")
    return import_module("lenskit_014")


def lines():
    try:
        return os.fdopen(3)
    except OSError:
        return sys.stdin


class Turn:
    """Set once the line `next` has come."""

    def __init__(self):
        self.event = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        # Worker processes inherit standard input, and do not begin while somebody reads from it.
        with lines() as given:
            for line in given:
                if line.strip() == "next":
                    self.event.set()
        os._exit(0)


def say(text):
    print(text, flush=True)


def main():
    job = json.loads(sys.argv[1])
    turn = Turn()
    lenskit = this_lenskit()
    # What is imported stands before LensKit sets itself up, which some models do and others do not.
    component = lenskit.scorer(job["scorer"], job.get("options"))
    data = lenskit.load(Path(job["data"]))
    # What Torch or Numba compiles first takes longer than an epoch.
    if job["phases"][0] != "train" or job["scorer"].startswith(COMPILED):
        lenskit.train(component, data)
    for phase in job["phases"]:
        turn.event.clear()
        if phase == "train":
            say(f"begin {phase}")
            while not turn.event.is_set():
                lenskit.train(component, data)
                say("round")
        else:
            answers = lenskit.asked(component, data, phase)
            begun = False
            while not turn.event.is_set():
                for _ in (results := answers()):
                    if not begun:
                        say(f"begin {phase}")
                        begun = True
                    if turn.event.is_set():
                        break
                results.close()
        say(f"end {phase}")


if __name__ == "__main__":
    try:
        main()
    except ImportError as error:
        say(f"missing {error.name or error}")
