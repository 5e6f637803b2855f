from lenskit.batch import recommend
from beside import USERS, trained


class Base:
    def run(self):
        recommend(trained(), USERS, n=3)


class Study(Base):
    def run(self):
        print("begins")
        super().run()


Study().run()
