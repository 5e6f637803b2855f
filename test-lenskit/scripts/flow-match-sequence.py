from lenskit.batch import recommend
from beside import USERS, trained

match ["run", 3]:
    case ["train", n]:
        recommend(trained(), USERS, n=3)
    case ["run", n]:
        print(n)
