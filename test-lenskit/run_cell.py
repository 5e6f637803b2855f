"""Runs one cell in a new kernel, as a notebook does, and prints what the cell printed."""

import sys

from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name=sys.argv[1])
try:
    printed = []

    def take(message):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            printed.append(message["content"]["text"])

    client.execute_interactive(sys.argv[2], output_hook=take, timeout=120)
    sys.stdout.write("".join(printed))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
