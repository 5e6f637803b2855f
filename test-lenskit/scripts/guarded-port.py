import socket
from lenskit.batch import recommend
from beside import USERS, trained

s = socket.socket()
s.bind(("127.0.0.1", 47361))
s.listen()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
