"""What chat models do when something goes wrong, by both APIs. They ask through the Python client."""

from functools import reduce
from operator import add

import openai
import pytest
from langchain_core.exceptions import ModelRateLimitError
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from langchain_openai.chat_models import base
from openai import Timeout
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
    key,
    requests,
    streams,
    waits,
)

# What it makes of the client's own exceptions. Where it has nothing, they stay what they are.
KNOWN = {
    openai.BadRequestError: base.OpenAIInvalidRequestError,
    openai.AuthenticationError: base.OpenAIAuthenticationError,
    openai.PermissionDeniedError: base.OpenAIPermissionDeniedError,
    openai.NotFoundError: base.OpenAIModelNotFoundError,
    openai.RateLimitError: base.OpenAIRateLimitError,
    openai.InternalServerError: base.OpenAIAPIError,
    openai.APIConnectionError: base.OpenAIConnectionError,
    openai.APITimeoutError: base.OpenAITimeoutError,
}


def known(raised):
    return KNOWN.get(raised, raised)


@pytest.fixture(params=[False, True], ids=["chat", "responses"])
def model(request, key):
    def model(fault=None, **options):
        headers = {"x-parlel-fault": fault} if fault else {}
        options = {"api_key": key, "max_retries": 2, "timeout": 30, **options}
        return ChatOpenAI(model="gpt-4o", use_responses_api=request.param, default_headers=headers, **options)

    return model


def ask(model, stream=False):
    question = "What is a fjord?"
    return "".join(chunk.text for chunk in model.stream(question)) if stream else model.invoke(question).text


@errors
@streams
def test_an_error_in_place_of_an_answer(model, key, waits, stream, error):
    with pytest.raises(openai.APIStatusError) as raised:
        ask(model(error[0]), stream)
    check_error(raised.value, error, key, waits, known)


@broken
@streams
def test_a_reply_that_breaks(model, key, waits, stream, row):
    whole = ask(model(api_key="sk-test"))
    check_broken(lambda: ask(model(row[0]), stream), row, stream, key, waits, whole, known)


@pytest.mark.parametrize(
    "fault, stream, often", [("delay=1m", False, 2), ("stall", True, 2), ("stall=3", True, 1)]
)
def test_a_time_out(model, key, waits, fault, stream, often):
    patience = Timeout(30, read=1 if fault == "stall=3" else 0.1)
    with pytest.raises(base.OpenAITimeoutError):
        ask(model(fault, timeout=patience, max_retries=1), stream)
    assert len(requests(key)) == often


@streams
def test_an_answer_at_the_third_try(model, key, waits, stream):
    assert ask(model("500; times=2"), stream) == ask(model(api_key="sk-test"))
    assert [request["status"] for request in requests(key)] == [500, 500, 200]


@streams
def test_its_own_retries_come_on_top(model, key, waits, stream):
    patient = model("429; times=3", max_retries=0).with_retry(
        retry_if_exception_type=(ModelRateLimitError,),
        stop_after_attempt=4,
        exponential_jitter_params={"initial": 0.001, "jitter": 0.001},
    )
    assert patient.invoke("What is a fjord?").text
    assert [request["status"] for request in requests(key)] == [429, 429, 429, 200]


def test_another_model_in_its_place(model, key, waits):
    spare = model(api_key=f"{key}-spare")
    both = model("503", max_retries=0).with_fallbacks([spare])
    assert ask(both) == ask(spare)
    assert [len(requests(own)) for own in (key, f"{key}-spare")] == [1, 2]


def test_a_response_that_fails(key):
    model = ChatOpenAI(
        model="gpt-4o", api_key=key, use_responses_api=True, default_headers={"x-parlel-fault": "failed=3"}
    )
    for stream in (False, True):
        with pytest.raises(ValueError, match="server_error"):
            ask(model, stream)
    assert len(requests(key)) == 2


def test_vectors_at_the_third_try(key, waits):
    vectors = OpenAIEmbeddings(
        model="text-embedding-3-small", api_key=f"{key}-fault-500-twice", check_embedding_ctx_length=False
    )
    assert len(vectors.embed_query("a cat")) == 1536
    assert [request["status"] for request in requests(f"{key}-fault-500-twice")] == [500, 500, 200]


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_is_got_over(model, key, fault):
    assert ask(model(fault), True) == ask(model(api_key="sk-test"))
    assert [request["fault"] for request in requests(key)] == [fault]


@pytest.mark.parametrize("fault", PIECES)
def test_an_event_twice_or_late_or_not_at_all(key, fault):
    def pieces(**headers):
        model = ChatOpenAI(model="gpt-4o", api_key=key, default_headers=headers)
        return [chunk.text for chunk in model.stream("What is a fjord?") if chunk.text]

    assert pieces(**{"x-parlel-fault": fault}) == PIECES[fault](pieces())


@tool
def get_weather(city: str) -> str:
    """What the weather is like in a city."""


@tool
def get_time(city: str) -> str:
    """What time it is in a city."""


def called(model, stream):
    """The message that an answer is, whole or put together."""
    bound = model.bind_tools([get_weather, get_time])
    return reduce(add, bound.stream(TRIP)) if stream else bound.invoke(TRIP)


@pytest.mark.parametrize("fault", [*JOINED, "index_gap", "same_ids"])
@streams
def test_calls_are_put_together(model, fault, stream):
    calls = [(call["name"], call["args"]) for call in called(model(fault), stream).tool_calls]
    is_response = model().use_responses_api
    if stream and is_response and fault == "late_name":
        # It takes the name that the first event tells, and no other.
        assert calls == [("", args) for _, args in CALLS]
    elif stream and is_response and fault == "interleave":
        # It takes what comes for what came last, whichever call that was.
        assert calls != CALLS
    else:
        assert calls == CALLS


@pytest.mark.parametrize("fault", ["args_broken", "args_none"])
def test_broken_arguments_are_invalid_but_mended_in_streams(model, fault):
    whole, streamed = called(model(fault), False), called(model(fault), True)
    assert [call["name"] for call in streamed.tool_calls] == [name for name, _ in CALLS]
    if fault == "args_broken":
        assert [(call["name"], call["args"]) for call in streamed.tool_calls] == CALLS
    if fault == "args_broken" or model().use_responses_api:
        assert whole.tool_calls == []
        assert [call["name"] for call in whole.invalid_tool_calls] == [name for name, _ in CALLS]


@streams
def test_no_arguments_at_all(model, stream):
    if model().use_responses_api:
        with pytest.raises(TypeError):
            called(model("args_null"), stream)
    else:
        assert [call["args"] for call in called(model("args_null"), stream).tool_calls] == [{}, {}]


@streams
def test_a_tool_that_was_not_offered(model, stream):
    calls = called(model("unknown_tool"), stream).tool_calls
    assert [call["name"] for call in calls] == ["no_such_tool"] * 2


def test_a_stream_that_is_not_finished_is_not_noticed(model):
    assert ask(model("no_finish"), True) == ask(model(api_key="sk-test"))
