from lenskit.batch import BatchPipelineRunner
from beside import USERS, trained

class Runner(BatchPipelineRunner):
    pass

r = Runner()
r.recommend(n=3)
print(len(r.run(trained(), USERS)))
