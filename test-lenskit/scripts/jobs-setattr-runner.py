from lenskit.batch import BatchPipelineRunner
from beside import USERS, trained
runner = BatchPipelineRunner(n_jobs=1)
runner.recommend(n=3)
runner.run(trained(), USERS)
