"""What the client does when something goes wrong, by both APIs."""

import contextlib
import json
import urllib.request
from operator import attrgetter

import openai
import pytest
from fake import QUESTION, URL, captured, chat, joined, respond
from openai import OpenAI, Timeout
from struck import (
    CALLS,
    HARMLESS,
    JOINED,
    PIECES,
    TRIP,
    broken,
    check_broken,
    check_error,
    errors,
    streams,
    waits,
)

ways = pytest.mark.parametrize("way", [chat, respond])


CLIENT = OpenAI(timeout=30)


def faulty(key, fault):
    return CLIENT.with_options(api_key=key, default_headers={"x-parlel-fault": fault})


@pytest.fixture
def own(api, key):
    """The client as its users have it, with the key of the test and the fault that is asked for."""

    def own(fault=None, **options):
        headers = {"x-parlel-fault": fault} if fault else {}
        return api.using(**{"api_key": key, "max_retries": 2, "default_headers": headers, **options})

    return own


def said(reply):
    """The text of a reply, or of a stream."""
    if not isinstance(reply, list):
        return reply.choices[0].message.content if hasattr(reply, "choices") else reply.output_text
    if hasattr(reply[-1], "choices"):
        return joined([chunk for chunk in reply if chunk.choices])
    return "".join(event.delta for event in reply if event.type == "response.output_text.delta")


def statuses(key):
    return [request["status"] for request in captured(key)["requests"]]


@errors
@ways
@streams
def test_an_error_in_place_of_an_answer(own, key, waits, way, stream, error):
    with pytest.raises(openai.APIStatusError) as raised:
        way(own(error[0]), stream=stream)
    check_error(raised.value, error, key, waits)


@broken
@ways
@streams
def test_a_reply_that_breaks(own, key, waits, way, stream, row):
    whole = said(way(own(api_key="sk-test")))
    check_broken(lambda: said(way(own(row[0]), stream=stream)), row, stream, key, waits, whole)


@pytest.mark.parametrize("fault", ["cut=3", "reset=3", "error=3", "bad_json=3", "bad_utf8=3", "truncate=3"])
@ways
def test_what_a_stream_has_said_before_is_read(key, way, fault):
    client, read = faulty(key, fault), []

    def ask(method, **params):
        for event in attrgetter(method)(client)(**params):
            read.append(event)

    if fault == "truncate=3":
        way(ask, stream=True)
    else:
        with pytest.raises((openai.APIError, ValueError)):
            way(ask, stream=True)
    assert len(read) == 3


@pytest.mark.parametrize("fault", HARMLESS)
@ways
def test_what_is_got_over(own, key, way, fault):
    assert said(way(own(fault), stream=True)) == said(way(own(api_key="sk-test")))
    assert [request["fault"] for request in captured(key)["requests"]] == [fault]


@pytest.mark.parametrize("fault", PIECES)
def test_an_event_twice_or_late_or_not_at_all(own, fault):
    def pieces(chunks):
        found = [choice.delta.content for chunk in chunks for choice in chunk.choices]
        return [piece for piece in found if piece]

    assert pieces(chat(own(fault), stream=True)) == PIECES[fault](pieces(chat(own(), stream=True)))


CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"name": name, "parameters": CITY, "strict": False} for name in ("get_time", "get_weather")]


def chat_calls(client, stream):
    messages = [{"role": "user", "content": TRIP}]
    tools = [{"type": "function", "function": tool} for tool in TOOLS]
    params = {"model": "gpt-4o", "messages": messages, "tools": tools}
    if stream:
        with client.chat.completions.stream(**params) as events:
            reply = events.get_final_completion()
    else:
        reply = client.chat.completions.create(**params)
    return [(call.function.name, call.function.arguments) for call in reply.choices[0].message.tool_calls]


def response_calls(client, stream):
    params = {"model": "gpt-4o", "input": TRIP, "tools": [{"type": "function", **tool} for tool in TOOLS]}
    if stream:
        with client.responses.stream(**params) as events:
            reply = events.get_final_response()
    else:
        reply = client.responses.create(**params)
    return [(call.name, call.arguments) for call in reply.output if call.type == "function_call"]


callers = pytest.mark.parametrize("calls", [chat_calls, response_calls])


@pytest.mark.parametrize("fault", [*JOINED, "same_ids", "index_gap"])
@callers
@streams
def test_calls_are_put_together(key, calls, fault, stream):
    ask = lambda: [(name, json.loads(arguments)) for name, arguments in calls(faulty(key, fault), stream)]
    # The helpers for streams look a call up by its number, and an item by its id.
    lost = {(chat_calls, "index_gap"): IndexError, (response_calls, "same_ids"): RuntimeError}
    if stream and (calls, fault) in lost:
        with pytest.raises(lost[calls, fault]):
            ask()
    else:
        assert ask() == CALLS


@pytest.mark.parametrize(
    "fault, arguments", [("args_broken", '"Voss"'), ("args_none", ""), ("args_null", None)]
)
@callers
@streams
def test_arguments_are_told_as_they_come(key, calls, fault, arguments, stream):
    found = [arguments for _, arguments in calls(faulty(key, fault), stream)]
    assert len(found) == 2 and all((one or "").endswith(arguments or "") for one in found)
    assert all((one is None) == (arguments is None) for one in found)
    with pytest.raises((ValueError, TypeError)):
        json.loads(found[0])


@callers
def test_a_tool_that_was_not_offered(key, calls):
    assert [name for name, _ in calls(faulty(key, "unknown_tool"), False)] == ["no_such_tool"] * 2


@pytest.mark.parametrize(
    "fault, raised", [("omit=3", IndexError), ("unknown", RuntimeError), ("no_finish", RuntimeError)]
)
def test_the_helper_for_responses_wants_every_event(key, fault, raised):
    with pytest.raises(raised):
        response_calls(faulty(key, fault), True)


# A fault, how it is asked, how long a client waits for the next byte, and how often it asks.
SLOW = [
    ("delay=1m", chat, False, 0.1, 2),
    ("delay=1m", respond, True, 0.1, 2),
    ("stall", respond, False, 0.1, 2),
    ("stall", chat, True, 0.1, 2),
    # Where the head has come, too.
    ("stall=1", chat, False, 0.1, 2),
    # What has begun to be streamed is not asked for again.
    ("stall=3", chat, True, 1, 1),
    ("stall=3", respond, True, 1, 1),
]


@pytest.mark.parametrize("fault, way, stream, patience, often", SLOW)
def test_a_time_out(own, key, waits, fault, way, stream, patience, often):
    with pytest.raises(openai.APITimeoutError):
        way(own(fault, timeout=Timeout(30, read=patience), max_retries=1), stream=stream)
    assert (len(captured(key)["requests"]), len(waits)) == (often, often - 1)


def test_a_slow_reply_is_asked_for_again(key, waits):
    headers = {"x-parlel-fault": "delay=1m; times=1"}
    client = OpenAI(api_key=key, timeout=Timeout(30, read=1), default_headers=headers)
    assert said(client.chat.completions.create(**QUESTION)) and statuses(key) == [None, 200]


def post(what, key, body):
    """Tells the fake something that concerns this key alone."""
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    request = urllib.request.Request(f"{URL}/__parlel/{what}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


# Where a fault can be asked for. All of them mean the same.
PLACES = {
    "header": lambda own, key: chat(own("500; times=2")),
    "key": lambda own, key: chat(own(api_key=f"{key}-fault-500-twice")),
    "model": lambda own, key: chat(own(), model="gpt-4o:fault-500-twice"),
    "at run time": lambda own, key: post("faults", key, {"fault": "500", "times": 2}) and chat(own()),
    "rule": lambda own, key: post("rules", key, {"match": {}, "faults": "500; times=2"}) and chat(own()),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_at_the_third_try(own, key, waits, place):
    reply = PLACES[place](own, key)
    assert said(reply) == said(chat(own(api_key="sk-test")))
    key = f"{key}-fault-500-twice" if place == "key" else key
    assert statuses(key) == [500, 500, 200] and len(waits) == 2
    retried = [request["headers"]["x-stainless-retry-count"] for request in captured(key)["requests"]]
    assert retried == ["0", "1", "2"]


@pytest.mark.parametrize(
    "method, params",
    [
        ("completions.create", {"model": "davinci-002", "prompt": "Once"}),
        ("embeddings.create", {"model": "text-embedding-3-small", "input": "a"}),
        ("images.generate", {"prompt": "a harbour", "model": "dall-e-2", "size": "256x256"}),
        ("models.list", {}),
        ("moderations.create", {"input": "a"}),
        ("conversations.create", {}),
    ],
)
def test_any_endpoint_may_fail(own, key, waits, method, params):
    assert own("429; times=1")(method, **params)
    assert statuses(key) == [429, 200] and waits == pytest.approx([0.006])


@pytest.mark.parametrize(
    "fault, stream, statuses, ended",
    [
        ("close", False, [None] * 3, False),
        ("close", True, [None] * 3, False),
        ("cut=3", False, [200] * 3, False),
        ("cut=3", True, [200], False),
        ("truncate=3", True, [200], False),
        ("error=3", True, [200], True),
    ],
)
def test_what_is_captured_of_it(own, key, waits, fault, stream, statuses, ended):
    with contextlib.suppress(openai.APIError):
        chat(own(fault), stream=stream)
    found = captured(key)["requests"]
    assert [request["status"] for request in found] == statuses
    assert [request["ended"] for request in found] == [ended] * len(statuses)


@streams
def test_a_response_that_fails_is_no_exception(own, stream):
    reply = respond(own("failed=3"), stream=stream)
    response = reply[-1].response if stream else reply
    assert (response.status, response.error.code, response.output) == ("failed", "server_error", [])
    assert not stream or [event.type for event in reply[3:]] == ["response.failed"]
