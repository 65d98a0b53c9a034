# SPDX-License-Identifier: Apache-2.0
"""A web server of a test's own, on loopback: it remembers what it was asked, answers badly
where it is told to, and may pass on the rest.

    peer = Peer(forward="http://127.0.0.1:8081")    without forward the rest is 404
    peer.put("/a/file", File(b"...", "image/png", early=2))
    peer.asked("/a/file")                           [Asked(method, path, headers), ...]
"""

import base64
import collections
import http.server
import threading
import urllib.error
import urllib.request

Asked = collections.namedtuple("Asked", "method path headers")
DRIP_S = 0.2
# What belongs to one connection and not to what is passed on (RFC 9110, 7.6.1).
HOP = ("connection", "keep-alive", "transfer-encoding", "host", "content-length")


class File:
    """What is at an address, and how it comes.

    status, headers   of the answer; headers as they are to be written
    early             so many requests get 404 first
    way               "whole"; "cut": half of it; "endless": zeros behind it, as fast as they
                      are taken; "drip": a byte now and then, for ever; "mute": not a byte
    """

    def __init__(self, body=b"", mime=None, status=200, headers=None, early=0, way="whole"):
        self.body, self.status, self.early, self.way = body, status, early, way
        self.headers = {**({"Content-Type": mime} if mime else {}), **(headers or {})}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # callers that leave are what this is for


class _Handler(http.server.BaseHTTPRequestHandler):
    def _answer(self):
        peer = self.server.peer
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length) if length else None
        file = peer.take(Asked(self.command, self.path, dict(self.headers)))
        if file is not None:
            self._give(file)
        elif peer.forward is not None:
            self._pass_on(peer.forward, body)
        else:
            self._write(404, {}, b"")

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _answer

    def _head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def _write(self, status, headers, body):
        self._head(status, {**headers, "Content-Length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _give(self, file):
        stop = self.server.peer.stopping
        if file.way == "mute":
            stop.wait()
        elif file.way == "whole":
            self._write(file.status, file.headers, file.body)
        elif file.way == "cut":
            self._head(file.status, {**file.headers, "Content-Length": str(len(file.body))})
            self.wfile.write(file.body[: len(file.body) // 2])
        else:
            # No length: it ends when the connection does.
            self._head(file.status, file.headers)
            self.wfile.write(file.body)
            more = bytes(1 if file.way == "drip" else 65536)
            while not stop.wait(DRIP_S if file.way == "drip" else 0):
                self.wfile.write(more)

    def _pass_on(self, base, body):
        request = urllib.request.Request(
            base + self.path, data=body, method=self.command,
            headers={k: v for k, v in self.headers.items() if k.lower() not in HOP})
        try:
            with self.server.peer.opener.open(request, timeout=60) as r:
                status, headers, text = r.status, r.headers, r.read()
        except urllib.error.HTTPError as e:
            status, headers, text = e.code, e.headers, e.read()
        self._write(status, {k: v for k, v in headers.items() if k.lower() not in HOP}, text)

    def log_message(self, *_):
        pass


class Peer:
    def __init__(self, forward=None):
        self.forward, self.stopping = forward, threading.Event()
        self.seen, self._files, self._lock = [], {}, threading.Lock()
        self.opener = urllib.request.build_opener(
            _NoRedirects, urllib.request.ProxyHandler({}))
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.peer = self
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.base = "http://" + self.host
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()

    def put(self, path, file):
        with self._lock:
            self._files[path] = file

    def take(self, asked):
        """Notes a request; the file that is to be given, or None."""
        with self._lock:
            self.seen.append(asked)
            file = self._files.get(asked.path)
            if file is not None and file.early > 0:
                file.early -= 1
                return File(status=404)
            return file

    def asked(self, begin=""):
        """Requests whose path begins so."""
        with self._lock:
            return [a for a in self.seen if a.path.startswith(begin)]


def login(user, password):
    """The header of Basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
