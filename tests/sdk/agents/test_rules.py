"""Whole runs that say what the rules of `tests/sdk/rules` say, through either API, whole and streamed."""

import asyncio

import openai
import pytest
from agents import (
    Agent,
    ModelRefusalError,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    WebSearchTool,
    function_tool,
    set_tracing_disabled,
)
from met import met
from openai import AsyncOpenAI
from pydantic import BaseModel

set_tracing_disabled(True)


@function_tool
def get_weather(city: str) -> str:
    """What the weather is like in a city."""
    return f"21 °C in {city}"


@function_tool
def get_time(city: str) -> str:
    """What time it is in a city."""
    return f"9 o'clock in {city}"


class Recipe(BaseModel):
    title: str
    minutes: int
    steps: list[str]
    wine: str | None


@pytest.fixture
def key(request):
    """A key that no other test has, so that what is captured is this test's alone."""
    return f"sk-{request.node.name}"


@pytest.fixture(params=[OpenAIChatCompletionsModel, OpenAIResponsesModel], ids=["chat", "responses"])
def api(request):
    return request.param


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def run(request, api, key):
    def run(prompt, retries=0, **options):
        return wait(api, key, prompt, request.param, retries, **options)[0]

    return run


def wait(api, key, prompt, streamed, retries=0, **options):
    """The result of an agent, and where it streams its events."""

    async def wait():
        # The connections of a client belong to the loop that opened them.
        async with AsyncOpenAI(api_key=key, max_retries=retries, timeout=30) as client:
            model = api(model="gpt-4o", openai_client=client)
            agent = Agent(name="Pilot", instructions="Be brief.", model=model, **options)
            if not streamed:
                return await Runner.run(agent, prompt, max_turns=5), []
            result = Runner.run_streamed(agent, prompt, max_turns=5)
            return result, [event async for event in result.stream_events()]

    return asyncio.run(wait())


def items(result):
    return [item.type for item in result.new_items]


def test_a_tool_is_called_and_its_result_told(run, key):
    result = run("How is the weather in Oslo today?", tools=[get_weather, get_time])
    assert items(result) == ["tool_call_item", "tool_call_output_item", "message_output_item"]
    assert result.new_items[1].output == "21 °C in Oslo"
    assert result.final_output == 'In Oslo it is 21 °C in Oslo. "Dress well!"'
    assert met(key, "weather") == ["ask the tool", "tell what it says"]


def test_two_tools_are_called_at_once_after_a_text_and_one_again(run, key):
    result = run("Plan a trip to Voss.", tools=[get_weather, get_time])
    assert items(result) == [
        "message_output_item",
        *["tool_call_item"] * 2,
        *["tool_call_output_item"] * 2,
        "tool_call_item",
        "tool_call_output_item",
        "message_output_item",
    ]
    outputs = [item.output for item in result.new_items if item.type == "tool_call_output_item"]
    assert outputs == ["9 o'clock in Voss", "21 °C in Voss", "9 o'clock in Bergen"]
    assert result.final_output == "Leave at 9 o'clock in Bergen."
    assert met(key, "trip") == [
        "say something and ask two tools",
        "ask the first once more",
        "sum it up",
    ]


def test_an_answer_in_a_shape_and_a_refusal(run, key):
    soup = run("A recipe for soup", output_type=Recipe).final_output
    assert (soup.title, soup.minutes, soup.steps[1]) == ("soup, “slow”", 25, "Put the soup in.")
    with pytest.raises(ModelRefusalError, match="I cannot help with hemlock."):
        run("A recipe for hemlock", output_type=Recipe)
    assert met(key, "recipe") == ["cook", "refuse"]


def test_retries_come_to_an_answer(run, key):
    assert run("The third time lucky?", retries=2).final_output == "Lucky at the third time."
    with pytest.raises(openai.RateLimitError):
        run("There is no money left")
    assert met(key, "retry") == ["fail twice"] * 3 + ["do not try again"]


def test_a_stream_in_pieces_with_its_usage(api, key):
    result, events = wait(
        api, key, "Say it slowly, please", True, model_settings=ModelSettings(include_usage=True)
    )
    raw = [event.data for event in events if event.type == "raw_response_event"]
    deltas = [event.delta for event in raw if event.type == "response.output_text.delta"]
    assert deltas == ["Slow", " and steady", " — ", "ok."]
    assert result.final_output == "".join(deltas)
    [response] = result.raw_responses
    assert (response.usage.input_tokens, response.usage.total_tokens) == (1000, 1007)
    assert wait(api, key, "But are you sure?", False)[0].final_output == "Quite sure"
    assert met(key, "stream") == ["in pieces", "with probabilities"]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_search_and_what_it_cites(key, streamed):
    question = "Tell me who runs the ferry"
    result, _ = wait(OpenAIResponsesModel, key, question, streamed, tools=[WebSearchTool()])
    assert items(result) == ["tool_call_item", "message_output_item"]
    [cited] = result.new_items[1].raw_item.content[0].annotations
    assert (cited.url, cited.title) == ("https://example.com/ferry", "The ferry")
    assert met(key, "search") == ["cite a page"]
