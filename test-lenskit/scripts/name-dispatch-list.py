from lenskit.batch import recommend
from beside import USERS, trained


def main():
    recommend(trained(), USERS, n=3)


(lambda: None, main)[__name__ == "__main__"]()
