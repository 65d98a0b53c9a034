# SPDX-License-Identifier: Apache-2.0
"""Runs the program of a systemd unit as the unit says, where no service manager runs.

The settings are enforced by the same means of the kernel: user, capabilities, a mount
namespace, system call filters. One that this file does not know is an error, so that none is
left out unseen; NOT_HERE names those that need a service manager or cgroups.
"""

import ctypes
import os
import pwd
import resource
import signal
import socket
import subprocess
import sys

NOT_HERE = {
    "Type", "ExecReload", "Restart", "RestartPreventExitStatus", "RestartSec",
    "TimeoutStopSec", "RuntimeDirectoryPreserve", "TasksMax", "MemoryHigh", "MemoryMax",
    "ProtectControlGroups", "ProtectHostname", "KeyringMode", "RemoveIPC",
    "AmbientCapabilities",
    "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality",
    # Without capabilities, /sys and devices these are so already.
    "ProtectClock", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables",
}
HERE = {
    "User", "Group", "UMask", "ExecStart", "ExecStartPre", "RuntimeDirectory",
    "RuntimeDirectoryMode", "StateDirectory", "StateDirectoryMode", "LimitNOFILE", "LimitCORE",
    "NoNewPrivileges", "CapabilityBoundingSet", "ProtectSystem", "ProtectHome", "PrivateTmp",
    "PrivateDevices", "ProtectProc", "ProcSubset", "MemoryDenyWriteExecute",
    "RestrictAddressFamilies", "RestrictNamespaces", "SystemCallArchitectures",
    "SystemCallErrorNumber", "SystemCallFilter",
}

MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
CLONE_NEWNS = 0x20000
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG = 24, 38, 1
SCMP_ALLOW, SCMP_EPERM, SCMP_ENOSYS, SCMP_EAFNOSUPPORT = (
    0x7FFF0000, 0x00050001, 0x00050026, 0x00050061)
CMP_EQ, CMP_MASKED = 4, 7
MNT_DETACH = 2

libc = ctypes.CDLL(None, use_errno=True)


def syscall(name, *args):
    if getattr(libc, name)(*args) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, data=None):
    def text(s):
        return None if s is None else s.encode()

    try:
        syscall("mount", text(source), text(target), text(kind), ctypes.c_ulong(flags),
                text(data))
    except OSError as e:
        raise OSError(e.errno, f"{target}: {e.strerror}") from None


class Unit(dict):
    """One unit: {setting: [values]}; an empty value takes back those before it."""

    def __init__(self, path):
        super().__init__()
        section = None
        with open(path, encoding="utf-8") as f:
            for line in f:
                line = line.strip()
                if line.startswith("["):
                    section = line.strip("[]")
                elif line and line[0] not in "#;" and section in ("Service", "Socket"):
                    name, _, value = line.partition("=")
                    self.setdefault(name, []).append(value)

    def one(self, name):
        return self[name][-1]


def expand(word):
    """The system calls of a set (@system-service), as this machine's systemd has them."""
    if not word.startswith("@"):
        return {word}
    text = subprocess.run(["systemd-analyze", "syscall-filter", word], check=True,
                          capture_output=True, text=True).stdout
    calls = set()
    for line in text.splitlines()[1:]:
        line = line.strip()
        if line and not line.startswith("#"):
            calls |= expand(line)
    return calls


def allowed(unit):
    calls = expand("@default")
    for line in unit["SystemCallFilter"]:
        for word in line.lstrip("~").split():
            calls = calls - expand(word) if line.startswith("~") else calls | expand(word)
    return calls


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64),
                ("b", ctypes.c_uint64)]


class Filter:
    """The filters of a unit, ready to be loaded in the process that will be its program."""

    def __init__(self, unit):
        self.lib = ctypes.CDLL("libseccomp.so.2")
        self.lib.seccomp_init.restype = ctypes.c_void_p
        refused = unit.one("SystemCallErrorNumber")
        assert refused == "EPERM", f"SystemCallErrorNumber={refused}"
        self.calls = self._new(SCMP_EPERM)
        for name in sorted(allowed(unit)):
            number = self._number(name)
            if number >= 0:  # others are calls of other machines
                self._rule(self.calls, SCMP_ALLOW, number, None)
        self.more = self._new(SCMP_ALLOW)
        if unit.one("MemoryDenyWriteExecute") == "yes":
            for name, argument, bits in (("mmap", 2, 6), ("mprotect", 2, 4),
                                         ("pkey_mprotect", 2, 4), ("shmat", 2, 0o100000)):
                self._rule(self.more, SCMP_EPERM, self._number(name),
                           Compare(argument, CMP_MASKED, bits, bits))
        families = {getattr(socket, n) for n in unit.one("RestrictAddressFamilies").split()}
        for family in range(50):
            if family not in families:
                self._rule(self.more, SCMP_EAFNOSUPPORT, self._number("socket"),
                           Compare(0, CMP_EQ, family, 0))

        if unit.one("RestrictNamespaces") == "yes":
            # CLONE_NEW*; clone3 has its flags in memory, and libc does without it.
            for bit in (1 << 17, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30):
                for name in ("unshare", "clone"):
                    self._rule(self.more, SCMP_EPERM, self._number(name),
                               Compare(0, CMP_MASKED, bit, bit))
            self._rule(self.more, SCMP_EPERM, self._number("setns"), None)
            self._rule(self.more, SCMP_ENOSYS, self._number("clone3"), None)

    def _new(self, otherwise):
        context = self.lib.seccomp_init(ctypes.c_uint32(otherwise))
        assert context, "seccomp_init"
        return ctypes.c_void_p(context)

    def _number(self, name):
        return self.lib.seccomp_syscall_resolve_name(name.encode())

    def _rule(self, context, action, number, compare):
        array = (Compare * 1)(compare) if compare else None
        rc = self.lib.seccomp_rule_add_array(context, ctypes.c_uint32(action), number,
                                             1 if compare else 0, array)
        assert rc == 0, f"seccomp_rule_add {number}: {rc}"

    def load(self):
        for context in (self.more, self.calls):
            rc = self.lib.seccomp_load(context)
            assert rc == 0, f"seccomp_load: {rc}"


class House:
    """A service and its socket in the root folder of a Debian."""

    def __init__(self, root, name):
        folder = os.path.join(root, "lib/systemd/system")
        self.root, self.unit = root, Unit(os.path.join(folder, f"{name}.service"))
        self.plug = Unit(os.path.join(folder, f"{name}.socket"))
        unknown = set(self.unit) - HERE - NOT_HERE
        assert not unknown, f"settings nobody has thought of here: {unknown}"
        with open(os.path.join(root, "etc/passwd"), encoding="utf-8") as f:
            rows = [pwd.struct_passwd(line.rstrip("\n").split(":")) for line in f]
        entry = [x for x in rows if x.pw_name == self.unit.one("User")][0]
        self.uid, self.gid = int(entry.pw_uid), int(entry.pw_gid)
        self.filter = Filter(self.unit)
        self.listener = None

    def path(self, *names):
        return os.path.join(self.root, *(n.lstrip("/") for n in names))

    def listen(self):
        """What botline.socket does."""
        address = self.path(self.plug.one("ListenStream"))
        folder = os.path.dirname(address)
        if not os.path.isdir(folder):
            os.mkdir(folder)
            os.chmod(folder, int(self.plug.one("DirectoryMode"), 8))
        with open(self.path("etc/group"), encoding="utf-8") as f:
            groups = {x.split(":")[0]: int(x.split(":")[2]) for x in f}
        assert self.plug.one("SocketUser") == "root"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(address)
        os.chown(address, 0, groups[self.plug.one("SocketGroup")])
        os.chmod(address, int(self.plug.one("SocketMode"), 8))
        self.listener.listen(int(self.plug.one("Backlog")))

    def _folder(self, base, name, mode):
        """RuntimeDirectory=, StateDirectory=: the innermost one is the user's."""
        path = self.path(base)
        for part in name.split("/"):
            path = os.path.join(path, part)
            if not os.path.isdir(path):
                os.mkdir(path, 0o755)
                os.chmod(path, 0o755)
        os.chown(path, self.uid, self.gid)
        os.chmod(path, int(mode, 8))
        return os.path.join("/", base, name)

    def start(self, log, words=None, plugged=True):
        """Starts the program; its pid. words: another command in its place."""
        one = self.unit.one
        writable = [
            self._folder("run", one("RuntimeDirectory"), one("RuntimeDirectoryMode")),
            self._folder("var/lib", one("StateDirectory"), one("StateDirectoryMode")),
        ]
        env = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "RUNTIME_DIRECTORY": writable[0],
            "STATE_DIRECTORY": writable[1],
        }
        command = words or one("ExecStart").split()
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        pid = os.fork()
        if pid == 0:
            try:
                os.dup2(out, 1)
                os.dup2(out, 2)
                self._become(writable)
                if plugged:
                    os.dup2(self.listener.fileno(), 3)
                    env.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
                os.closerange(4 if plugged else 3, 1024)
                self._confine()
                os.execve(command[0], command, env)
            except BaseException as e:  # pylint: disable=broad-except
                os.write(2, f"unit.py: {e!r}\n".encode())
            os._exit(70)
        os.close(out)
        return pid

    def _become(self, writable):
        """The part that wants privileges: namespaces and mounts."""
        one = self.unit.one
        assert one("ProtectSystem") == "strict"
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as f:
            last = int(f.read())
        syscall("unshare", CLONE_NEWNS)
        mount(None, "/", None, MS_REC | MS_PRIVATE)
        mount(self.root, self.root, None, MS_BIND | MS_REC)
        mount("proc", self.path("proc"), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "hidepid=invisible,subset=pid")
        for name in ("home", "root"):
            mount("tmpfs", self.path(name), "tmpfs", MS_RDONLY, "mode=000")
        for name in ("tmp", "var/tmp"):
            mount("tmpfs", self.path(name), "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
        for path in writable:
            mount(self.path(path), self.path(path), None, MS_BIND)
        self._devices()
        mount(None, self.root, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
        os.chdir(self.root)
        number = {"x86_64": 155, "aarch64": 41}[os.uname().machine]
        assert libc.syscall(number, b".", b".") == 0, "pivot_root"
        syscall("umount2", b".", MNT_DETACH)
        os.chdir("/")
        for capability in range(last + 1):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)

    def _devices(self):
        dev = self.path("dev")
        names = ("null", "zero", "full", "random", "urandom", "tty")
        held = [os.open(f"/dev/{n}", os.O_PATH) for n in names]
        mount("tmpfs", dev, "tmpfs", MS_NOSUID, "mode=755")
        for name, fd in zip(names, held):
            with open(os.path.join(dev, name), "w", encoding="ascii"):
                pass
            mount(f"/proc/self/fd/{fd}", os.path.join(dev, name), None, MS_BIND)

    def _confine(self):
        """The part that gives them up."""
        one = self.unit.one
        files = int(one("LimitNOFILE"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.umask(int(one("UMask"), 8))
        os.setgroups([])
        os.setresgid(self.gid, self.gid, self.gid)
        os.setresuid(self.uid, self.uid, self.uid)
        assert one("NoNewPrivileges") == "yes"
        assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        self.filter.load()


if __name__ == "__main__":
    sys.exit("unit.py is for talk.py")
