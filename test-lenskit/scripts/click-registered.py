import click
from lenskit.batch import recommend
from beside import USERS, trained


@click.group()
def cli():
    pass


@cli.command()
def go():
    recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    cli(["go"], standalone_mode=False)
