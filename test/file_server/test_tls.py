#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""The same over TLS, where bodies take the fallback."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import unittest

import harness
from harness import PATIENCE, Case, Raw, curl, status_of


@unittest.skipUnless(shutil.which("openssl"), "makes its certificate with openssl")
class Tls(Case):
    def setUp(self):
        if not harness.HAS_TLS:
            self.skipTest("the server was built without TLS")
        super().setUp()
        self.certificate = self.path("cert.pem")
        self.key = self.path("key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=localhost", "-days", "2", "-keyout", self.key, "-out", self.certificate],
                       check=True, capture_output=True, timeout=PATIENCE)
        self.data = self.write("www/data.bin", os.urandom(3_000_001))
        self.write("www/a", b"first")
        with open(self.path("www/big"), "wb") as file:
            file.truncate(1 << 30)

    def serve_tls(self, *arguments):
        return self.serve("--tls", self.certificate, self.key, *arguments, root=self.path("www"))

    def wrap(self, raw):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        raw.socket = context.wrap_socket(raw.socket, suppress_ragged_eofs=False)
        return raw

    def connect(self, server, receive_buffer=None):
        raw = self.wrap(Raw(server.port, receive_buffer))
        self.addCleanup(raw.close)
        return raw

    def test_curl(self):
        server = self.serve_tls()
        self.assertTrue(server.url.startswith("https://"))
        url = server.url + "/data.bin"
        self.assertEqual(curl("-k", url), self.data)
        self.assertEqual(curl("-k", "-r", "70000-2999999", url), self.data[70_000:3_000_000])
        self.assertEqual(curl("-k", "-r", "-1", url), self.data[-1:])
        partial = self.path("partial")
        self.write("partial", self.data[:1_234_567])
        curl("-k", "-C", "-", "-o", partial, url)
        with open(partial, "rb") as file:
            self.assertEqual(file.read(), self.data)
        self.assertIn(b"Content-Length: 3000001", curl("-k", "-I", url))
        self.assertEqual(status_of("-k", "--path-as-is", server.url + "/../key.pem"), 400)
        self.assertEqual(curl("-k", "--cacert", self.certificate, "--resolve", "localhost:%d:127.0.0.1" % server.port,
                              "https://localhost:%d/a" % server.port), b"first")
        used = curl("-k", "-w", "%{num_connects}\n", "-o", os.devnull, url, "-o", os.devnull, server.url + "/a")
        self.assertEqual(used.split(), [b"1", b"0"])
        self.assertEqual(server.stop()[1], 0)

    def test_the_connection_is_closed_in_order(self):
        server = self.serve_tls()
        raw = self.connect(server)
        raw.get("/a", "Connection: close")
        self.assertEqual(raw.read_response()[2], b"first")
        self.assertEqual(raw.socket.recv(1), b"")  # a ragged end would be an exception
        raw.close()
        self.assertEqual(server.stop(), (1, 0, 0))

    def test_who_speaks_no_tls(self):
        server = self.serve_tls("--header-timeout", "0.3")
        with Raw(server.port) as raw:
            raw.send(b"GET / HTTP/1.1\r\n\r\n")
            while raw.read(100):
                pass
            server.wait_for(raw.name() + r' "" 0 0 \S+ asio.ssl:')
        with Raw(server.port) as raw:
            self.assertTrue(raw.at_end())
            server.wait_for(raw.name() + r' "" 0 0 \S+ timed_out')
        self.assertEqual(curl("-k", server.url + "/a"), b"first")

    def test_clients_that_leave_without_a_goodbye(self):
        server = self.serve_tls()
        raw = self.connect(server)
        raw.get("/a")
        self.assertEqual(raw.read_response()[2], b"first")
        raw.socket.shutdown(socket.SHUT_WR)  # of TCP only
        # Between two requests that is none's business; in a request, and in a handshake, it is.
        raw = self.connect(server)
        raw.send(b"GET /a HTT")
        raw.socket.shutdown(socket.SHUT_WR)
        server.wait_for(r'"" 0 0 \S+ incomplete_read$')
        raw = Raw(server.port)
        raw.close()
        server.wait_for(r'"" 0 0 \S+ incomplete_read$', count=2)
        self.assertEqual(server.stop(), (1, 2, 0))

    def test_a_client_that_takes_nothing(self):
        server = self.serve_tls("--send-timeout", "0.3")
        raw = self.connect(server, receive_buffer=4096)
        raw.get("/big")
        server.wait_for(r'"GET /big HTTP/1.1" 200 \d+ \S+ timed_out$')

    def test_stop(self):
        server = self.serve_tls("--grace", "0.3")
        idle = self.connect(server)
        idle.get("/a")
        self.assertEqual(idle.read_response()[2], b"first")
        transfer = self.connect(server, receive_buffer=4096)
        transfer.get("/big")
        self.assertEqual(transfer.read_head()[0], 200)
        silent = Raw(server.port)  # its handshake never begins
        self.addCleanup(silent.close)
        server.signal(signal.SIGTERM)
        self.assertTrue(silent.at_end())
        server.wait_for(r'"GET /big HTTP/1.1" 200 \d+ \S+ cancelled$')
        self.assertEqual(server.stop(), (2, 0, 1))
