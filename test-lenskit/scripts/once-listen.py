import socket
from lenskit.batch import recommend
from beside import USERS, trained

server = socket.socket()
server.bind(("127.0.0.1", 48731))
server.listen()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
