from lenskit.batch import recommend
from beside import USERS, trained


def main():
    recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    main()
else:
    raise ImportError("this is a script")
