import functools
from lenskit.parallel import invoker
from beside import USERS, trained

work = functools.partial(lambda model, user: user)

if __name__ == "__main__":
    with invoker(trained(), work, n_jobs=2) as inv:
        print(list(inv.map(USERS)))
