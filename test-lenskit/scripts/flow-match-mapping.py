from lenskit.batch import recommend
from beside import USERS, trained

match {"mode": "run"}:
    case {"mode": "run"}:
        recommend(trained(), USERS, n=3)
