"""What batch.py does with LensKit 0.10 to 0.14: the same two actions, by `lenskit.batch.recommend`."""

import pickle
import time
from pathlib import Path

START = time.perf_counter()

import lenskit_014 as lenskit  # noqa: E402
from lenskit.util import parallel  # noqa: E402

from lenskit import batch  # noqa: E402


def prepare(job):
    folder = Path(job["folder"])
    ratings = lenskit.load(Path(job["data"]))
    algorithm = lenskit.scorer(job["scorer"], job.get("options"))
    lenskit.train(algorithm, ratings)
    with open(folder / "trained.pickle", "wb") as file:
        pickle.dump((algorithm, [int(user) for user in ratings.user.unique()]), file, protocol=5)


def watch_first_result(phases):
    """Notes when the first list is there: what comes before is starting workers and compiling."""
    began = time.perf_counter()
    for invoker in (parallel.InProcessOpInvoker, parallel.ProcessPoolOpInvoker):
        invoker.map = noting(invoker.map, phases, began)


def noting(original, phases, began):
    def results(self, *iterables):
        for number, result in enumerate(original(self, *iterables)):
            if number == 0:
                phases["spawn"] = time.perf_counter() - began
            yield result

    return results


def run(job):
    phases = {"import": time.perf_counter() - START}
    with open(Path(job["folder"]) / "trained.pickle", "rb") as file:
        algorithm, users = pickle.load(file)
    users = (users * (job["wanted"] // len(users) + 1))[: job["wanted"]]
    watch_first_result(phases)
    began = time.perf_counter()
    batch.recommend(algorithm, users, 10)
    phases["batch"] = time.perf_counter() - began
    return {"seconds": phases["batch"], "phases": phases}
