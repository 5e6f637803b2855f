import click
from lenskit.batch import recommend
from beside import USERS, trained


@click.command()
@click.option("--jobs", default=1)
def main(jobs):
    recommend(trained(), USERS, n=3, n_jobs=jobs)


main(standalone_mode=False)
