#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""SIGINT and SIGTERM: nobody is accepted any more, transfers get their time, and nothing of it is an error."""

import signal
import socket

from harness import Case, Raw


class Stop(Case):
    SIZE = 64 << 20

    def setUp(self):
        super().setUp()
        self.write("a", b"first")
        with open(self.path("big"), "wb") as file:
            file.truncate(self.SIZE)

    def transfer(self, server):
        """A transfer that is under way, and will be as long as nobody reads."""
        raw = Raw(server.port, receive_buffer=65536)
        self.addCleanup(raw.close)
        raw.get("/big")
        self.assertEqual(raw.read_head()[0], 200)
        return raw

    def idle(self, server):
        """A connection between two requests."""
        raw = Raw(server.port)
        self.addCleanup(raw.close)
        raw.get("/a")
        self.assertEqual(raw.read_response()[2], b"first")
        return raw

    def test_at_rest(self):
        for number in signal.SIGINT, signal.SIGTERM:
            server = self.serve()
            server.signal(number)
            self.assertEqual(server.stop(), (0, 0, 0))

    def test_a_transfer_is_finished(self):
        server = self.serve("--grace", "60")
        idle = self.idle(server)
        fresh = Raw(server.port)
        self.addCleanup(fresh.close)
        transfer = self.transfer(server)
        server.signal(signal.SIGTERM)
        # Who is owed nothing goes at once, and nobody comes in.
        self.assertTrue(idle.at_end())
        self.assertTrue(fresh.at_end())
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", server.port)).close()
        # The transfer goes on to its last byte, and then the connection ends, though it was to be kept.
        left = self.SIZE
        while left:
            data = transfer.read(min(left, 1 << 20))
            self.assertTrue(data)
            left -= len(data)
        self.assertTrue(transfer.at_end())
        transfer.close()
        self.assertEqual(server.stop(), (2, 0, 0))
        server.wait_for(r'"GET /big HTTP/1.1" 200 %d \S+ ok$' % self.SIZE)

    def test_a_request_that_has_begun_is_answered(self):
        server = self.serve("--grace", "60")
        idle = self.idle(server)
        begun = self.idle(server)
        begun.send(b"GET /a HTTP/1.1\r\n")
        # An answer on another connection: what was sent before has been read by then, or lies ready.
        self.idle(server)
        server.signal(signal.SIGINT)
        self.assertTrue(idle.at_end())
        begun.send(b"Host: t\r\n\r\n")
        _, fields, body = begun.read_response()
        self.assertEqual((fields["Connection"], body), ("close", b"first"))
        self.assertTrue(begun.at_end())
        begun.close()
        self.assertEqual(server.stop()[1:], (0, 0))

    def test_the_grace_period_ends(self):
        server = self.serve("--grace", "0.3")
        transfers = [self.transfer(server) for _ in range(3)]
        server.signal(signal.SIGTERM)
        server.wait_for(r'"GET /big HTTP/1.1" 200 \d+ \S+ cancelled$', count=3)
        self.assertEqual(server.stop(), (3, 0, 3))
        for raw in transfers:
            self.assertLess(len(raw.read(self.SIZE)), self.SIZE)

    def test_a_second_signal_is_the_end(self):
        server = self.serve("--grace", "600")
        idle = self.idle(server)
        self.transfer(server)
        server.signal(signal.SIGINT)
        self.assertTrue(idle.at_end())  # the first has been heard
        server.signal(signal.SIGINT)
        server.wait_for(r'"GET /big HTTP/1.1" 200 \d+ \S+ cancelled$')
        self.assertEqual(server.stop(), (2, 0, 1))

    def test_while_connections_wait_for_a_place(self):
        server = self.serve("--max-connections", "1", "--grace", "60")
        idle = self.idle(server)
        waiting = Raw(server.port)
        self.addCleanup(waiting.close)
        server.signal(signal.SIGTERM)
        self.assertTrue(idle.at_end())
        self.assertTrue(waiting.at_end())
        self.assertEqual(server.stop(), (1, 0, 0))
