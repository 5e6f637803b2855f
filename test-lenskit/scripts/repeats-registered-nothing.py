import argparse
import atexit
import signal
from lenskit.batch import recommend
from beside import USERS, trained


def main(args=None):
    recommend(trained(), USERS, n=3)


def handler(number, frame):
    main()


parser = argparse.ArgumentParser()
parser.set_defaults(func=main)
signal.signal(signal.SIGUSR1, handler)
if __name__ == "__main__":
    args = parser.parse_args()
    args.func(args)
