"""moto's S3 over buckets in memory, on a free port of loopback.

    python s3_server.py

The first line on stdout is {"port": number}. It ends when its standard input does, so that it
never outlives the test that began it.
"""

import json
import logging
import sys

from moto.server import ThreadedMotoServer

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else a line for each request
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    print(json.dumps({"port": server.get_host_and_port()[1]}), flush=True)
    sys.stdin.read()
    server.stop()
