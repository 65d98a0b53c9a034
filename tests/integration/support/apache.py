# SPDX-License-Identifier: Apache-2.0
"""An Apache of our own: foreground, loopback, one virtual host that includes the snippet."""

import glob
import os

from . import proc

MODULES = "/usr/lib/apache2/modules"
ROADS = {
    "proxy": ("botline-proxy-fcgi.conf", ("alias", "proxy", "proxy_fcgi", "env")),
    "fcgid": ("botline-fcgid.conf", ("alias", "fcgid")),
    "cgi": ("botline-cgi.conf", ("alias", "cgid", "env")),
}

FRAME = """\
ServerRoot "{here}"
DefaultRuntimeDir "{here}/run"
PidFile "{here}/run/httpd.pid"
ServerName localhost
Listen 127.0.0.1:{port}
ErrorLog "{log}"
ErrorLogFormat "%t [%-m:%l] %7F: %E: %M"
LogLevel warn
{modules}
{user}
{server}
{crew}
ListenBacklog 1024
Timeout 30
TraceEnable off
<Directory "/">
	Require all denied
	AllowOverride None
</Directory>
{defines}
<VirtualHost 127.0.0.1:{port}>
	DocumentRoot "{here}/htdocs"
	Include "{snippet}"
{extra}
</VirtualHost>
"""

CREW = """\
ServerLimit {limit}
StartServers {start}
ThreadsPerChild {each}
ThreadLimit {each}
MaxRequestWorkers {all}"""


def _crew(clients):
    """Threads for so many clients at once, all of them there from the start; None: as few as
    tests need, and more on demand."""
    if clients is None:
        return CREW.format(limit=16, start=2, each=32, all=512)
    # Either process could serve them all: which one accepts is chance, and one without idle
    # threads closes connections under its clients' next request.
    n, each = 2, max(64, clients)
    return (CREW.format(limit=n, start=n, each=each, all=n * each)
            + f"\nMinSpareThreads {each}\nMaxSpareThreads {n * each}")


def _configuration(here, road, port, snippets, user, log, defines, extra, clients):
    snippet, modules = ROADS[road]
    names = ("mpm_event", "authz_core", "reqtimeout", *modules)
    server = {
        "proxy": "",
        "fcgid": f'FcgidIPCDir "{here}/run/fcgid"\n'
        f'FcgidProcessTableFile "{here}/run/fcgid_shm"',
        "cgi": f'ScriptSock "{here}/run/cgid.sock"',
    }[road]
    return FRAME.format(
        here=here,
        port=port,
        log=log,
        modules="\n".join(
            f'LoadModule {n}_module "{MODULES}/mod_{n}.so"' for n in names
        ),
        user=f"User {user.name}\nGroup www-data" if user.switch else "",
        server=server,
        defines="\n".join(f'Define {k} "{v}"' for k, v in defines.items()),
        snippet=os.path.join(snippets, snippet),
        extra=extra,
        crew=_crew(clients),
    )


def start(folder, road, snippets, user, defines, env=None, extra="", port=None, clients=None):
    """Starts Apache below folder and waits until it takes connections.

    road      proxy, fcgid or cgi
    snippets  folder of the shipped snippets
    defines   what the snippet wants defined
    extra     lines for the virtual host, after the snippet
    clients   so many may be served at once; None: 512
    """
    here = os.path.join(folder, "apache")
    for name in ("", "run", "htdocs"):
        os.makedirs(os.path.join(here, name), exist_ok=True)
    log = os.path.join(folder, "log", "apache.log")
    port = port or proc.free_port()
    path = os.path.join(here, "apache.conf")
    with open(path, "w", encoding="utf-8") as f:
        f.write(
            _configuration(here, road, port, snippets, user, log, defines, extra, clients)
        )
    # Apache changes its user by itself; it must begin as whoever we are.
    child = proc.Child(
        "apache",
        ["apache2", "-d", here, "-f", path, "-DFOREGROUND"],
        log,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(env or {})},
        prefix=["setpriv", "--pdeathsig", "TERM", "--"],
    )
    child.port = port

    def up():
        if not child.alive():
            raise proc.Timeout(f"apache ended:\n{child.tail()}")
        # mod_cgid's daemon makes its socket beside all this, and gives it to Apache's user: a
        # request that comes before is answered 503.
        if road == "cgi" and not any(os.stat(x).st_uid == user.uid for x in
                                     glob.glob(os.path.join(here, "run", "cgid.sock*"))):
            return False
        # The line comes once its signals are set; it listens earlier.
        return proc.connects(port) and "resuming normal operations" in child.log()

    try:
        proc.wait_for(up, 20, "apache takes connections")
    except proc.Timeout:
        if child.alive():
            child.stop()
        raise
    return child
