# SPDX-License-Identifier: Apache-2.0
"""conf/custom from a dictionary of dotted keys, in libconfig's notation."""

import json
import os


class Raw(str):
    """A value that is already in libconfig's notation, such as a rule."""


def value(v):
    if isinstance(v, Raw):
        return str(v)
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, int):
        return str(v)
    if isinstance(v, dict):
        return "{ " + " ".join(f"{name} = {value(x)};" for name, x in v.items()) + " }"
    if isinstance(v, (list, tuple)) and any(isinstance(x, dict) for x in v):
        return "( " + ", ".join(value(x) for x in v) + " )"
    if isinstance(v, (list, tuple)):
        return "[ " + ", ".join(value(x) for x in v) + " ]"
    # JSON's escapes of a string are libconfig's, as long as UTF-8 stays as it is.
    return json.dumps(v, ensure_ascii=False)


def _group(tree, depth):
    tabs = "\t" * depth
    out = []
    for name, v in tree.items():
        if isinstance(v, dict):
            out.append(f"{tabs}{name} = {{\n{_group(v, depth + 1)}{tabs}}};\n")
        else:
            out.append(f"{tabs}{name} = {value(v)};\n")
    return "".join(out)


def files(keys):
    """{"api.url": …, "chat.chat.appId": …} -> {"api.cfg": text, "chat.cfg": text}."""
    trees = {}
    for key, v in keys.items():
        name, *path = key.split(".")
        node = trees.setdefault(name, {})
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = v
    return {f"{name}.cfg": _group(tree, 0) for name, tree in trees.items()}


def write(folder, keys, user, mode=0o600):
    """Writes the files; those with secrets in them are for their owner alone."""
    os.makedirs(folder, exist_ok=True)
    for name, text in files(keys).items():
        put(os.path.join(folder, name), text, user, mode)


def put(path, text, user, mode=0o600):
    """One file, whole: a reader never sees half of it."""
    fresh = path + ".new"
    data = text if isinstance(text, bytes) else text.encode()
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as f:
        f.write(data)
    user.own(fresh)
    os.replace(fresh, path)
