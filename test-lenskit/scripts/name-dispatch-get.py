from lenskit.batch import recommend
from beside import USERS, trained


def main():
    recommend(trained(), USERS, n=3)


{True: main}.get(__name__ == "__main__", lambda: None)()
