#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""What the tests of file_server stand on: the server as a process, its log as events, curl, and raw connections."""

import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

# Set by run.py.
SERVER = None
CURL = None
HAS_TLS = False

# For a machine under load. No test waits that long unless something is wrong.
PATIENCE = 30.0


class Server:
    """A running file_server. Its output is read by a thread, line by line."""

    def __init__(self, root, *arguments, descriptors=None):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        self.process = subprocess.Popen([SERVER, *arguments, root], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, preexec_fn=limit if descriptors else None)
        self._signalled = False
        self._lines = []
        self._ended = False
        self._change = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self.wait_for(r"listening on (\S+)").group(1)
        self.port = int(self.url.rsplit(":", 1)[1])

    def _read(self):
        for line in self.process.stdout:
            with self._change:
                self._lines.append(line.rstrip("\n"))
                self._change.notify_all()
        with self._change:
            self._ended = True
            self._change.notify_all()

    def wait_for(self, pattern, count=1):
        """Waits for a line of output, or the count-th, that the expression matches. Returns the match."""
        deadline = time.monotonic() + PATIENCE
        with self._change:
            while True:
                found = [m for m in (re.search(pattern, line) for line in self._lines) if m]
                if len(found) >= count:
                    return found[count - 1]
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    raise AssertionError("no line matches %r:\n%s" % (pattern, "\n".join(self._lines)))
                self._change.wait(left)

    def output(self):
        with self._change:
            return list(self._lines)

    def signal(self, number):
        self._signalled = True
        self.process.send_signal(number)

    def wait(self):
        """Waits for the end, and returns the exit status."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def stop(self):
        """Stops it as an administrator would, unless it is stopping already. Its last words: (requests, errors,
        cancelled)."""
        if not self._signalled:
            self.signal(signal.SIGTERM)
        try:
            status = self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.wait()
            raise AssertionError("the server doesn't stop:\n" + "\n".join(self.output()))
        finally:
            self.process.stdout.close()
        if status != 0:
            raise AssertionError("the server exited with %d:\n%s" % (status, "\n".join(self.output())))
        last = self.wait_for(r"^stopped: (\d+) requests, (\d+) errors, (\d+) cancelled$")
        return tuple(int(n) for n in last.groups())

    def open_files(self):
        """How many descriptors the server has open."""
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


class Raw:
    """A connection that sends what no decent client would."""

    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        self.socket.settimeout(PATIENCE)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.file = self.socket.makefile("rb", buffering=0)
        self._ahead = b""

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def name(self):
        """As the log names it."""
        return "%s:%d" % self.socket.getsockname()

    def send(self, data):
        self.socket.sendall(data)

    def get(self, path, *fields):
        lines = ["GET %s HTTP/1.1" % path, "Host: test", *fields]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def finish(self):
        """Closes the sending direction."""
        self.socket.shutdown(socket.SHUT_WR)

    def read(self, size):
        """Reads exactly so many bytes, less at the end of the stream."""
        while len(self._ahead) < size:
            data = self.socket.recv(min(size - len(self._ahead), 1 << 20))
            if not data:
                break
            self._ahead += data
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def read_head(self):
        """Reads a response's head. Returns (status, fields)."""
        while b"\r\n\r\n" not in self._ahead:
            data = self.socket.recv(65536)
            if not data:
                raise AssertionError("the stream ended in a head: %r" % self._ahead)
            self._ahead += data
        head, self._ahead = self._ahead.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        return int(lines[0].split()[1]), fields

    def read_response(self):
        """Reads a response with a body. Returns (status, fields, body)."""
        status, fields = self.read_head()
        return status, fields, self.read(int(fields.get("Content-Length", 0)))

    def at_end(self):
        """Waits for the end of the stream, however it comes. False if there is more data."""
        try:
            return self.read(1) == b""
        except ConnectionResetError:
            return True


class Curl:
    """What a run of curl gave."""

    def __init__(self, *arguments):
        run = subprocess.run([CURL, "-sS", "--max-time", str(int(PATIENCE)), *arguments], capture_output=True,
                             timeout=2 * PATIENCE)
        self.exit = run.returncode
        self.body = run.stdout
        self.errors = run.stderr.decode()


def curl(*arguments):
    """Runs curl, which must succeed. Returns the body."""
    run = Curl(*arguments)
    if run.exit != 0:
        raise AssertionError("curl exited with %d: %s" % (run.exit, run.errors))
    return run.body


def status_of(*arguments):
    """Runs curl. Returns the status."""
    return int(curl("-o", os.devnull, "-w", "%{http_code}", *arguments))


class Case(unittest.TestCase):
    """A test with a directory to serve. Whatever happens, each server must stop well, with all its memory freed."""

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="file_server-")
        self.addCleanup(shutil.rmtree, self.root)

    def serve(self, *arguments, root=None, descriptors=None):
        server = Server(root or self.root, *arguments, descriptors=descriptors)
        self.addCleanup(server.stop)
        return server

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return data
