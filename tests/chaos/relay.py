# SPDX-License-Identifier: Apache-2.0
"""The way to the upstreams, which can be cut: what comes in at a port of ours goes on to
another, byte by byte, unless they are down (nobody listens) or dumb (nothing goes on)."""

import contextlib
import socket
import threading

from support import proc


class Relay:
    def __init__(self, target_port):
        self.target_port, self.port = target_port, proc.free_port()
        self.goes_on = threading.Event()
        self.goes_on.set()
        self._lock = threading.Lock()  # guards the next
        self._open = set()
        self._listener = None
        self.up()

    def _serve(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # closed
            self.goes_on.wait()
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client):
        try:
            server = socket.create_connection(("127.0.0.1", self.target_port))
        except OSError:
            client.close()
            return
        with self._lock:
            self._open |= {client, server}
        back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
        back.start()
        self._pump(client, server)
        back.join()
        with self._lock:
            self._open -= {client, server}
        client.close()
        server.close()

    def _pump(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.goes_on.wait()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
            return
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def up(self):
        """Everything goes on."""
        if self._listener is None:
            self._listener = socket.socket()
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind(("127.0.0.1", self.port))
            self._listener.listen(512)
            threading.Thread(target=self._serve, args=(self._listener,),
                             daemon=True).start()
        self.goes_on.set()

    def down(self):
        """Connections break, and no new ones are taken."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._listener = None
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self.goes_on.set()

    def dumb(self):
        """Connections stay, and not a byte goes on."""
        self.goes_on.clear()
