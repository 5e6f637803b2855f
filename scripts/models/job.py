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


def scorer(path, options=None):
    """A scorer by its full name: `lenskit.als.ImplicitMFScorer`."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)(**(options or {}))


def load(folder):
    from lenskit.data import from_interactions_df, load_movielens, load_movielens_df

    try:
        return load_movielens(folder)
    except Exception:
        return from_interactions_df(load_movielens_df(folder))


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


def queries_of(phase, data):
    """Enough lists for a minute; to be predicted are up to 50 items that a user has rated."""
    users = [int(user) for user in data.users.ids()]
    if phase == "recommend":
        return users * 50
    from lenskit.batch import BatchPipelineRunner
    from lenskit.data import RecQuery

    rated = {user: data.user_row(user)[:50] for user in users}
    if hasattr(BatchPipelineRunner, "run_iter"):
        return [{"user_id": user, "test_items": rated[user]} for user in users] * 50
    return [(RecQuery(user_id=user), rated[user]) for user in users] * 50


def answers(pipeline, phase, queries):
    """What `lenskit.batch` answers, as it comes: `BatchPipelineRunner.run` without its end."""
    from lenskit.batch import BatchPipelineRunner, _runner

    runner = BatchPipelineRunner()
    runner.predict() if phase == "predict" else runner.recommend(n=10)
    if hasattr(runner, "run_iter"):
        yield from runner.run_iter(pipeline, queries)
        return
    from lenskit.parallel import invoker

    if not hasattr(_runner, "_normalize_query_input"):
        # 2025.2: lists are not to be had one by one.
        yield None
        runner.run(pipeline, queries)
        return
    _, requests, _ = _runner._normalize_query_input(queries)
    with invoker((pipeline, runner.invocations, None), _runner._run_pipeline, n_jobs=None) as worker:
        try:
            yield from worker.map(requests)
        finally:
            if hasattr(worker, "pool"):
                worker.pool.shutdown(wait=True, cancel_futures=True)


def main():
    job = json.loads(sys.argv[1])
    turn = Turn()
    from lenskit.pipeline import predict_pipeline, topn_pipeline
    from lenskit.training import TrainingOptions

    # What is imported stands before LensKit sets itself up, which some models do and others do not.
    component = scorer(job["scorer"], job.get("options"))
    data = load(Path(job["data"]))
    # What Torch compiles first takes longer than an epoch.
    if job["phases"][0] != "train" or job["scorer"].startswith("lenskit.flexmf"):
        component.train(data, TrainingOptions())
    for phase in job["phases"]:
        turn.event.clear()
        if phase == "train":
            say(f"begin {phase}")
            while not turn.event.is_set():
                component.train(data, TrainingOptions(retrain=True))
                say("round")
        else:
            pipeline = predict_pipeline(component) if phase == "predict" else topn_pipeline(component)
            pipeline.train(data, TrainingOptions(retrain=False))
            queries = queries_of(phase, data)
            begun = False
            while not turn.event.is_set():
                for _ in (results := answers(pipeline, phase, queries)):
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
