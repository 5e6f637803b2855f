"""One process whose threads are counted: measure.mjs starts it.

Each phase is repeated until the line `next` comes on standard input; `begin PHASE` and `end PHASE` are printed around
it. With worker processes `begin` comes once they answer. Models that a package is missing for say `missing NAME`.

By hand, in an environment that has LensKit (Return is no `next`; the end of the input ends it at once):

    LK_NUM_THREADS=2 ENVIRONMENT/bin/python scripts/models/job.py '{"model": "ease", "phases": ["train"], "data": "FOLDER"}'
"""

import json
import os
import sys
import threading
from pathlib import Path


def scorer(name):
    """LensKit's scorers by their names, with what they need imported where they are used."""
    if name == "item-knn":
        from lenskit.knn import ItemKNNScorer

        return ItemKNNScorer()
    if name == "item-knn-implicit":
        from lenskit.knn import ItemKNNScorer

        return ItemKNNScorer(feedback="implicit")
    if name == "user-knn":
        from lenskit.knn import UserKNNScorer

        return UserKNNScorer()
    if name == "ease":
        from lenskit.knn import EASEScorer

        return EASEScorer()
    if name == "slim":
        from lenskit.knn import SLIMScorer

        return SLIMScorer()
    if name == "association":
        from lenskit.knn.association import AssociationScorer

        return AssociationScorer()
    if name == "implicit-mf":
        from lenskit.als import ImplicitMFScorer

        return ImplicitMFScorer()
    if name == "biased-mf":
        from lenskit.als import BiasedMFScorer

        return BiasedMFScorer()
    if name == "flexmf-implicit":
        from lenskit.flexmf import FlexMFImplicitScorer

        return FlexMFImplicitScorer()
    if name == "flexmf-explicit":
        from lenskit.flexmf import FlexMFExplicitScorer

        return FlexMFExplicitScorer()
    if name == "funk-svd":
        from lenskit.funksvd import FunkSVDScorer

        return FunkSVDScorer()
    if name == "biased-svd":
        from lenskit.sklearn.svd import BiasedSVDScorer

        return BiasedSVDScorer()
    if name == "nmf":
        from lenskit.sklearn.nmf import NMFScorer

        return NMFScorer()
    if name == "lightgcn":
        from lenskit.graphs.lightgcn import LightGCNScorer

        return LightGCNScorer()
    if name == "hpf":
        from lenskit.hpf import HPFScorer

        return HPFScorer()
    if name == "implicit-als":
        from lenskit.implicit import ALS

        return ALS()
    if name == "implicit-bpr":
        from lenskit.implicit import BPR

        return BPR()
    if name == "bias":
        from lenskit.basic import BiasScorer

        return BiasScorer()
    if name == "popular":
        from lenskit.basic import PopScorer

        return PopScorer()
    if name == "time-bounded-popular":
        from datetime import datetime

        from lenskit.basic import TimeBoundedPopScore

        return TimeBoundedPopScore(cutoff=datetime(2010, 1, 1))
    raise ValueError(f"unknown model {name}")


def load(folder):
    from lenskit.data import from_interactions_df, load_movielens, load_movielens_df

    try:
        return load_movielens(folder)
    except Exception:
        return from_interactions_df(load_movielens_df(folder))


class Turn:
    """Set once the line `next` has come."""

    def __init__(self):
        self.event = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in sys.stdin:
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
    from lenskit.parallel import ensure_parallel_init
    from lenskit.pipeline import predict_pipeline, topn_pipeline
    from lenskit.training import TrainingOptions

    data = load(Path(job["data"]))
    ensure_parallel_init()
    try:
        component = scorer(job["model"])
        component.train(data, TrainingOptions())
    except ImportError as error:
        say(f"missing {error.name}")
        return
    for phase in job["phases"]:
        turn.event.clear()
        if phase == "train":
            say(f"begin {phase}")
            while not turn.event.is_set():
                component.train(data, TrainingOptions(retrain=True))
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
    main()
