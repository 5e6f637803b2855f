"""What job.py and batch.py ask LensKit 0.10 to 0.14."""

from importlib import import_module


def scorer(path, options=None):
    """An algorithm by its full name, made into a recommender: `lenskit.algorithms.als.ImplicitMF`."""
    from lenskit.algorithms import Recommender

    module, _, name = path.rpartition(".")
    return Recommender.adapt(getattr(import_module(module), name)(**(options or {})))


def load(folder):
    import pandas as pd

    return pd.read_csv(folder / "ratings.csv").rename(columns={"userId": "user", "movieId": "item"})


def train(algorithm, ratings):
    algorithm.fit(ratings)


def asked(algorithm, ratings, phase):
    """A function whose generator is what `lenskit.batch` answers, as it comes: enough for a minute."""
    from lenskit.batch._predict import _predict_user
    from lenskit.batch._recommend import _recommend_user

    if phase == "recommend":
        function, requests = _recommend_user, [(user, 10, None) for user in ratings.user.unique()]
    else:
        # Up to 50 items that a user has rated.
        function, requests = _predict_user, [(user, rated[:50].copy()) for user, rated in ratings.groupby("user")]
    return lambda: answers(algorithm, function, requests * 50)


def answers(algorithm, function, requests):
    """`batch.recommend` and `batch.predict` without their end."""
    from lenskit.util.parallel import invoker

    with invoker(algorithm, function) as worker:
        try:
            yield from worker.map(requests)
        finally:
            if hasattr(worker, "executor"):
                worker.executor.shutdown(wait=True, cancel_futures=True)
