import argparse
from lenskit.batch import recommend
from beside import USERS, trained


def run(args):
    recommend(trained(), USERS, n=3)


parser = argparse.ArgumentParser()
sub = parser.add_subparsers()
sub.add_parser("run").set_defaults(func=run)
parser.set_defaults(func=lambda args: None)
args = parser.parse_args(["run"])
args.func(args)
