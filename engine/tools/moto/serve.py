"""Serves moto on a free loopback port, prints the port, and ends when its standard input does."""

import logging
import os
import sys

from moto.server import ThreadedMotoServer

# Python's isolated mode leaves the script's own folder out; nothing is to be written into it.
sys.dont_write_bytecode = True
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from cloudfront import repair

repair()
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
os._exit(0)
