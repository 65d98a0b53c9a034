# SPDX-License-Identifier: Apache-2.0
"""Writes a conversation's file as src/store/record.h has it: put_record.py FOLDER ID TIME < JSON"""
import hashlib
import os
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


folder, conv, moment = sys.argv[1], sys.argv[2], int(sys.argv[3])
record = sys.stdin.read().strip().encode()
tail = struct.pack("=QQ", 1, len(record)) + record
slot = b"botslot1" + struct.pack("=II", crc32c(tail), 0) + tail
path = os.path.join(folder, "c-" + hashlib.sha256(conv.encode()).hexdigest())
with open(path, "wb") as f:
    os.chmod(path, 0o600)
    f.write(b"botconv1" + bytes(56) + slot)
os.utime(path, (moment, moment))
