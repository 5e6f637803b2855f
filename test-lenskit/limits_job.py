"""Says how many threads there are after importing, then trains a small model and recommends with it."""

import os


def threads():
    return len(os.listdir("/proc/self/task"))


def main():
    import numpy as np
    import scipy.linalg  # noqa: F401

    print("imported", threads(), flush=True)
    import pandas as pd
    from lenskit.als import BiasedMFScorer
    from lenskit.batch import recommend
    from lenskit.data import from_interactions_df
    from lenskit.pipeline import topn_pipeline

    random = np.random.default_rng(0)
    users, items = random.integers(0, 200, 9000), random.integers(0, 150, 9000)
    ratings = pd.DataFrame({"user_id": users, "item_id": items, "rating": random.integers(1, 6, 9000).astype(float)})
    pipeline = topn_pipeline(BiasedMFScorer(features=8, epochs=2))
    pipeline.train(from_interactions_df(ratings.drop_duplicates(["user_id", "item_id"])))
    lists = recommend(pipeline, list(range(200)), 10)
    print("lists", len(lists), flush=True)


if __name__ == "__main__":
    main()
