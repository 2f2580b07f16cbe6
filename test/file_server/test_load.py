#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""A short load over the loopback: not how fast it is, but that nothing breaks."""

import re
import shutil
import subprocess
import unittest

from harness import PATIENCE, Case


@unittest.skipUnless(shutil.which("wrk"), "wrk isn't installed")
class Load(Case):
    def load(self, url, *options):
        run = subprocess.run(["wrk", "-t1", "-c32", "-d2s", *options, url], capture_output=True, text=True,
                             timeout=PATIENCE)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("Socket errors", run.stdout)
        self.assertNotIn("Non-2xx", run.stdout)
        count = int(re.search(r"(\d+) requests in", run.stdout).group(1))
        self.assertGreater(count, 0)
        return count

    def test_small_and_large_files(self):
        self.write("small", 1000 * b"x")
        self.write("large", (1 << 20) * b"x")
        server = self.serve()
        count = self.load(server.url + "/small") + self.load(server.url + "/large")
        requests, _, _ = server.stop()
        # wrk leaves in the middle of some transfers at its end, so errors are judged by what it saw.
        self.assertGreaterEqual(requests, count)
