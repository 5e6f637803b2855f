"""The job that `lk bench batch` measures with LensKit 0.10 to 0.14: readable by you, and runnable by hand.

    python lenskit_014_job.py '{"action": "prepare", "folder": "/tmp/x", "model": "item-knn", "task": "recommend", "data": null, …}'
    python lenskit_014_job.py '{"action": "run", "folder": "/tmp/x", "objective": "batch", …}'

As lenskit_job.py, which is for LensKit from 2025.1 on: `prepare` loads or makes the ratings and trains once; `run` is one
trial in a fresh process, whose environment holds the setting. The batch run is `lenskit.batch.recommend(algo, users, n)`
or `lenskit.batch.predict(algo, pairs)`, whose worker processes import this file. Runs on Python 3.6 and newer.
"""

import time

START = time.perf_counter()

import json  # noqa: E402
import pickle  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from lenskit import batch  # noqa: E402
from lenskit.algorithms import Recommender  # noqa: E402
from lenskit.util import parallel  # noqa: E402

MARK = "lk-bench:"
# Lists are made for 10 items, and up to 50 ratings of a user are predicted, as in lenskit_job.py.
LIST = 10
PREDICTED = 50


def scorer(name):
    """LensKit's algorithm of a name; what it needs is imported where it is used."""
    if name == "item-knn":
        from lenskit.algorithms.item_knn import ItemItem

        return ItemItem(20)
    if name == "user-knn":
        from lenskit.algorithms.user_knn import UserUser

        return UserUser(20)
    if name == "implicit-mf":
        from lenskit.algorithms.als import ImplicitMF

        return ImplicitMF(50)
    if name == "biased-mf":
        from lenskit.algorithms.als import BiasedMF

        return BiasedMF(50)
    if name == "popular":
        from lenskit.algorithms.basic import PopScore

        return PopScore()
    raise ValueError("unknown model " + name)


def trained(job, ratings):
    algorithm = Recommender.adapt(scorer(job["model"]))
    algorithm.fit(ratings)
    return algorithm


def synthetic(job):
    """Ratings with a long tail: the same as those of lenskit_job.py."""
    rng = np.random.default_rng(job["seed"])
    popularity = 1.0 / np.arange(1, job["items"] + 1) ** 0.9
    activity = rng.lognormal(0, 1, job["users"])
    users = rng.choice(job["users"], job["ratings"], p=activity / activity.sum())
    items = rng.choice(job["items"], job["ratings"], p=popularity / popularity.sum())
    frame = pd.DataFrame({"user": users + 1, "item": items + 1})
    everybody = pd.DataFrame(
        {"user": np.arange(job["users"]) + 1, "item": rng.integers(1, job["items"] + 1, job["users"])}
    )
    frame = pd.concat([frame, everybody]).drop_duplicates(ignore_index=True)
    frame["rating"] = rng.integers(1, 11, len(frame)) / 2
    return frame


def movielens(path):
    """The ratings of a MovieLens folder, in any of its forms (`lenskit/datasets.py`, 0.14.4)."""
    from lenskit import datasets

    for file, kind in (("ratings.csv", "MovieLens"), ("u.data", "ML100K"), ("ratings.dat", "ML1M")):
        if (path / file).exists():
            return getattr(datasets, kind)(path).ratings
    raise FileNotFoundError("no ratings.csv, u.data or ratings.dat in {}".format(path))


def load_data(job):
    if job["data"] is None:
        return synthetic(job)
    path = Path(job["data"])
    parquet = sorted(path.glob("*.parquet")) if path.is_dir() else [path] if path.suffix == ".parquet" else []
    if parquet:
        named = [file for file in parquet if file.stem in ("ratings", "interactions")]
        frame = pd.read_parquet((named or parquet)[0])
        return frame.rename(columns={"user_id": "user", "item_id": "item"})
    if path.is_file():
        return pd.read_csv(path).rename(columns={"userId": "user", "movieId": "item", "user_id": "user", "item_id": "item"})
    return movielens(path)


def pairs_wanted(ratings, users):
    """For each user the items that they have rated, up to 50."""
    lists = {user: rated[:PREDICTED] for user, rated in ratings[["user", "item"]].groupby("user")}
    return pd.concat([lists[user] for user in users], ignore_index=True)


def watch_first_result(phases):
    """Notes when the first worker answers: what comes before is starting workers and compiling."""
    began = time.perf_counter()
    original = parallel.ProcessPoolOpInvoker.map

    def noting(self, *iterables):
        for number, result in enumerate(original(self, *iterables)):
            if number == 0:
                phases["spawn"] = time.perf_counter() - began
            yield result

    parallel.ProcessPoolOpInvoker.map = noting


def configuration():
    import numba

    found = {"processes": parallel.proc_count(max_default=4), "numba_threads": numba.get_num_threads()}
    try:
        from threadpoolctl import threadpool_info

        blas = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
        found["blas_threads"] = max(blas) if blas else None
    except ImportError:
        pass
    return found


def prepare(job):
    folder = Path(job["folder"])
    began = time.perf_counter()
    ratings = load_data(job)
    loaded = time.perf_counter()
    algorithm = trained(job, ratings)
    ended = time.perf_counter()
    with open(str(folder / "trained.pickle"), "wb") as file:
        pickle.dump(algorithm, file, protocol=4)
    with open(str(folder / "data.pickle"), "wb") as file:
        pickle.dump(ratings, file, protocol=4)
    return {
        "users": int(ratings["user"].nunique()),
        "items": int(ratings["item"].nunique()),
        "interactions": len(ratings),
        "phases": {"import": began - START, "load": loaded - began, "train": ended - loaded},
    }


def asked(job, ratings):
    """The users of the batch run: all there are, some, or all and some of them again."""
    users = [int(user) if isinstance(user, np.integer) else user for user in ratings["user"].unique()]
    wanted = job["wanted"] or len(users)
    return (users * (wanted // len(users) + 1))[:wanted]


def run(job):
    folder = Path(job["folder"])
    phases = {"import": time.perf_counter() - START}
    began = time.perf_counter()
    with open(str(folder / "data.pickle"), "rb") as file:
        ratings = pickle.load(file)
    algorithm = None
    if job["objective"] == "batch":
        with open(str(folder / "trained.pickle"), "rb") as file:
            algorithm = pickle.load(file)
    phases["load"] = time.perf_counter() - began
    if algorithm is None:
        began = time.perf_counter()
        algorithm = trained(job, ratings)
        phases["train"] = time.perf_counter() - began
    if job["objective"] != "train":
        users = asked(job, ratings)
        pairs = pairs_wanted(ratings, users) if job["task"] == "predict" else None
        watch_first_result(phases)
        began = time.perf_counter()
        if pairs is not None:
            batch.predict(algorithm, pairs)
        else:
            batch.recommend(algorithm, users, LIST)
        phases["batch"] = time.perf_counter() - began
        phases["users"] = len(users)
        phases["usersPerSecond"] = len(users) / phases["batch"]
    total = phases["import"] + phases["load"] + phases.get("train", 0) + phases.get("batch", 0)
    seconds = {"batch": phases.get("batch"), "train": phases.get("train"), "total": total}[job["objective"]]
    return {"seconds": seconds, "phases": phases, "configuration": configuration()}


def main():
    job = json.loads(sys.argv[1])
    answer = prepare(job) if job["action"] == "prepare" else run(job)
    print(MARK + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
