from lenskit.batch import recommend
from beside import USERS, trained

Job = type("Job", (), {"run": lambda self: recommend(trained(), USERS, n=3)})
Job().run()
