#!/usr/bin/env python3
#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""nginx with sendfile, nginx without, and examples/file_server under the same load: one connection of wrk.

    sendfile_nginx.py FILE_SERVER [SIZE...]

All three open the file for each request, and write an access log to /dev/null. Prints, for each size, the time and the
server's processor time. Does nothing where nginx or wrk isn't installed.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SIZES = [1 << 10, 4 << 10, 16 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30]
ROUNDS = 5
SECONDS = 1

CONFIGURATION = """
daemon off;
master_process off;
pid {directory}/pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log /dev/null;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    keepalive_requests 1000000000;
    root {directory}/files;
    server {{ listen 127.0.0.1:{with_sendfile}; sendfile on; }}
    server {{ listen 127.0.0.1:{without}; sendfile off; }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("nobody listens on port %d" % port)


def cpu(process):
    with open("/proc/%d/schedstat" % process.pid, encoding="ascii") as file:
        return int(file.read().split()[0]) * 1e-9


def load(process, port, size):
    """Returns (seconds, seconds of the server's processor time) for a request."""
    before = cpu(process)
    run = subprocess.run(["wrk", "-t1", "-c1", "-d%ds" % SECONDS, "--timeout", "60s",
                          "http://127.0.0.1:%d/%d" % (port, size)], capture_output=True, text=True, check=True)
    used = cpu(process) - before
    count, took, unit, amount, prefix = re.search(r"(\d+) requests in ([\d.]+)(m?s), ([\d.]+)([KMGT]?)B read",
                                                  run.stdout).groups()
    seconds = float(took) * (1e-3 if unit == "ms" else 1)
    requests = int(count)
    if requests < 100:  # the one that is under way at the end counts by the bytes that came of it
        requests = float(amount) * 1024 ** " KMGT".index(prefix or " ") / size
    return seconds / requests, used / requests


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for program in "nginx", "wrk":
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin"):
            print("skipped: %s isn't installed" % program)
            return
    sizes = [int(argument) for argument in sys.argv[2:]] or SIZES
    with tempfile.TemporaryDirectory() as directory:
        os.mkdir(directory + "/files")
        for size in sizes:
            with open("%s/files/%d" % (directory, size), "wb") as file:
                for _ in range(0, size, 1 << 20):
                    file.write(b"x" * min(size, 1 << 20))
        ports = {name: free_port() for name in ("nginx_sendfile", "nginx_without", "file_server")}
        with open(directory + "/nginx.conf", "w", encoding="ascii") as file:
            file.write(CONFIGURATION.format(directory=directory, with_sendfile=ports["nginx_sendfile"],
                                            without=ports["nginx_without"]))
        environment = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin")
        nginx = subprocess.Popen(["nginx", "-p", directory, "-c", directory + "/nginx.conf"], env=environment)
        ours = subprocess.Popen([sys.argv[1], "--port", str(ports["file_server"]), directory + "/files"],
                                stdout=subprocess.DEVNULL)
        try:
            print("%12s %-16s %16s %14s %16s %14s" % ("bytes", "server", "us_per_request", "cpu_us", "cpu_s_per_GiB",
                                                     "s_per_GiB"))
            for port in ports.values():
                wait_for(port)
            for size in sizes:
                found = {name: [] for name in ports}
                for _ in range(ROUNDS):
                    for name, port in ports.items():
                        found[name].append(load(ours if name == "file_server" else nginx, port, size))
                for name, rounds in found.items():
                    wall, used = (statistics.median(values) for values in zip(*rounds))
                    gib = size / (1 << 30)
                    print("%12d %-16s %16.1f %14.1f %16.2f %14.2f" % (size, name, wall * 1e6, used * 1e6, used / gib,
                                                                     wall / gib))
        finally:
            for process in nginx, ours:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
