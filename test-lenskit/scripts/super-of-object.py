from lenskit.batch import recommend
from beside import USERS, trained


class Base:
    def run(self):
        recommend(trained(), USERS, n=3)


class Study(Base):
    def run(self):
        print("nothing of the base's")


if __name__ == "__main__":
    Base().run()
else:
    Study().run()
