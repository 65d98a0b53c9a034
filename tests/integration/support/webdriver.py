# SPDX-License-Identifier: Apache-2.0
"""A browser: headless Chromium through chromedriver, by the W3C WebDriver protocol."""

import base64
import json
import os
import tempfile
import urllib.error
import urllib.request

from . import proc

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER, SHIFT, UP, ESCAPE = "\ue007", "\ue008", "\ue000", "\ue00c"


class WebDriverError(Exception):
    pass


class Browser:
    """One window. width, height in CSS pixels; scale: pixels of a picture for each."""

    def __init__(self, width=1280, height=860, scale=1):
        self.folder = tempfile.mkdtemp(prefix="botline-browser.", dir="/tmp")
        self.port = proc.free_port()
        self.session = None
        self.driver = proc.Child(
            "chromedriver",
            ["chromedriver", f"--port={self.port}"],
            os.path.join(self.folder, "chromedriver.log"),
            # Everything a browser leaves behind goes with the folder.
            env={"HOME": self.folder, "TMPDIR": self.folder,
                 "XDG_CONFIG_HOME": self.folder, "XDG_CACHE_HOME": self.folder},
            prefix=["setpriv", "--pdeathsig", "TERM", "--"],
        )
        try:
            proc.wait_for(self._ready, 30, "chromedriver is ready")
            self._begin(width, height, scale)
        except BaseException:
            self.close()
            raise

    def _ready(self):
        try:
            return self._call("GET", "/status")["ready"]
        except (OSError, WebDriverError):
            if not self.driver.alive():
                raise proc.Timeout(f"chromedriver ended:\n{self.driver.tail()}") from None
            return False

    def _begin(self, width, height, scale):
        arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--hide-scrollbars", "--force-prefers-reduced-motion",
            f"--user-data-dir={self.folder}/profile", f"--window-size={width},{height}",
        ]
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments, "binary": "/usr/bin/chromium"},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        value = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = f"/session/{value['sessionId']}"
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=scale, mobile=False)

    def _call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as r:
                return json.load(r)["value"]
        except urllib.error.HTTPError as e:
            raise WebDriverError(e.read().decode("utf-8", "replace")[:500]) from None

    def call(self, method, path, body=None):
        return self._call(method, self.session + path, body)

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def go(self, url):
        self.call("POST", "/url", {"url": url})

    def enter(self, css=None):
        """What follows is about a frame of the page; None: about the page itself."""
        self.call("POST", "/frame", {"id": None})
        if css:
            self.call("POST", "/frame", {"id": {ELEMENT: self._find(css)}})

    def reload(self):
        self.call("POST", "/refresh", {})

    def js(self, code, *arguments):
        """The value of a function body."""
        return self.call("POST", "/execute/sync", {"script": code, "args": list(arguments)})

    def _find(self, css):
        return self.call("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.call("POST", f"/element/{self._find(css)}/click", {})

    def type(self, css, text):
        self.call("POST", f"/element/{self._find(css)}/value", {"text": text})

    def wait(self, expression, timeout_s=60, what=None):
        """Until an expression is true in the page; its value."""
        return proc.wait_for(lambda: self.js(f"return {expression}"), timeout_s,
                             what or expression)

    def picture(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.call("GET", "/screenshot")))

    def complaints(self):
        """What the page's console says of errors."""
        entries = self.call("POST", "/se/log", {"type": "browser"})
        return [e["message"] for e in entries if e["level"] == "SEVERE"]

    def close(self):
        if self.session:
            try:
                self.call("DELETE", "")
            except (OSError, WebDriverError):
                pass  # it is ended below in any case
        if self.driver.alive():
            self.driver.stop()
        proc.remove_folder(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
