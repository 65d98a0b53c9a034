# SPDX-License-Identifier: Apache-2.0
"""FastCGI by hand, record by record, for peers that do not behave.

Source: FastCGI Specification 1.0, sections 3 to 5.
"""

import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7


def record(kind, body=b"", request=1):
    return struct.pack(">BBHHBB", 1, kind, request, len(body), 0, 0) + body


def begin(keep=False):
    return record(BEGIN, struct.pack(">HB5x", 1, 1 if keep else 0))


def _length(n):
    return bytes([n]) if n < 128 else struct.pack(">I", n | 0x80000000)


def pairs(variables):
    out = b""
    for name, value in variables.items():
        k, v = name.encode(), value if isinstance(value, bytes) else value.encode()
        out += _length(len(k)) + _length(len(v)) + k + v
    return out


def variables(host, body_length, signature, **more):
    """What mod_proxy_fcgi sends for a webhook."""
    return {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REQUEST_METHOD": "POST",
        "REQUEST_SCHEME": "http",
        "REQUEST_URI": "/botline",
        "SCRIPT_NAME": "/botline",
        "QUERY_STRING": "",
        "HTTP_HOST": host,
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8",
        "CONTENT_LENGTH": str(body_length),
        "HTTP_X_TWILIO_SIGNATURE": signature,
        **more,
    }


class Peer:
    """One connection to the responder."""

    def __init__(self, path, timeout_s=20):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout_s)
        self.socket.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def request(self, params, body):
        """A whole request; the answer's bytes."""
        self.send(begin() + record(PARAMS, pairs(params)) + record(PARAMS))
        for i in range(0, len(body), 60000):
            self.send(record(STDIN, body[i : i + 60000]))
        self.send(record(STDIN))
        return self.answer()

    def closed(self):
        """Waits until the other side has closed; False when it says something instead."""
        try:
            return self.socket.recv(1) == b""
        except (ConnectionResetError, BrokenPipeError):
            return True

    def _exactly(self, n):
        out = b""
        while len(out) < n:
            more = self.socket.recv(n - len(out))
            if not more:
                return None
            out += more
        return out

    def answer(self):
        """What came on stdout up to the end of the request or of the connection."""
        out = b""
        while True:
            head = self._exactly(8)
            if head is None:
                return out
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", head)
            body = self._exactly(length + padding)
            if body is None or kind == END:
                return out
            if kind == STDOUT:
                out += body[:length]
