"""What agents do when something goes wrong, by both APIs. They ask through the Python client."""

import asyncio

import openai
import pytest
from agents import (
    Agent,
    ModelBehaviorError,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    set_tracing_disabled,
)
from openai import AsyncOpenAI, Timeout
from struck import HARMLESS, broken, check_broken, check_error, errors, key, requests, streams, waits

set_tracing_disabled(True)


@pytest.fixture(params=[OpenAIChatCompletionsModel, OpenAIResponsesModel], ids=["chat", "responses"])
def api(request):
    return request.param


# The connections of a client belong to the loop that opened them.
LOOP = asyncio.new_event_loop()
CLIENT = AsyncOpenAI(max_retries=2, timeout=30)


@pytest.fixture
def ask(api, key):
    def ask(fault=None, stream=False, **options):
        return LOOP.run_until_complete(run(fault, stream, {"api_key": key, **options}))

    async def run(fault, stream, options):
        headers = {"x-parlel-fault": fault} if fault else {}
        client = CLIENT.with_options(default_headers=headers, **options)
        model = api(model="gpt-4o", openai_client=client)
        agent = Agent(name="Pilot", instructions="Be brief.", model=model)
        if not stream:
            return (await Runner.run(agent, "What is a fjord?")).final_output
        result = Runner.run_streamed(agent, "What is a fjord?")
        async for _ in result.stream_events():
            pass
        return result.final_output

    return ask


@errors
@streams
def test_an_error_in_place_of_an_answer(ask, key, waits, stream, error):
    with pytest.raises(openai.APIStatusError) as raised:
        ask(error[0], stream)
    check_error(raised.value, error, key, waits)


@broken
@streams
def test_a_reply_that_breaks(ask, api, key, waits, stream, row):
    if (row[0], api, stream) == ("truncate=3", OpenAIResponsesModel, True):
        # A chat that stops is taken for a short one. A response has to say that it is complete.
        with pytest.raises(ModelBehaviorError, match="did not produce a final response"):
            ask(row[0], stream)
        assert len(requests(key)) == 1
    else:
        whole = ask(api_key="sk-test")
        check_broken(lambda: ask(row[0], stream), row, stream, key, waits, whole)


@streams
@pytest.mark.parametrize("api", [OpenAIResponsesModel], indirect=True)
def test_a_response_that_fails(ask, key, stream):
    with pytest.raises(ModelBehaviorError, match="response.failed"):
        ask("failed=3", stream)
    assert len(requests(key)) == 1


@pytest.mark.parametrize(
    "fault, stream, often", [("delay=1m", False, 2), ("stall", True, 2), ("stall=3", True, 1)]
)
def test_a_time_out(ask, key, waits, fault, stream, often):
    patience = Timeout(30, read=0.5 if fault == "stall=3" else 0.1)
    with pytest.raises(openai.APITimeoutError):
        ask(fault, stream, timeout=patience, max_retries=1)
    assert len(requests(key)) == often


@streams
def test_an_answer_at_the_third_try(ask, key, waits, stream):
    assert ask("500; times=2", stream) == ask(api_key="sk-test")
    assert [request["status"] for request in requests(key)] == [500, 500, 200]


@pytest.mark.parametrize("fault", HARMLESS)
@streams
def test_what_is_got_over(ask, key, stream, fault):
    assert ask(fault, stream) == ask(api_key="sk-test")
    assert [request["fault"] for request in requests(key)] == [fault]
