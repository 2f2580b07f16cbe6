#
# Copyright (c) 2026 the asyncio-errc authors
#
# Distributed under the Boost Software License, Version 1.0.
# (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
#
"""Tests the example file_server: run.py SERVER CURL [--tls] [unittest argument]..."""

import os
import sys
import unittest

import harness

if __name__ == "__main__":
    harness.SERVER = os.path.abspath(sys.argv[1])
    harness.CURL = sys.argv[2]
    rest = sys.argv[3:]
    harness.HAS_TLS = "--tls" in rest
    rest = [argument for argument in rest if argument != "--tls"]
    if any(not argument.startswith("-") for argument in rest):
        unittest.main(module=None, argv=[sys.argv[0], *rest])
    here = os.path.dirname(os.path.abspath(__file__))
    unittest.main(module=None, argv=[sys.argv[0], "discover", "-s", here, *rest])
