#!/usr/bin/env python3
#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""asyncio's loop.sendfile, to stand beside bench-sendfile: a file over loopback TCP, to a process that discards.

Prints, for each size, the median time and processor time: sendfile_python.py [SIZE...]
"""

import asyncio
import os
import socket
import statistics
import sys
import tempfile
import time

SIZES = [1 << 10, 4 << 10, 16 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30]
ROUNDS = 9


def discard(listener):
    """Takes one connection, and all that comes. After each round, a byte says that it has arrived."""
    connection, _ = listener.accept()
    place = bytearray(1 << 20)
    while size := int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "big"):
        while size:
            size -= connection.recv_into(place, min(size, len(place)), socket.MSG_TRUNC)
        connection.sendall(b"x")


async def measure(port, size):
    """Returns (seconds, seconds of processor time) for one file."""
    times = max(1, min(1000, (32 << 20) // size))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    loop = asyncio.get_running_loop()
    wall, cpu = [], []
    with tempfile.TemporaryFile() as file:
        for _ in range(0, size, 1 << 20):
            file.write(b"x" * min(size, 1 << 20))
        file.flush()
        for _ in range(ROUNDS + 1):
            writer.write((size * times).to_bytes(8, "big"))
            start, used = time.perf_counter(), time.thread_time()
            for _ in range(times):
                await loop.sendfile(writer.transport, file, 0, size, fallback=False)
            cpu.append((time.thread_time() - used) / times)
            await reader.readexactly(1)
            wall.append((time.perf_counter() - start) / times)
        writer.write(bytes(8))
        await writer.drain()
    writer.close()
    return statistics.median(wall[1:]), statistics.median(cpu[1:])


def main():
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    print("python %s, loop.sendfile" % sys.version.split()[0])
    print("%12s %14s %18s %14s" % ("bytes", "us_per_file", "cpu_s_per_GiB", "s_per_GiB"))
    for size in sizes:
        listener = socket.create_server(("127.0.0.1", 0))
        child = os.fork()
        if child == 0:
            discard(listener)
            os._exit(0)
        wall, cpu = asyncio.run(measure(listener.getsockname()[1], size))
        os.waitpid(child, 0)
        listener.close()
        gib = size / (1 << 30)
        print("%12d %14.1f %18.2f %14.2f" % (size, wall * 1e6, cpu / gib, wall / gib))


if __name__ == "__main__":
    main()
