#!/usr/bin/env python3
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
"""The reads of bench-reads by Python's StreamReader: the same records, from a process that keeps the connection full.

Prints the CPU time of the reading thread for each record. Named as the rows of bench-reads are.

    bench/reads_python.py [RECORDS]
"""

import asyncio
import os
import socket
import sys
import time

RECORDS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
WARM_UP = min(RECORDS, 1000)
SIZES = (16, 64, 256, 1024, 4096)


def connect(tcp):
    if not tcp:
        return socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        writer = socket.create_connection(listener.getsockname())
        reader, _ = listener.accept()
        return reader, writer


class Source:
    """The reading end of a connection whose other end a process keeps full of lines."""

    def __init__(self, tcp, line):
        self.reader, writer = connect(tcp)
        self.pid = os.fork()
        if self.pid == 0:
            self.reader.close()
            data = (b"a" * (line - 1) + b"\n") * ((1 << 20) // line)
            try:
                while True:
                    writer.sendall(data)
            except OSError:
                os._exit(0)
        writer.close()

    def __enter__(self):
        return self.reader

    def __exit__(self, *_):
        self.reader.close()
        os.waitpid(self.pid, 0)


async def measure(sock, read):
    reader, writer = await asyncio.open_connection(sock=sock, limit=1 << 20)
    for _ in range(WARM_UP):
        await read(reader)
    start = time.thread_time_ns()
    for _ in range(RECORDS):
        await read(reader)
    spent = time.thread_time_ns() - start
    writer.close()
    return spent / RECORDS


def row(name, tcp, line, read):
    with Source(tcp, line) as sock:
        print(f"{name:50} {asyncio.run(measure(sock, read)):10.0f} ns", flush=True)


def main():
    print(f"Python {sys.version.split()[0]}, {RECORDS} records a row, CPU time of the reading thread for each")
    for tcp in (0, 1):
        for size in SIZES:
            row(f"python_readline/tcp:{tcp}/line:{size}", tcp, size, lambda r: r.readline())
            row(f"python_readuntil/tcp:{tcp}/line:{size}", tcp, size, lambda r: r.readuntil(b"\n"))
            row(f"python_readexactly/tcp:{tcp}/line:64/bytes:{size}", tcp, 64, lambda r, n=size: r.readexactly(n))


main()
