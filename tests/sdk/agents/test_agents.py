import asyncio
from typing import Literal

import openai
import pytest
from agents import (
    Agent,
    MaxTurnsExceeded,
    ModelRefusalError,
    ModelSettings,
    OpenAIChatCompletionsModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from pydantic import BaseModel

set_tracing_disabled(True)


class Village(BaseModel):
    name: str
    ferry: bool


class Fjord(BaseModel):
    name: str
    best: Literal["summer", "winter"]
    villages: list[Village]
    saga: str | None


@function_tool
def get_depth(fjord: str, unit: Literal["m", "ft"] = "m") -> str:
    """How deep a fjord is."""
    return f"{fjord}: 1308 {unit}"


@function_tool
def get_tides(port: str) -> list[str]:
    """When the water is high."""
    return ["06:12", "18:40"]


def run(prompt, turns=5, **options):
    """The result of an agent; where it is asked to stream, the result and its events."""
    streamed = options.pop("streamed", False)

    async def wait():
        # The connections of a client belong to the loop that opened them.
        async with AsyncOpenAI(max_retries=0, timeout=30) as client:
            model = OpenAIChatCompletionsModel(model="gpt-4o", openai_client=client)
            options["handoffs"] = [Agent(model=model, **other) for other in options.get("handoffs", [])]
            agent = Agent(name="Pilot", instructions="Be brief.", model=model, **options)
            if not streamed:
                return await Runner.run(agent, prompt, max_turns=turns)
            result = Runner.run_streamed(agent, prompt, max_turns=turns)
            return result, [event async for event in result.stream_events()]

    return asyncio.run(wait())


def items(result):
    return [item.type for item in result.new_items]


CALLED = ["tool_call_item", "tool_call_output_item", "message_output_item"]


def test_a_text():
    result = run("Hello!")
    assert result.final_output.endswith(".") and items(result) == ["message_output_item"]
    assert result.context_wrapper.usage.total_tokens > 0
    assert run("Hello!").final_output == result.final_output


def test_a_stream_sends_the_same():
    result, events = run("Hello!", streamed=True, model_settings=ModelSettings(include_usage=True))
    raw = [event.data for event in events if event.type == "raw_response_event"]
    deltas = [data.delta for data in raw if data.type == "response.output_text.delta"]
    assert "".join(deltas) == result.final_output == run("Hello!").final_output
    assert result.context_wrapper.usage.output_tokens > 0


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_then_a_text_ends_the_run(streamed):
    result = run("Use get_depth", tools=[get_depth, get_tides], streamed=streamed)
    result = result[0] if streamed else result
    assert items(result) == CALLED
    assert "1308" in result.new_items[1].output and result.final_output.endswith(".")


def test_several_tools_are_called():
    result = run("Use get_tides and get_depth", tools=[get_depth, get_tides])
    calls = [item.raw_item.name for item in result.new_items if item.type == "tool_call_item"]
    assert calls == ["get_tides", "get_depth"] and len(result.raw_responses) == 2


@pytest.mark.parametrize("choice, name", [("required", "get_depth"), ("get_tides", "get_tides")])
def test_a_tool_can_be_demanded(choice, name):
    settings = ModelSettings(tool_choice=choice)
    result = run("Go", tools=[get_depth, get_tides], model_settings=settings)
    assert items(result) == CALLED and result.new_items[0].raw_item.name == name


def test_a_run_that_never_ends_is_stopped():
    demanding = {"model_settings": ModelSettings(tool_choice="required"), "reset_tool_choice": False}
    with pytest.raises(MaxTurnsExceeded):
        run("Go", turns=3, tools=[get_depth], **demanding)


@pytest.mark.parametrize("streamed", [False, True])
def test_an_answer_in_a_shape(streamed):
    result = run("Describe a fjord", output_type=Fjord, streamed=streamed)
    assert isinstance((result[0] if streamed else result).final_output, Fjord)


def test_a_tool_and_an_answer_in_a_shape():
    result = run("Use get_depth", tools=[get_depth], output_type=Fjord)
    assert items(result) == CALLED and isinstance(result.final_output, Fjord)


def test_a_refusal_is_an_error():
    with pytest.raises(ModelRefusalError):
        run("Describe one [refusal]", output_type=Fjord)


def test_a_handoff():
    harbour = {"name": "Harbour", "handoff_description": "Knows the tides."}
    result = run("Please transfer_to_harbour", handoffs=[harbour])
    assert items(result) == ["handoff_call_item", "handoff_output_item", "message_output_item"]
    assert result.last_agent.name == "Harbour" and result.final_output.endswith(".")


def test_a_wrong_parameter_is_a_bad_request():
    with pytest.raises(openai.BadRequestError) as caught:
        run("Hello!", model_settings=ModelSettings(temperature=3))
    assert caught.value.param == "temperature"
