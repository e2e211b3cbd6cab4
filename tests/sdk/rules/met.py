"""What the rules of these files have answered."""

import json
import os
import urllib.request


def asked(path, key):
    url = os.environ["OPENAI_BASE_URL"].removesuffix("/v1") + path
    request = urllib.request.Request(url, headers={"authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def met(key, theme, noted=False):
    """The rules of a theme that answered a key's requests, in turn. Each of the theme must have, and
    nothing else; nothing may have been noted where that is not wanted."""
    requests = asked("/__parlel/requests", key)["requests"]
    assert noted or [note for request in requests for note in request["notes"]] == []
    never = asked("/__parlel/rules", key)["never"]
    assert [name for name in never if name.startswith(f"{theme}: ")] == []
    assert {request["rule"].split(": ")[0] for request in requests} == {theme}
    return [request["rule"].split(": ")[1] for request in requests]
