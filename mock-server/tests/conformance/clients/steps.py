"""What the flows of Python clients share: the control API, and one line of JSON for each step."""

import json
import os
import traceback
import urllib.request

CONTROL = os.environ["CONTROL_URL"]


def control(method, path, body=None):
    """Asks the control API, which no proxy is in the way of."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(CONTROL + path, data=data, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer:
        return json.load(answer)


def take(steps, *arguments):
    """Takes each step, and prints {"step": ..., "passed": ..., "why": ...}."""
    for step in steps:
        line = {"step": step.__name__.replace("_", " "), "passed": True}
        try:
            step(*arguments)
        except Exception:
            line |= {"passed": False, "why": traceback.format_exc(limit=-3)}
        print(json.dumps(line), flush=True)
