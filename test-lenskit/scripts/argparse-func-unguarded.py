import argparse
from lenskit.batch import recommend
from beside import USERS, trained


def main(args):
    recommend(trained(), USERS, n=3)


parser = argparse.ArgumentParser()
parser.set_defaults(func=main)
args = parser.parse_args()
args.func(args)
