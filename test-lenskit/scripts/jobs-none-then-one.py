import argparse
from lenskit.batch import recommend
from beside import USERS, trained

parser = argparse.ArgumentParser()
parser.add_argument("--jobs", type=int)
jobs = parser.parse_args().jobs
if jobs is None:
    jobs = 1
recommend(trained(), USERS, n=3, n_jobs=jobs)
