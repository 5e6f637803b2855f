from lenskit.batch import recommend
from beside import USERS, trained


async def main():
    recommend(trained(), USERS, n=3)


job = main()
job.close()
