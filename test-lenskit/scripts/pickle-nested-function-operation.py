from lenskit.parallel import invoker
from beside import USERS, trained


def make():
    def work(model, user):
        return user
    return work


if __name__ == "__main__":
    with invoker(trained(), make(), n_jobs=2) as inv:
        print(list(inv.map(USERS)))
