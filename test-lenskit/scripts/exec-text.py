from beside import USERS, trained

exec("from lenskit.batch import recommend\nrecommend(trained(), USERS, n=3)")
