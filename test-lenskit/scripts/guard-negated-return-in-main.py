from lenskit.batch import recommend
from beside import USERS, trained


def main():
    recommend(trained(), USERS, n=3)


if not __name__ == "__main__":
    main = lambda: None
main()
