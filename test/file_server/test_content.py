#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""What is served: whole files, parts of them, and nothing when nothing has changed."""

import email.utils
import os

from harness import Case, Curl, Raw, curl, status_of


class Content(Case):
    def setUp(self):
        super().setUp()
        self.data = self.write("data.bin", os.urandom(300_000))
        self.write("small.txt", b"hello\n")
        self.write("empty", b"")

    def test_files_arrive_as_they_are(self):
        server = self.serve()
        for name in "data.bin", "small.txt", "empty":
            with open(self.path(name), "rb") as file:
                self.assertEqual(curl(server.url + "/" + name), file.read())
        server.wait_for(r'"GET /data.bin HTTP/1.1" 200 300000 \S+ ok$')

    def test_names_are_escaped_and_unescaped(self):
        server = self.serve()
        for name in "a b", "100%", "a+b;c=d&e", "\u00fc\u4e2d", "q?#x", "<'\">":
            data = self.write(name, name.encode())
            encoded = "".join("%%%02x" % byte for byte in name.encode())
            self.assertEqual(curl(server.url + "/" + encoded), data)
        self.assertEqual(curl(server.url + "/small.txt?a=b"), b"hello\n")

    def test_absolute_form_of_a_target(self):
        server = self.serve()
        with Raw(server.port) as raw:
            raw.get("http://test/small.txt")
            self.assertEqual(raw.read_response()[2], b"hello\n")

    def test_head_says_what_get_would_send(self):
        server = self.serve()
        head = curl("-I", server.url + "/data.bin").decode()
        self.assertIn("HTTP/1.1 200 OK\r\n", head)
        self.assertIn("\r\nContent-Length: 300000\r\n", head)
        self.assertIn("\r\nAccept-Ranges: bytes\r\n", head)
        with Raw(server.port) as raw:  # and the connection is in step afterwards
            raw.send(b"HEAD /data.bin HTTP/1.1\r\nHost: test\r\n\r\n")
            self.assertEqual(raw.read_head()[0], 200)
            raw.get("/small.txt")
            self.assertEqual(raw.read_response()[2], b"hello\n")

    def test_media_types(self):
        server = self.serve()
        for name, kind in ("a.html", "text/html; charset=utf-8"), ("B.PNG", "image/png"), ("c", "application/octet-stream"):
            self.write(name, b"x")
            self.assertEqual(curl("-o", os.devnull, "-w", "%{content_type}", server.url + "/" + name).decode(), kind)

    def test_ranges(self):
        server = self.serve()
        size = len(self.data)
        with Raw(server.port) as raw:
            for spec, first, last in (
                ("0-0", 0, 0), ("0-99", 0, 99), ("100-199", 100, 199), ("299999-299999", 299_999, 299_999),
                ("299990-", 299_990, 299_999), ("0-", 0, 299_999), ("-1", 299_999, 299_999), ("-500", 299_500, 299_999),
                ("-999999", 0, 299_999), ("299000-999999", 299_000, 299_999),
                ("5-99999999999999999999999999", 5, 299_999),
            ):
                with self.subTest(spec):
                    raw.get("/data.bin", "Range: bytes=" + spec)
                    status, fields, body = raw.read_response()
                    self.assertEqual((status, fields["Content-Range"]), (206, "bytes %d-%d/%d" % (first, last, size)))
                    self.assertEqual(body, self.data[first : last + 1])
            for spec in "300000-", "300000-300001", "99999999999999999999999999-", "-0":
                with self.subTest(spec):
                    raw.get("/data.bin", "Range: bytes=" + spec)
                    status, fields, body = raw.read_response()
                    self.assertEqual((status, fields["Content-Range"]), (416, "bytes */300000"))
            for field in ("bytes=0-1,5-6", "bytes=5-4", "bytes=x-5", "bytes=", "bytes=-", "lines=0-1", "bytes=0x1-5",
                          "bytes=1 -5", "bytes=--5"):
                with self.subTest(field):
                    raw.get("/data.bin", "Range: " + field)
                    status, fields, body = raw.read_response()
                    self.assertEqual((status, body), (200, self.data))
            raw.get("/empty", "Range: bytes=0-")
            self.assertEqual(raw.read_response()[0], 416)
            raw.get("/empty", "Range: bytes=-5")
            self.assertEqual(raw.read_response()[0], 416)

    def test_curl_takes_parts_and_resumes(self):
        server = self.serve()
        self.assertEqual(curl("-r", "1000-1999", server.url + "/data.bin"), self.data[1000:2000])
        partial = self.path("partial")
        self.write("partial", self.data[:123_456])
        curl("-C", "-", "-o", partial, server.url + "/data.bin")
        with open(partial, "rb") as file:
            self.assertEqual(file.read(), self.data)
        server.wait_for(r'"GET /data.bin HTTP/1.1" 206 176544 \S+ ok$')

    def test_files_beyond_4_gib(self):
        size = (5 << 30) + 3
        with open(self.path("sparse"), "wb") as file:
            file.truncate(size)
            for offset, mark in ((4 << 30) - 2, b"edge"), (size - 3, b"end"):
                file.seek(offset)
                file.write(mark)
        server = self.serve()
        self.assertEqual(curl("-r", "%d-%d" % ((4 << 30) - 3, (4 << 30) + 2), server.url + "/sparse"), b"\0edge\0")
        self.assertEqual(curl("-r", "-4", server.url + "/sparse"), b"\0end")
        self.assertIn("Content-Length: %d\r\n" % size, curl("-I", server.url + "/sparse").decode())

    def test_conditions(self):
        server = self.serve()
        url = server.url + "/data.bin"
        modified = os.stat(self.path("data.bin")).st_mtime
        with Raw(server.port) as raw:
            raw.get("/data.bin")
            _, fields, _ = raw.read_response()
        etag = fields["ETag"]
        self.assertEqual(fields["Last-Modified"], email.utils.formatdate(int(modified), usegmt=True))
        older = email.utils.formatdate(modified - 100, usegmt=True)
        newer = email.utils.formatdate(modified + 100, usegmt=True)
        old_form = "Sunday, 06-Nov-94 08:49:37 GMT"  # the two obsolete forms, long ago
        older_form = "Sun Nov  6 08:49:37 1994"
        for expected, *conditions in (
            (304, "If-Modified-Since: " + fields["Last-Modified"]),
            (304, "If-Modified-Since: " + newer),
            (200, "If-Modified-Since: " + older),
            (200, "If-Modified-Since: " + old_form),
            (200, "If-Modified-Since: " + older_form),
            (200, "If-Modified-Since: yesterday"),
            (304, "If-None-Match: " + etag),
            (304, 'If-None-Match: "x", W/' + etag),
            (304, "If-None-Match: *"),
            (200, 'If-None-Match: "x"', "If-Modified-Since: " + newer),
            (412, 'If-Match: "x"'),
            (412, "If-Match: W/" + etag),
            (200, "If-Match: " + etag),
            (200, "If-Match: *"),
            (412, "If-Unmodified-Since: " + older),
            (412, "If-Unmodified-Since: " + old_form),
            (412, "If-Unmodified-Since: " + older_form),
            (200, "If-Unmodified-Since: " + newer),
            (206, "Range: bytes=0-9", "If-Range: " + etag),
            (206, "Range: bytes=0-9", "If-Range: " + fields["Last-Modified"]),
            (200, "Range: bytes=0-9", 'If-Range: "x"'),
            (200, "Range: bytes=0-9", "If-Range: " + older),
        ):
            with self.subTest(conditions):
                arguments = [part for c in conditions for part in ("-H", c)]
                self.assertEqual(status_of(*arguments, url), expected)
        # 304 has no body, and the connection goes on.
        with Raw(server.port) as raw:
            raw.get("/data.bin", "If-None-Match: " + etag)
            self.assertEqual(raw.read_head()[0], 304)
            raw.get("/small.txt")
            self.assertEqual(raw.read_response()[2], b"hello\n")

    def test_a_changed_file_has_another_tag(self):
        server = self.serve()
        with Raw(server.port) as raw:
            raw.get("/small.txt")
            before = raw.read_response()[1]["ETag"]
            self.write("small.txt", b"hello, world\n")
            raw.get("/small.txt")
            _, fields, body = raw.read_response()
        self.assertNotEqual(fields["ETag"], before)
        self.assertEqual(body, b"hello, world\n")

    def test_what_is_not_there_or_not_allowed(self):
        server = self.serve()
        self.write("secret", b"x")
        os.chmod(self.path("secret"), 0)
        os.mkfifo(self.path("fifo"))
        for path, expected in ("/nope", 404), ("/small.txt/", 404), ("/small.txt/x", 404), ("/" + 300 * "x", 404), (
            "/fifo", 403):
            with self.subTest(path):
                self.assertEqual(status_of(server.url + path), expected)
        if os.geteuid() != 0:
            self.assertEqual(status_of(server.url + "/secret"), 403)
        for method in "POST", "PUT", "DELETE", "OPTIONS":
            with self.subTest(method):
                self.assertEqual(status_of("-X", method, server.url + "/small.txt"), 405)
        self.assertIn("\r\nAllow: GET, HEAD\r\n", curl("-i", "-d", "body", server.url + "/small.txt").decode())
        self.assertEqual(status_of("-X", "BREW", server.url + "/small.txt"), 501)

    def test_a_body_that_nobody_reads(self):
        server = self.serve()
        run = Curl("-o", os.devnull, "-w", "%{http_code}", "-H", "Expect:", "--data-binary", "@" + self.path("data.bin"),
                   server.url + "/small.txt")
        self.assertEqual((run.exit, run.body), (0, b"405"))
