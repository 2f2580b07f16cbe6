#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""Clients of all kinds: patient, hasty, broken and hostile."""

import os
import socket
import struct
import threading
import time

import harness
from harness import PATIENCE, Case, Raw, curl


class Connections(Case):
    def setUp(self):
        super().setUp()
        self.write("a", b"first")
        self.write("b", b"second")

    def test_curl_reuses_its_connection(self):
        server = self.serve()
        used = curl("-w", "%{num_connects}\n", "-o", os.devnull, server.url + "/a", "-o", os.devnull, server.url + "/b")
        self.assertEqual(used.split(), [b"1", b"0"])

    def test_pipelined_requests_are_answered_in_order(self):
        server = self.serve()
        count = 200
        with Raw(server.port) as raw:
            raw.send(count * (b"GET /a HTTP/1.1\r\nHost: t\r\n\r\n" b"HEAD /b HTTP/1.1\r\nHost: t\r\n\r\n"
                              b"GET /nope HTTP/1.1\r\nHost: t\r\n\r\n" b"GET /b HTTP/1.1\r\nHost: t\r\n\r\n"))
            raw.finish()
            for _ in range(count):
                self.assertEqual(raw.read_response()[2], b"first")
                self.assertEqual(raw.read_head()[0], 200)
                self.assertEqual(raw.read_response()[0], 404)
                self.assertEqual(raw.read_response()[2], b"second")
            self.assertTrue(raw.at_end())

    def test_versions_and_what_they_say_of_the_connection(self):
        server = self.serve()
        for request, kept in (
            (b"GET /a HTTP/1.1\r\nHost: t\r\n\r\n", True),
            (b"GET /a HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", False),
            (b"GET /a HTTP/1.0\r\n\r\n", False),
            (b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
        ):
            with self.subTest(request), Raw(server.port) as raw:
                raw.send(request)
                self.assertEqual(raw.read_response()[2], b"first")
                if kept:
                    raw.send(request)
                    self.assertEqual(raw.read_response()[2], b"first")
                else:
                    self.assertTrue(raw.at_end())

    def test_a_request_in_single_bytes(self):
        server = self.serve()
        with Raw(server.port) as raw:
            raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"GET /a HTTP/1.1\r\nHost: t\r\nX: y\r\n\r\n":
                raw.send(bytes([byte]))
            self.assertEqual(raw.read_response()[2], b"first")

    def test_a_half_closed_connection_gets_its_answer(self):
        data = self.write("big", os.urandom(8 << 20))
        server = self.serve()
        with Raw(server.port) as raw:
            raw.get("/big")
            raw.finish()
            self.assertEqual(raw.read_response()[2], data)
            self.assertTrue(raw.at_end())
        server.wait_for(r'"GET /big HTTP/1.1" 200 8388608 \S+ ok$')

    def test_connections_beyond_the_limit_wait(self):
        server = self.serve("--max-connections", "2")
        with Raw(server.port) as one, Raw(server.port) as two, Raw(server.port) as three:
            for raw in one, two:
                raw.get("/a")
                self.assertEqual(raw.read_response()[2], b"first")
            three.get("/b")
            # The two are served while the third waits; only when one goes is it its turn.
            for raw in one, two:
                raw.get("/a")
                self.assertEqual(raw.read_response()[2], b"first")
            one.close()
            self.assertEqual(three.read_response()[2], b"second")
        server.wait_for('"GET /b ')
        lines = [line for line in server.output() if '"GET ' in line]
        self.assertIn("/b", lines[4])

    def test_without_descriptors_the_server_waits_for_better_times(self):
        with open(harness.SERVER, "rb") as file:
            if b"__ubsan_handle_dynamic_type" in file.read():
                self.skipTest("UBSan reads objects through a pipe, and takes them for broken without descriptors")
        server = self.serve(descriptors=20)
        raws = [Raw(server.port) for _ in range(40)]
        server.wait_for("^accept: Too many open files$")
        for raw in raws:
            raw.close()
        self.assertEqual(curl(server.url + "/a"), b"first")
        self.assertEqual(server.stop(), (1, 0, 0))


class Malformed(Case):
    def setUp(self):
        super().setUp()
        self.write("a", b"first")

    def answer(self, server, data):
        with Raw(server.port) as raw:
            try:
                raw.send(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            status, fields, _ = raw.read_response()
            self.assertEqual(fields.get("Connection"), "close")
            self.assertTrue(raw.at_end())
            server.wait_for(raw.name())
            return status

    def test_garbage(self):
        server = self.serve()
        for data in (
            b"GARBAGE\r\n\r\n", b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n", b"GET /a\r\n\r\n", b" GET /a HTTP/1.1\r\n\r\n",
            b"GET  /a HTTP/1.1\r\n\r\n", b"GET /\x01 HTTP/1.1\r\n\r\n",
            b"GET /a HTTP/1.1\r\nno colon\r\n\r\n", b"GET /a HTTP/1.1\r\n: empty\r\n\r\n",
            b"GET /a HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n",
            b"GET /a HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64)),  # a TLS client at the wrong door
            os.urandom(64) + b"\r\n\r\n" + os.urandom(64),
        ):
            with self.subTest(data):
                self.assertEqual(self.answer(server, data), 400)
        for version in b"HTTP/3.0", b"HTTP/0.9", b"HTTP/x":
            self.assertEqual(self.answer(server, b"GET /a " + version + b"\r\n\r\n"), 505)
        self.assertEqual(curl(server.url + "/a"), b"first")

    def test_host_is_required(self):
        server = self.serve()
        for fields in b"", b"Host: a\r\nHost: b\r\n":
            with Raw(server.port) as raw:
                raw.send(b"GET /a HTTP/1.1\r\n" + fields + b"\r\n")
                self.assertEqual(raw.read_response()[0], 400)

    def test_the_header_limit(self):
        server = self.serve("--header-limit", "2000")
        for data in (
            b"GET /" + 3000 * b"x",
            b"GET /a HTTP/1.1\r\nHost: t\r\nX: " + 3000 * b"x",
            b"GET /a HTTP/1.1\r\nHost: t\r\n" + 300 * b"Name: value\r\n",
            b"GET /a HTTP/1.1\r\nHost: t\r\n" + 300_000 * b"Name: value\r\n",
        ):
            with self.subTest(data[:40]):
                self.assertEqual(self.answer(server, data), 431)
        server.wait_for(r'"" 431 \d+ \S+ limit_overrun$', count=4)
        with Raw(server.port) as raw:
            raw.get("/a", "X: " + 1500 * "x")
            self.assertEqual(raw.read_response()[2], b"first")

    def test_the_log_can_not_be_forged(self):
        server = self.serve()
        with Raw(server.port) as raw:
            raw.get('/"200"\\x\xff')
            self.assertEqual(raw.read_response()[0], 404)
        server.wait_for(r'"GET /\\x22200\\x22\\x5Cx\\xC3\\xBF HTTP/1.1" 404')


class Slow(Case):
    def setUp(self):
        super().setUp()
        self.write("a", b"first")
        with open(self.path("big"), "wb") as file:
            file.truncate(1 << 30)

    def test_silence_between_requests_ends_the_connection(self):
        server = self.serve("--idle-timeout", "0.2")
        with Raw(server.port) as never, Raw(server.port) as once:
            once.get("/a")
            self.assertEqual(once.read_response()[2], b"first")
            self.assertTrue(never.at_end())
            self.assertTrue(once.at_end())
        self.assertEqual(server.stop(), (1, 0, 0))

    def test_a_header_that_never_ends(self):
        server = self.serve("--header-timeout", "0.5")
        with Raw(server.port) as silent, Raw(server.port) as trickling:
            silent.send(b"GET /a HTTP/1.1\r\n")
            trickling.send(b"GET /a HTTP/1.1\r\nX: ")
            stop = threading.Event()

            def trickle():
                try:
                    while not stop.wait(0.02):
                        trickling.send(b"x")
                except OSError:
                    pass  # the server has hung up, as it should

            thread = threading.Thread(target=trickle)
            thread.start()
            try:
                for raw in silent, trickling:
                    self.assertEqual(raw.read_response()[0], 408)
            finally:
                stop.set()
                thread.join(PATIENCE)
            self.assertTrue(silent.at_end())
        server.wait_for(r'"" 408 \d+ \S+ timed_out$', count=2)

    def test_a_client_that_takes_nothing(self):
        server = self.serve("--send-timeout", "0.3")
        with Raw(server.port, receive_buffer=4096) as raw:
            raw.get("/big")
            line = server.wait_for(r'"GET /big HTTP/1.1" 200 (\d+) \S+ timed_out$')
            self.assertEqual(raw.read_head()[0], 200)
            received = 0
            while True:
                data = raw.read(1 << 20)
                if not data:
                    break
                received += len(data)
            # What the log says was taken is what comes out, to the byte.
            self.assertEqual(received, int(line.group(1)))
        self.assertEqual(server.stop(), (1, 1, 0))

    def test_a_client_that_is_slow(self):
        data = self.write("data", os.urandom(4 << 20))
        server = self.serve()
        self.assertEqual(curl("--limit-rate", "16M", server.url + "/data"), data)
        server.wait_for(r'"GET /data HTTP/1.1" 200 4194304 \S+ ok$')


class Gone(Case):
    """Peers that leave. The log says how, and the next client never notices."""

    def setUp(self):
        super().setUp()
        self.write("a", b"first")
        with open(self.path("big"), "wb") as file:
            file.truncate(1 << 30)

    def reset(self, raw):
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()

    def test_in_the_middle_of_a_header(self):
        server = self.serve()
        with Raw(server.port) as raw:
            raw.send(b"GET /a HTTP/1.1\r\nHo")
            raw.finish()
            self.assertTrue(raw.at_end())
        server.wait_for(r'"" 0 0 \S+ incomplete_read$')
        self.assertEqual(server.stop(), (0, 1, 0))

    def test_in_the_middle_of_a_transfer(self):
        server = self.serve()
        raw = Raw(server.port, receive_buffer=4096)
        raw.get("/big")
        self.assertEqual(raw.read_head()[0], 200)
        self.reset(raw)
        server.wait_for(r'"GET /big HTTP/1.1" 200 \d+ \S+ system:\d+ \((Connection reset by peer|Broken pipe)\)$')
        self.assertEqual(curl(server.url + "/a"), b"first")
        self.assertEqual(server.stop(), (2, 1, 0))

    def test_between_requests(self):
        server = self.serve()
        with Raw(server.port) as raw:
            raw.get("/a")
            raw.read_response()
        with Raw(server.port):
            pass
        self.assertEqual(curl(server.url + "/a"), b"first")
        self.assertEqual(server.stop(), (2, 0, 0))

    def test_a_file_that_shrinks_meanwhile(self):
        server = self.serve()
        with Raw(server.port, receive_buffer=4096) as raw:
            raw.get("/big")
            self.assertEqual(raw.read_head()[0], 200)
            os.truncate(self.path("big"), 0)
            while raw.read(1 << 20):
                pass
        server.wait_for(r'"GET /big HTTP/1.1" 200 \d+ \S+ incomplete_read$')
        self.assertEqual(curl(server.url + "/a"), b"first")
