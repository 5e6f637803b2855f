from lenskit.parallel import invoker
from beside import USERS

def main():
    def twice(model, x):
        return 2 * x
    with invoker(1, twice, 2) as inv:
        print(list(inv.map(USERS)))

if __name__ == "__main__":
    main()
