#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conversations with Messenger behind the agents, on each of the three roads."""

from support import talks

talks.main(lambda t: t.office)
