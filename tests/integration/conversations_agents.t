#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conversations in which there are agents, on each of the three roads."""

from support import talks

talks.main(lambda t: t.agents and not t.office)
