# SPDX-License-Identifier: Apache-2.0
"""Twilio, as far as a webhook goes: signs it, posts it, reads the reply strictly.

Independent of the sandbox's stand-in and of botline's own code. Source: Twilio, "Webhooks
security", "TwiML for Programmable Messaging".
"""

import base64
import hashlib
import hmac
import itertools
import secrets
import socket
import urllib.parse
import xml.etree.ElementTree as ET

_numbers = itertools.count(secrets.randbelow(1000) * 1000)
_given = []


def fresh_number():
    """A phone number nobody else in this run writes from."""
    _given.append(f"+3460{next(_numbers):07d}")
    return _given[-1]


def given_numbers():
    """All of those, which no log may tell."""
    return tuple(_given)


def fresh_sid():
    return "SM" + secrets.token_hex(16)


def signature(token, url, fields):
    """fields: list of pairs. Sorted by name, then value; one that is there twice counts
    twice unless both are alike."""
    text = url + "".join(k + v for k, v in sorted(set(fields)))
    mac = hmac.new(token.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def encode(fields):
    return urllib.parse.urlencode(fields, errors="surrogateescape").encode("ascii")


class Reply:
    """An HTTP answer as received."""

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.headers = {
            k.strip().lower(): v.strip()
            for k, _, v in (line.partition(":") for line in lines[1:])
        }
        if self.headers.get("transfer-encoding") == "chunked":
            self.body = self._dechunk(self.body)

    @staticmethod
    def _dechunk(data):
        out = b""
        while data:
            size, _, data = data.partition(b"\r\n")
            n = int(size.split(b";")[0], 16)
            if n == 0:
                break
            out, data = out + data[:n], data[n + 2 :]
        return out

    @property
    def texts(self):
        """The messages of the TwiML, in order; AssertionError when Twilio would refuse it."""
        assert self.status == 200, f"status {self.status}: {self.body[:300]!r}"
        kind = self.headers.get("content-type", "")
        assert kind.split(";")[0] in ("text/xml", "application/xml"), f"type {kind!r}"
        assert len(self.body) <= 64 * 1024, "TwiML over 64 kB"
        root = ET.fromstring(self.body)
        assert root.tag == "Response", f"root is {root.tag}"
        assert not (root.text or "").strip(), "text outside of a message"
        texts = []
        for child in root:
            assert child.tag == "Message", f"verb {child.tag}"
            assert not (child.tail or "").strip(), "text outside of a message"
            bodies = child.findall("Body")
            text = bodies[0].text if bodies else child.text
            assert text and text.strip(), "an empty message"
            assert len(text.encode("utf-16-le")) // 2 <= 1600, "over 1600 characters"
            texts.append(text)
        assert len(texts) <= 10, "more than 10 messages"
        return texts


def exchange(port, data, timeout_s=30, half_close=False):
    """Sends bytes to a port and reads to the end; what a broken caller does included."""
    with socket.create_connection(("127.0.0.1", port), timeout_s) as s:
        s.settimeout(timeout_s)
        try:
            s.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent: the answer may be there all the same
        if half_close:
            s.shutdown(socket.SHUT_WR)
        out = b""
        while True:
            try:
                more = s.recv(65536)
            except ConnectionResetError:
                break
            if not more:
                break
            out += more
    return Reply(out)


class Twilio:
    def __init__(self, port, sid, token, hidden=None):
        self.port, self.sid, self.token = port, sid, token
        self.host, self.path = f"127.0.0.1:{port}", "/botline"
        self.hidden = hidden if hidden is not None else []

    @property
    def url(self):
        return f"http://{self.host}{self.path}"

    def fields(self, text, sender, sid=None, to="+34900000000", **more):
        """The form of a message, in the order Twilio uses; a field given as None is left out."""
        form = {
            "ToCountry": "ES",
            "SmsMessageSid": sid or fresh_sid(),
            "NumMedia": "0",
            "ToCity": "",
            "Body": text,
            "FromCountry": "ES",
            "To": to,
            "NumSegments": "1",
            "AccountSid": self.sid,
            "From": sender,
            "ApiVersion": "2010-04-01",
        }
        form["MessageSid"] = form["SmsSid"] = form["SmsMessageSid"]
        form.update(more)
        if text:
            self.hidden.append(text)
        return [(k, v) for k, v in form.items() if v is not None]

    def request(self, body, headers=None, method="POST", path=None):
        """The bytes of a request; a header given as None is left out."""
        head = {
            "Host": self.host,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Connection": "close",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }
        lines = [f"{method} {path or self.path} HTTP/1.1"]
        lines += [f"{k}: {v}" for k, v in head.items() if v is not None]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

    def signed(self, fields, url=None, token=None):
        return {"X-Twilio-Signature": signature(token or self.token, url or self.url, fields)}

    def post(self, fields, headers=None, timeout_s=30, **request):
        """A form, signed unless headers say otherwise."""
        headers = {**self.signed(fields), **(headers or {})}
        return exchange(
            self.port, self.request(encode(fields), headers, **request), timeout_s
        )

    def raw(self, data, timeout_s=30, half_close=False):
        return exchange(self.port, data, timeout_s, half_close)

    def say(self, text, sender=None, sid=None, **more):
        """One message of a person, and the reply."""
        return self.post(self.fields(text, sender or fresh_number(), sid, **more))
