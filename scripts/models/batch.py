"""One batch run whose cost is measured: python batch.py prepare|run '{"model": "implicit-mf", "folder": "…", …}'

`prepare` trains once and keeps the pipeline and the users. `run` loads them in a fresh process, makes lists for as many
users as are wanted (repeated), and prints one line of JSON: seconds and CPU seconds, here and in worker processes.
"""

import json
import pickle
import resource
import sys
import time
from pathlib import Path

START = time.perf_counter()
import lenskit.batch  # noqa: E402
from lenskit.batch import BatchPipelineRunner, _runner  # noqa: E402
from lenskit.parallel import ensure_parallel_init  # noqa: E402

IMPORTED = time.perf_counter() - START
IMPORTED_CPU = time.process_time()


def prepare(job):
    sys.path.insert(0, str(Path(__file__).parent))
    from job import load, scorer
    from lenskit.pipeline import topn_pipeline

    data = load(Path(job["data"]))
    pipeline = topn_pipeline(scorer(job["model"]))
    pipeline.train(data)
    with open(Path(job["folder"]) / "trained.pickle", "wb") as file:
        pickle.dump((pipeline, [int(user) for user in data.users.ids()]), file, protocol=5)


def cpu(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def first_answer(began):
    """Notes when the first list comes: before it workers are started (2025), or a first task is done (Ray)."""
    seen = {}

    def noting(results):
        for result in results:
            seen.setdefault("first", time.perf_counter() - began)
            yield result

    try:
        from lenskit.parallel.pool import ProcessPoolOpInvoker

        original = ProcessPoolOpInvoker.map
        ProcessPoolOpInvoker.map = lambda self, tasks: noting(original(self, tasks))
    except ImportError:
        results = BatchPipelineRunner._run_results
        BatchPipelineRunner._run_results = lambda self, *args: noting(results(self, *args))
    return seen


def run(job):
    ensure_parallel_init()
    with open(Path(job["folder"]) / "trained.pickle", "rb") as file:
        pipeline, users = pickle.load(file)
    wanted = job["users"]
    users = (users * (wanted // len(users) + 1))[:wanted]
    before = cpu(resource.RUSAGE_SELF)
    began = time.perf_counter()
    seen = first_answer(began)
    lenskit.batch.recommend(pipeline, users, n=10)
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "seconds": seconds,
                "first": seen.get("first"),
                "mainCpu": cpu(resource.RUSAGE_SELF) - before,
                "workersCpu": cpu(resource.RUSAGE_CHILDREN),
                "import": IMPORTED,
                "importCpu": IMPORTED_CPU,
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    {"prepare": prepare, "run": run}[sys.argv[1]](json.loads(sys.argv[2]))
