from lenskit.batch import recommend
from beside import USERS, trained


def main():
    recommend(trained(), USERS, n=3)


{"__main__": main}.get(__name__, lambda: None)()
