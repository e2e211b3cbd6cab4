"""What the Python client does when something goes wrong. LangChain and the Agents SDK ask through it, and so do the
same but for what they say in the end."""

import json
import time

import anyio
import openai
import pytest
from met import asked

# How long a client waits before it asks again, where the reply does not tell it.
BACK_OFF = "by itself"

# A fault; the exception, its status and its code; whether the client asks again, and after how many seconds.
ERRORS = [
    ("400", openai.BadRequestError, 400, None, None),
    ("context_length", openai.BadRequestError, 400, "context_length_exceeded", None),
    ("401", openai.AuthenticationError, 401, "invalid_api_key", None),
    ("403", openai.PermissionDeniedError, 403, "model_not_found", None),
    ("region", openai.PermissionDeniedError, 403, "unsupported_country_region_territory", None),
    ("not_found", openai.NotFoundError, 404, "unknown_url", None),
    ("408", openai.APIStatusError, 408, "timeout", BACK_OFF),
    ("409", openai.ConflictError, 409, "conflict", BACK_OFF),
    ("422", openai.UnprocessableEntityError, 422, "unprocessable_entity", None),
    ("429", openai.RateLimitError, 429, "rate_limit_exceeded", 0.006),
    ("rate_limit_tokens", openai.RateLimitError, 429, "rate_limit_exceeded", 0.3),
    # There is no money left, and still the client tries.
    ("insufficient_quota", openai.RateLimitError, 429, "insufficient_quota", BACK_OFF),
    ("500", openai.InternalServerError, 500, ..., BACK_OFF),
    ("502", openai.InternalServerError, 502, None, BACK_OFF),
    ("503", openai.InternalServerError, 503, ..., 1),
    ("slow_down", openai.InternalServerError, 503, "slow_down", 1),
    ("529", openai.InternalServerError, 529, None, 1),
]

# A fault; of a whole reply how often is asked for it and what is raised; of a stream the same. What breaks after the
# head of a stream is not asked for again. Those that end as if that were all are not noticed.
BROKEN = [
    ("close", (3, openai.APIConnectionError), (3, openai.APIConnectionError)),
    ("short", (3, openai.APIConnectionError), (1, None)),
    ("cut=3", (3, openai.APIConnectionError), (1, openai.APIConnectionError)),
    ("reset=3", (3, openai.APIConnectionError), (1, openai.APIConnectionError)),
    ("truncate=3", (1, json.JSONDecodeError), (1, None)),
    ("error=3", (3, openai.InternalServerError), (1, openai.APIError)),
    ("error=3; as=rate_limit", (3, openai.RateLimitError), (1, openai.APIError)),
    ("bad_json=3", (1, json.JSONDecodeError), (1, json.JSONDecodeError)),
    ("bad_utf8=3", (1, UnicodeDecodeError), (1, UnicodeDecodeError)),
]

# What a stream may have in it, or lack, and the client reads on without a word.
HARMLESS = [
    *["split=1", "comment", "crlf", "unknown", "empty_choices", "no_done", "no_usage"],
    *["between=1ms; jitter=50", "ttft=1ms", "tps=5000", "gaps=1ms,2ms", "stall=3; for=1ms"],
]

# An event of a chat's stream that comes twice, not at all, or late: what becomes of the pieces of its text.
PIECES = {
    "duplicate=3": lambda pieces: [*pieces[:3], *pieces[2:]],
    "omit=3": lambda pieces: [*pieces[:2], *pieces[3:]],
    "swap=3": lambda pieces: [*pieces[:2], pieces[3], pieces[2], *pieces[4:]],
}

# Ways in which calls may be streamed, and which the client puts together right.
JOINED = ["late_name", "args_whole", "args_chars", "args_escape", "interleave"]

# What a rule has an assistant call, with the first of these texts.
CALLS = [("get_time", {"city": "Voss"}), ("get_weather", {"city": "Voss"})]
TRIP = "Plan a trip to Voss."

errors = pytest.mark.parametrize("error", ERRORS, ids=[row[0] for row in ERRORS])
broken = pytest.mark.parametrize("row", BROKEN, ids=[row[0] for row in BROKEN])
streams = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def requests(key):
    """What this key has asked."""
    return asked("/__parlel/requests", key)["requests"]


@pytest.fixture
def key(request):
    """A key that no other test has, so that what is captured is this test's alone."""
    return f"sk-{request.node.name}"


@pytest.fixture
def waits(monkeypatch):
    """How long the client waits before it asks again, in seconds. Nobody really waits for it."""
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(anyio, "sleep", sleep)
    return waits


def check_error(raised, error, key, waits, known=lambda raised: raised):
    """That an exception is the one of the table, after as many requests and waits. A client may have a class of its own
    for those of the table."""
    fault, of_class, status, code, again = error
    assert type(raised) is known(of_class)
    assert raised.status_code == status and code in (..., raised.code)
    found = [(request["status"], request["fault"]) for request in requests(key)]
    assert found == [(status, fault)] * (1 if again is None else 3)
    if again == BACK_OFF:
        first, second = waits
        assert 0.375 <= first <= 0.5 and 0.75 <= second <= 1
    else:
        assert waits == ([] if again is None else pytest.approx([again, again]))


def check_broken(ask, row, stream, key, waits, whole, known=lambda raised: raised):
    """That a reply that breaks is asked for as often as the table says, and what is raised in the end. `whole` is what
    the client says where nothing breaks."""
    fault, *outcomes = row
    often, of_class = outcomes[stream]
    if of_class is None:
        text = ask()
        assert whole.startswith(text) and (text == whole) == (fault == "short")
    else:
        with pytest.raises(Exception) as raised:
            ask()
        assert type(raised.value) is known(of_class)
    assert (len(requests(key)), len(waits)) == (often, often - 1)
