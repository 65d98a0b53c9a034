#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conversations with the bot alone, on each of the three roads."""

from support import talks

talks.main(lambda t: not t.agents and not t.office)
