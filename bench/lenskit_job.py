"""The job that `lk bench batch` measures with real LensKit: readable by you, and runnable by hand.

    python lenskit_job.py '{"action": "prepare", "folder": "/tmp/x", "model": "implicit-mf", "data": null, …}'
    python lenskit_job.py '{"action": "run", "folder": "/tmp/x", "objective": "batch", …}'
    python lenskit_job.py '{"action": "serve", "folder": "/tmp/x", "objective": "batch", …}'   (then a line a run: {})

`prepare` loads or makes the data, trains the pipeline once and keeps both in the folder. `run` is one trial in a
fresh process, whose environment holds the setting: it loads what was kept (or trains, if that is measured), runs
LensKit's own `lenskit.batch`, and prints one line of JSON with where the time went and the configuration that
LensKit really had. `serve` loads once, and makes a run for every line that it reads (serving.py). Imports stand at the top, as scripts have them, so that a worker process imports them as well.
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


def watch_first_result(job):
    """Notes in `job.noted` when the first worker answers: what comes before is starting workers (2025; 2026 with Ray)."""

    def noting(results):
        for number, result in enumerate(results):
            if number == 0:
                job.noted["spawn"] = time.perf_counter() - job.began
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
    with open(folder / "users.pickle", "wb") as file:
        pickle.dump(users, file, protocol=5)
    with open(folder / "data.pickle", "wb") as file:
        pickle.dump(data, file, protocol=5)
    return {
        "users": len(users),
        "items": int(data.item_count),
        "interactions": int(data.interaction_count),
        "phases": {"import": began - START, "load": loaded - began, "train": trained - loaded},
    }


class Job:
    """What is loaded once and run as often as it is wanted."""

    def __init__(self, job):
        folder = Path(job["folder"])
        self.job = job
        parallel.ensure_parallel_init()
        self.phases = {"import": time.perf_counter() - START}
        began = time.perf_counter()
        self.data = self.pipeline = None
        if job["objective"] == "batch":
            with open(folder / "trained.pickle", "rb") as file:
                self.pipeline = pickle.load(file)
            with open(folder / "users.pickle", "rb") as file:
                self.users = pickle.load(file)
        if job["objective"] != "batch" or job["task"] == "predict":
            with open(folder / "data.pickle", "rb") as file:
                self.data = pickle.load(file)
            self.users = user_ids(self.data)
        self.phases["load"] = time.perf_counter() - began
        self.tests = {}
        if job["objective"] != "train":
            watch_first_result(self)

    def run(self, wanted, begins=lambda: None):
        """One run, for so many users; None: all of them."""
        phases, self.phases = self.phases, {}
        self.noted = {}
        pipeline = self.pipeline
        tests = self.tests_for(wanted or len(self.users)) if self.job["objective"] != "train" else None
        begins()
        if pipeline is None:
            began = time.perf_counter()
            pipeline = build(self.job)
            pipeline.train(self.data)
            phases["train"] = time.perf_counter() - began
        if tests is not None:
            self.began = time.perf_counter()
            if self.job["task"] == "predict":
                lenskit.batch.predict(pipeline, tests)
            else:
                lenskit.batch.recommend(pipeline, tests, n=10)
            phases["batch"] = time.perf_counter() - self.began
            phases.update(self.noted)
            phases["users"] = len(tests)
            phases["usersPerSecond"] = len(tests) / phases["batch"]
        total = phases.get("import", 0) + phases.get("load", 0) + phases.get("train", 0) + phases.get("batch", 0)
        seconds = {"batch": phases.get("batch"), "train": phases.get("train"), "total": total}[self.job["objective"]]
        return {"seconds": seconds, "phases": phases, "configuration": configuration()}

    def tests_for(self, wanted):
        """The same users for the same number, made once: that is not the job's time. Fewer are taken from everywhere."""
        if wanted not in self.tests:
            there = len(self.users)
            users = [self.users[number * there // wanted if wanted < there else number % there] for number in range(wanted)]
            self.tests = {wanted: predictions_wanted(self.data, users) if self.job["task"] == "predict" else users}
        return self.tests[wanted]


def run(job):
    return Job(job).run(job["wanted"])


def serve(job):
    # From this file's folder, wherever Python looks; nothing is written there.
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from serving import serve as serving

    sys.path.pop(0)
    sys.dont_write_bytecode = kept
    jobs = []

    def ready():
        jobs.append(Job(job))
        return {"phases": jobs[0].phases}

    serving(ready, lambda question, begins: jobs[0].run(question.get("wanted"), begins))


def main():
    job = json.loads(sys.argv[1])
    if job["action"] == "serve":
        return serve(job)
    try:
        answer = prepare(job) if job["action"] == "prepare" else run(job)
    except Refused as refused:
        answer = {"refused": str(refused)}
    print(MARK + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
