import argparse
from lenskit.batch import recommend
from beside import USERS, trained

parser = argparse.ArgumentParser()
parser.add_argument("--all", action="store_true")
args = parser.parse_args(["--all"])
if args.all:
    recommend(trained(), USERS, n=3)
