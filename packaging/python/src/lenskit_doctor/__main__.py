"""`python -m lenskit_doctor`, and the commands where no shell script starts lk."""

import sys

from lenskit_doctor.start import start


def main():
    start(sys.argv[1:])


if __name__ == "__main__":
    main()
