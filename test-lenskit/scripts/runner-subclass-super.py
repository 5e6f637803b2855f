from lenskit.batch import BatchPipelineRunner
from beside import USERS, trained

class Runner(BatchPipelineRunner):
    def __init__(self, name):
        super().__init__()
        self.name = name
    def run(self, pipe, users):
        print(self.name)
        return super().run(pipe, users)

r = Runner("x")
r.recommend(n=3)
print(len(r.run(trained(), USERS)))
