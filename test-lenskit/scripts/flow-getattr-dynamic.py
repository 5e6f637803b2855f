import lenskit.batch
from beside import USERS, trained

for name in ("predict", "recommend"):
    run = getattr(lenskit.batch, name)
    if name == "recommend":
        run(trained(), USERS, n=3)
