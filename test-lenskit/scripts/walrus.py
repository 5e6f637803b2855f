from lenskit.batch import recommend
from beside import USERS, trained

if (result := recommend(trained(), USERS, n=3)) is not None:
    print(len(result))
