import sys
from lenskit.batch import recommend
from beside import USERS, trained


def main():
    recommend(trained(), USERS, n=3)
    return 0


if __name__ == "__main__":
    code = main()
else:
    code = 1
exit(code)
