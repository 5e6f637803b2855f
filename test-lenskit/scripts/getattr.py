import lenskit.batch
from beside import USERS, trained

getattr(lenskit.batch, "recommend")(trained(), USERS, n=3)
