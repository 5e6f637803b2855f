import argparse
from lenskit.batch import recommend
from beside import USERS, trained

parser = argparse.ArgumentParser()
parser.add_argument("-j", "--n-jobs", type=int, default=1)
args, rest = parser.parse_known_args()
recommend(trained(), USERS, n=3, n_jobs=args.n_jobs)
