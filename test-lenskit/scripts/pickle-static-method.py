from lenskit.parallel import invoker
from beside import USERS, trained


class Work:
    @staticmethod
    def go(model, user):
        return user


if __name__ == "__main__":
    with invoker(trained(), Work.go, n_jobs=2) as inv:
        print(list(inv.map(USERS)))
