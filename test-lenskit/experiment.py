"""A small experiment with real LensKit, as a user writes one: trains, recommends in a batch, prints the number of lists."""

import random

import pandas as pd
from lenskit.als import ImplicitMFScorer
from lenskit.batch import recommend
from lenskit.data import from_interactions_df
from lenskit.pipeline import topn_pipeline

USERS = 200


def main():
    chance = random.Random(1)
    rows = [(user, chance.randrange(300)) for user in range(USERS) for _ in range(20)]
    data = from_interactions_df(pd.DataFrame(rows, columns=["user_id", "item_id"]).drop_duplicates())
    pipeline = topn_pipeline(ImplicitMFScorer(embedding_size=8, epochs=2), n=10)
    pipeline.train(data)
    print(len(recommend(pipeline, list(range(USERS)))))


if __name__ == "__main__":
    main()
