"""The job that `lk bench batch` measures with real LensKit: readable by you, and runnable by hand.

    python lenskit_job.py '{"action": "prepare", "folder": "/tmp/x", "model": "implicit-mf", "data": null, …}'
    python lenskit_job.py '{"action": "run", "folder": "/tmp/x", "objective": "batch", …}'

`prepare` loads or makes the data, trains the pipeline once and keeps both in the folder. `run` is one trial in a
fresh process, whose environment holds the setting: it loads what was kept (or trains, if that is measured), runs
LensKit's own `lenskit.batch`, and prints one line of JSON with where the time went and the configuration that
LensKit really had. Imports stand at the top, as scripts have them, so that a worker process imports them as well.
"""

import time

START = time.perf_counter()

import json  # noqa: E402
import pickle  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import lenskit  # noqa: E402
import lenskit.batch  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from lenskit import parallel  # noqa: E402
from lenskit.pipeline import Pipeline, predict_pipeline, topn_pipeline  # noqa: E402

MARK = "lk-bench:"


def scorer(name):
    """LensKit's component of a name; what it needs is imported where it is used."""
    if name == "item-knn":
        from lenskit.knn import ItemKNNScorer

        return ItemKNNScorer()
    if name == "user-knn":
        from lenskit.knn import UserKNNScorer

        return UserKNNScorer()
    if name == "implicit-mf":
        from lenskit.als import ImplicitMFScorer

        return ImplicitMFScorer()
    if name == "biased-mf":
        from lenskit.als import BiasedMFScorer

        return BiasedMFScorer()
    if name == "popular":
        from lenskit.basic import PopScorer

        return PopScorer()
    raise ValueError(f"unknown model {name}")


# What LensKit's batch run asks a pipeline for (`lenskit/batch/_runner.py`, 2025.1 to 2026.4).
ASKED = {"recommend": "recommender", "predict": "rating-predictor"}


class Refused(Exception):
    """The job cannot be done, and nothing of it was tried."""


def build(job):
    if job["pipeline"]:
        return able(Pipeline.load_config(job["pipeline"]), job)
    if job["task"] == "predict":
        return predict_pipeline(scorer(job["model"]))
    return topn_pipeline(scorer(job["model"]))


def able(pipeline, job):
    """The pipeline, if it has what its task asks for; training alone asks for nothing."""
    wanted = ASKED[job["task"]]
    if job["objective"] == "train" or pipeline.node(wanted, missing=None) is not None:
        return pipeline
    others = [task for task, node in ASKED.items() if pipeline.node(node, missing=None) is not None]
    instead = f"it can do --task {others[0]}" if others else "it has neither that nor a " + " or ".join(sorted(set(ASKED.values()) - {wanted}))
    raise Refused(f"--task {job['task']} asks for a {wanted}, and this pipeline has none; {instead}")


def synthetic(job):
    """Ratings with a long tail: an item's popularity falls with its rank, users differ in how much they rate."""
    from lenskit.data import from_interactions_df

    rng = np.random.default_rng(job["seed"])
    popularity = 1.0 / np.arange(1, job["items"] + 1) ** 0.9
    activity = rng.lognormal(0, 1, job["users"])
    users = rng.choice(job["users"], job["ratings"], p=activity / activity.sum())
    items = rng.choice(job["items"], job["ratings"], p=popularity / popularity.sum())
    frame = pd.DataFrame({"user_id": users + 1, "item_id": items + 1})
    # Everybody has rated something.
    everybody = pd.DataFrame(
        {"user_id": np.arange(job["users"]) + 1, "item_id": rng.integers(1, job["items"] + 1, job["users"])}
    )
    frame = pd.concat([frame, everybody]).drop_duplicates(ignore_index=True)
    frame["rating"] = rng.integers(1, 11, len(frame)) / 2
    return from_interactions_df(frame)


def load_data(job):
    from lenskit.data import Dataset, from_interactions_df, load_movielens_df

    if job["data"] is None:
        return synthetic(job)
    path = Path(job["data"])
    if path.is_dir() and (path / "schema.json").exists():
        return Dataset.load(path)
    parquet = sorted(path.glob("*.parquet")) if path.is_dir() else [path] if path.suffix == ".parquet" else []
    if parquet:
        named = [file for file in parquet if file.stem in ("ratings", "interactions")]
        return from_interactions_df(pd.read_parquet((named or parquet)[0]))
    return from_interactions_df(load_movielens_df(path))


def user_ids(data):
    return [int(user) if isinstance(user, np.integer) else user for user in data.users.ids()]


def predictions_wanted(data, users):
    """For each user the items that they have rated, up to 50: what is to be predicted."""
    from lenskit.data import ItemListCollection

    lists = {user: data.user_row(user)[:50] for user in set(users)}
    wanted = ItemListCollection.empty(["user_id"]) if hasattr(ItemListCollection, "empty") else ItemListCollection(["user_id"])
    for user in users:
        wanted.add(lists[user], user_id=user)
    return wanted


def watch_first_result(phases):
    """Notes when the first worker answers: what comes before is starting workers (2025; 2026 with Ray)."""
    began = time.perf_counter()

    def noting(results):
        for number, result in enumerate(results):
            if number == 0:
                phases["spawn"] = time.perf_counter() - began
            yield result

    try:
        from lenskit.parallel.pool import ProcessPoolOpInvoker

        original = ProcessPoolOpInvoker.map
        ProcessPoolOpInvoker.map = lambda self, tasks: noting(original(self, tasks))
    except ImportError:
        from lenskit.batch import _runner

        if hasattr(_runner.BatchPipelineRunner, "_run_results"):
            results = _runner.BatchPipelineRunner._run_results

            def run_results(self, *args):
                return noting(results(self, *args)) if self.use_ray else results(self, *args)

            _runner.BatchPipelineRunner._run_results = run_results


def configuration():
    import torch

    config = parallel.get_parallel_config()
    names = ["processes", "threads", "backend_threads", "child_threads", "num_cpus", "use_ray", "num_batch_jobs"]
    names += ["num_threads", "num_backend_threads", "total_threads"]
    found = {name: getattr(config, name) for name in names if hasattr(config, name)}
    return {**found, "torch_threads": torch.get_num_threads()}


def prepare(job):
    folder = Path(job["folder"])
    pipeline = build(job)
    began = time.perf_counter()
    data = load_data(job)
    loaded = time.perf_counter()
    pipeline.train(data)
    trained = time.perf_counter()
    users = user_ids(data)
    with open(folder / "trained.pickle", "wb") as file:
        pickle.dump(pipeline, file, protocol=5)
    with open(folder / "data.pickle", "wb") as file:
        pickle.dump(data, file, protocol=5)
    return {
        "users": len(users),
        "items": int(data.item_count),
        "interactions": int(data.interaction_count),
        "phases": {"import": began - START, "load": loaded - began, "train": trained - loaded},
    }


def run(job):
    folder = Path(job["folder"])
    parallel.ensure_parallel_init()
    phases = {"import": time.perf_counter() - START}
    began = time.perf_counter()
    with open(folder / "data.pickle", "rb") as file:
        data = pickle.load(file)
    pipeline = None
    if job["objective"] == "batch":
        with open(folder / "trained.pickle", "rb") as file:
            pipeline = pickle.load(file)
    phases["load"] = time.perf_counter() - began
    if pipeline is None:
        began = time.perf_counter()
        pipeline = build(job)
        pipeline.train(data)
        phases["train"] = time.perf_counter() - began
    if job["objective"] != "train":
        users = user_ids(data)
        wanted = job["wanted"] or len(users)
        users = (users * (wanted // len(users) + 1))[:wanted]
        tests = predictions_wanted(data, users) if job["task"] == "predict" else users
        watch_first_result(phases)
        began = time.perf_counter()
        if job["task"] == "predict":
            lenskit.batch.predict(pipeline, tests)
        else:
            lenskit.batch.recommend(pipeline, tests, n=10)
        phases["batch"] = time.perf_counter() - began
        phases["users"] = len(users)
        phases["usersPerSecond"] = len(users) / phases["batch"]
    total = phases["import"] + phases["load"] + phases.get("train", 0) + phases.get("batch", 0)
    seconds = {"batch": phases.get("batch"), "train": phases.get("train"), "total": total}[job["objective"]]
    return {"seconds": seconds, "phases": phases, "configuration": configuration()}


def main():
    job = json.loads(sys.argv[1])
    try:
        answer = prepare(job) if job["action"] == "prepare" else run(job)
    except Refused as refused:
        answer = {"refused": str(refused)}
    print(MARK + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
