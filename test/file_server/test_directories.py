#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""Directories: their index, their listing, and no way out of the root."""

import filecmp
import html.parser
import os
import urllib.parse

from harness import Case, Raw, curl, status_of


class Links(html.parser.HTMLParser):
    """Collects the links of a page, and what they are called."""

    def __init__(self, page):
        super().__init__()
        self.found = {}
        self._href = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._href = dict(attrs)["href"]
            self.found[self._href] = ""

    def handle_endtag(self, tag):
        if tag == "a":
            self._href = None

    def handle_data(self, data):
        if self._href is not None:
            self.found[self._href] += data


class Directories(Case):
    def test_the_index_is_served_for_its_directory(self):
        page = self.write("index.html", b"<p>home")
        self.write("sub/index.html", b"<p>sub")
        server = self.serve()
        self.assertEqual(curl(server.url), page)
        self.assertEqual(curl(server.url + "/sub/"), b"<p>sub")

    def test_a_directory_without_its_slash_is_redirected(self):
        self.write("a b/c/file", b"x")
        server = self.serve()
        with Raw(server.port) as raw:
            for path, location in ("/a%20b", "/a%20b/"), ("/a%20b/c", "/a%20b/c/"), ("//a%20b//c", "/a%20b/c/"), (
                    "/a%20b/x/../c", "/a%20b/c/"):
                raw.get(path)
                status, fields, _ = raw.read_response()
                self.assertEqual((status, fields["Location"]), (301, location))
        self.assertIn(b"file", curl("-L", server.url + "/a%20b/c"))

    def test_a_redirect_never_names_another_host(self):
        self.write("evil.example/file", b"x")
        server = self.serve()
        with Raw(server.port) as raw:
            for path in "//evil.example", "///evil.example", "/%2fevil.example", "/.//evil.example":
                raw.get(path)
                status, fields, _ = raw.read_response()
                self.assertEqual((status, fields["Location"]), (301, "/evil.example/"))

    def test_a_listing_leads_to_every_file(self):
        names = ["plain", "a b", "100%", "a:b", "q?x#y", "<i>&amp;\"'", "\u00fc", "back\\slash", "new\nline", "+"]
        for name in names:
            self.write("dir/" + name, name.encode())
        self.write("dir/inner/x", b"x")
        self.write("dir/.hidden", b"x")
        with open(os.path.join(os.fsencode(self.path("dir")), b"bytes\xff"), "wb") as file:
            file.write(b"not UTF-8")
        server = self.serve()
        page = curl(server.url + "/dir/")
        links = Links(page.decode(errors="replace")).found
        self.assertNotIn(b"hidden", page)
        self.assertEqual(links.pop("../"), "../")
        self.assertEqual(links.pop("./inner/"), "inner/")
        self.assertEqual(len(links), len(names) + 1)
        for href, text in links.items():
            url = urllib.parse.urljoin(server.url + "/dir/", href)
            body = curl(url)
            if body == b"not UTF-8":
                self.assertEqual(href, "./bytes%FF")
                continue
            self.assertIn(body.decode(), names)
            self.assertEqual(text, body.decode())
        self.assertIn("Content-Length: %d\r\n" % len(page), curl("-I", server.url + "/dir/").decode())

    def test_listings_can_be_forbidden(self):
        self.write("dir/file", b"x")
        server = self.serve("--no-listing")
        self.assertEqual(status_of(server.url + "/dir/"), 403)
        self.assertEqual(status_of(server.url + "/dir/file"), 200)


class TheWayOut(Case):
    def setUp(self):
        super().setUp()
        self.inside = self.write("root/inside", b"inside")
        self.write("root/dir/file", b"file")
        self.secret = self.write("secret", b"secret")
        self.write("root-twin/file", b"secret")

    def refuses(self, server, path, *expected):
        with Raw(server.port) as raw:
            raw.get(path)
            status, _, body = raw.read_response()
            self.assertIn(status, expected, path)
            self.assertNotIn(b"secret", body)

    def test_dots(self):
        server = self.serve(root=self.path("root"))
        for path in ("/../secret", "/dir/../../secret", "/..", "/../", "/%2e%2e/secret", "/.%2E/secret",
                     "/dir/%2e%2e%2f%2e%2e%2fsecret", "/..%2fsecret", "/../root-twin/file", "//../secret",
                     "/dir/..//../secret", "/./../secret", "/dir/../../../../../../../../../../etc/passwd"):
            with self.subTest(path):
                self.refuses(server, path, 400)
                self.assertEqual(status_of("--path-as-is", server.url + path), 400)
        for path in "/..\\secret", "/...", "/.../secret", "/%2e%2e%5csecret", "/dir/%252e%252e/secret":
            with self.subTest(path):
                self.refuses(server, path, 404)
        self.assertEqual(curl("--path-as-is", server.url + "/dir/../inside"), b"inside")
        self.assertEqual(curl("--path-as-is", server.url + "/dir/.././dir//%2e/file"), b"file")

    def test_nul_and_broken_escapes(self):
        server = self.serve(root=self.path("root"))
        for path in "/inside%00", "/inside%00.txt", "/%00", "/%", "/%2", "/%zz", "/inside%", "inside", "*":
            with self.subTest(path):
                self.refuses(server, path, 400)

    def test_links(self):
        root = self.path("root")
        os.symlink("../secret", root + "/out")
        os.symlink(self.path("secret"), root + "/absolute")
        os.symlink("..", root + "/parent")
        os.symlink("/", root + "/slash")
        os.symlink("/proc/self/root", root + "/magic")
        os.symlink("loop", root + "/loop")
        os.symlink("inside", root + "/in")
        os.symlink("../inside", root + "/dir/in")
        os.symlink("dir", root + "/linked")
        server = self.serve(root=root)
        for path in ("/out", "/absolute", "/parent/secret", "/parent/", "/slash/etc/passwd", "/slash/", "/loop",
                     "/magic/etc/passwd"):
            with self.subTest(path):
                self.refuses(server, path, 404)
        for path, body in ("/in", b"inside"), ("/dir/in", b"inside"), ("/linked/file", b"file"):
            self.assertEqual(curl(server.url + path), body)
        # Without links at all, which is the way where the kernel can't keep a path inside, too.
        server = self.serve("--no-symlinks", root=root)
        for path in "/out", "/absolute", "/parent/secret", "/slash/", "/loop", "/in", "/dir/in", "/linked/file":
            with self.subTest(path):
                self.refuses(server, path, 404)
        for path, body in ("/inside", b"inside"), ("/dir/file", b"file"):
            self.assertEqual(curl(server.url + path), body)
        self.assertIn(b"inside", curl(server.url))

    def test_a_root_that_is_a_link(self):
        os.symlink("root", self.path("alias"))
        server = self.serve(root=self.path("alias"))
        self.assertEqual(curl(server.url + "/dir/file"), b"file")


class Tree(Case):
    """A directory of this machine, served and compared file by file."""

    CANDIDATES = "/usr/include/boost/asio", "/usr/local/include/boost/asio", "/usr/share/doc", "/usr/include"
    LIMIT = 1000

    def files(self, top):
        found = []
        for directory, _, names in os.walk(top):
            for name in sorted(names):
                path = os.path.join(directory, name)
                if os.path.isfile(path) and not os.path.islink(path) and os.access(path, os.R_OK) and name.isprintable():
                    found.append(os.path.relpath(path, top))
        return sorted(found)[: self.LIMIT]

    def fetch(self, server, names, *options):
        config = self.path("curl.conf")
        with open(config, "w", encoding="utf-8") as file:
            for name in names:
                output = os.path.join(self.path("copy"), name).replace("\\", "\\\\").replace('"', '\\"')
                file.write('url = "%s/%s"\noutput = "%s"\n' % (server.url, urllib.parse.quote(name), output))
        curl("--fail", "--create-dirs", *options, "-K", config)

    def test_every_file_is_the_same(self):
        top = next((path for path in self.CANDIDATES if os.path.isdir(path)), os.path.dirname(os.__file__))
        names = self.files(top)
        self.assertTrue(names)
        server = self.serve(root=top)
        before = server.open_files()
        self.fetch(server, names, "--parallel", "--parallel-max", "8")
        same, different, failed = filecmp.cmpfiles(top, self.path("copy"), names, shallow=False)
        self.assertEqual((different, failed), ([], []))
        self.assertEqual(len(same), len(names))
        # curl is gone. Each further request gives the server a turn to notice.
        asked = 0
        with Raw(server.port) as raw:
            while asked < 10_000:
                raw.get("/nope")
                self.assertEqual(raw.read_response()[0], 404)
                asked += 1
                if server.open_files() <= before + 1:
                    break
            self.assertLessEqual(server.open_files(), before + 1)
        requests, errors, _ = server.stop()
        self.assertEqual((requests, errors), (len(names) + asked, 0))
