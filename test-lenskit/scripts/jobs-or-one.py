import argparse
from lenskit.batch import recommend
from beside import USERS, trained

parser = argparse.ArgumentParser()
parser.add_argument("--jobs", type=int)
args = parser.parse_args()
recommend(trained(), USERS, n=3, n_jobs=args.jobs or 1)
