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
    function_tool,
    set_tracing_disabled,
)
from openai import AsyncOpenAI, Timeout
from pydantic import ValidationError
from struck import (
    HARMLESS,
    JOINED,
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

set_tracing_disabled(True)


@pytest.fixture(params=[OpenAIChatCompletionsModel, OpenAIResponsesModel], ids=["chat", "responses"])
def api(request):
    return request.param


# The connections of a client belong to the loop that opened them.
LOOP = asyncio.new_event_loop()
CLIENT = AsyncOpenAI(max_retries=2, timeout=30)


@pytest.fixture
def run(api, key):
    """The result of an agent, with the key of the test and the fault that is asked for."""

    def run(prompt, fault=None, stream=False, options=None, **tools):
        return LOOP.run_until_complete(
            wait(prompt, fault, stream, {"api_key": key, **(options or {})}, tools)
        )

    async def wait(prompt, fault, stream, options, tools):
        headers = {"x-parlel-fault": fault} if fault else {}
        client = CLIENT.with_options(default_headers=headers, **options)
        model = api(model="gpt-4o", openai_client=client)
        agent = Agent(name="Pilot", instructions="Be brief.", model=model, **tools)
        if not stream:
            return await Runner.run(agent, prompt)
        result = Runner.run_streamed(agent, prompt)
        async for _ in result.stream_events():
            pass
        return result

    return run


@pytest.fixture
def ask(run):
    """What an agent says."""
    return lambda fault=None, stream=False, **options: (
        run("What is a fjord?", fault, stream, options).final_output
    )


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
    patience = Timeout(30, read=1 if fault == "stall=3" else 0.1)
    with pytest.raises(openai.APITimeoutError):
        ask(fault, stream, timeout=patience, max_retries=1)
    assert len(requests(key)) == often


@streams
def test_an_answer_at_the_third_try(ask, key, waits, stream):
    assert ask("500; times=2", stream) == ask(api_key="sk-test")
    assert [request["status"] for request in requests(key)] == [500, 500, 200]


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_is_got_over(ask, key, fault):
    assert ask(fault, True) == ask(api_key="sk-test")
    assert [request["fault"] for request in requests(key)] == [fault]


@pytest.mark.parametrize("fault", ["duplicate=3", "omit=3", "swap=3"])
def test_an_event_twice_or_late_or_not_at_all(ask, api, fault):
    # The text of a response is told again at its end.
    assert (ask(fault, True) == ask()) == (api is OpenAIResponsesModel)


@function_tool
def get_weather(city: str) -> str:
    """What the weather is like in a city."""
    return f"sunny in {city}"


@function_tool
def get_time(city: str) -> str:
    """What time it is in a city."""
    return f"noon in {city}"


# Ends with what the tools say.
TOOLS = {"tools": [get_time, get_weather], "tool_use_behavior": "stop_on_first_tool"}


def outputs(result):
    return [item.output for item in result.new_items if item.type == "tool_call_output_item"]


@pytest.mark.parametrize("fault", [*JOINED, "index_gap"])
@streams
def test_calls_are_put_together(run, fault, stream):
    assert outputs(run(TRIP, fault, stream, **TOOLS)) == ["noon in Voss", "sunny in Voss"]


@pytest.mark.parametrize("fault", ["args_broken", "args_none", "args_null"])
@streams
def test_a_tool_that_cannot_read_its_arguments_says_so(run, api, fault, stream):
    if (fault, stream, api) == ("args_null", False, OpenAIChatCompletionsModel):
        # There is no item for such a call.
        with pytest.raises(ValidationError):
            run(TRIP, fault, stream, **TOOLS)
        return
    found = outputs(run(TRIP, fault, stream, **TOOLS))
    assert len(found) == 2 and all(
        one.startswith("An error occurred while running the tool.") for one in found
    )


@pytest.mark.parametrize(
    "fault, why", [("same_ids", "reused a tool call ID"), ("unknown_tool", "no_such_tool not found")]
)
@streams
def test_calls_that_cannot_be_made(run, key, fault, why, stream):
    with pytest.raises(ModelBehaviorError, match=why):
        run(TRIP, fault, stream, **TOOLS)
    assert len(requests(key)) == 1


@pytest.mark.parametrize("api", [OpenAIResponsesModel], indirect=True)
def test_a_response_that_is_not_finished(ask):
    with pytest.raises(ModelBehaviorError, match="did not produce a final response"):
        ask("no_finish", True)
