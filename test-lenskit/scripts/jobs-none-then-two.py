import argparse
from lenskit.batch import recommend
from beside import USERS, trained

parser = argparse.ArgumentParser()
parser.add_argument("--jobs", type=int)
args = parser.parse_args()
if not args.jobs:
    args.jobs = 2
recommend(trained(), USERS, n=3, n_jobs=args.jobs)
