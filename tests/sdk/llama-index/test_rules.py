"""An agent that says what the rules of `tests/sdk/rules` say, through either API."""

import asyncio

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai import OpenAI, OpenAIResponses
from met import met
from test_llama_index import FAKE


def get_weather(city: str) -> str:
    """What the weather is like in a city."""
    return f"21 °C in {city}"


def get_time(city: str) -> str:
    """What time it is in a city."""
    return f"9 o'clock in {city}"


TOOLS = [FunctionTool.from_defaults(get_weather), FunctionTool.from_defaults(get_time)]


@pytest.fixture
def key(request):
    """A key that no other test has, so that what is captured is this test's alone."""
    return f"sk-{request.node.name}"


@pytest.fixture(params=[OpenAI, OpenAIResponses], ids=["chat", "responses"])
def run(request, key):
    def run(prompt, streaming):
        async def wait():
            # A client belongs to the loop that opened its connections.
            llm = request.param(model="gpt-4o", api_key=key, **FAKE)
            result = await FunctionAgent(tools=TOOLS, llm=llm, streaming=streaming).run(prompt)
            return [call.tool_name for call in result.tool_calls], result.response.content

        return asyncio.run(wait())

    return run


@pytest.mark.parametrize("streaming", [False, True])
def test_a_tool_is_called_and_its_result_told(run, key, streaming):
    called, said = run("How is the weather in Oslo today?", streaming)
    assert (called, said) == (["get_weather"], 'In Oslo it is 21 °C in Oslo. "Dress well!"')
    assert met(key, "weather") == ["ask the tool", "tell what it says"]


@pytest.mark.parametrize("streaming", [False, True])
def test_two_tools_are_called_at_once_after_a_text_and_one_again(run, key, streaming):
    called, said = run("Plan a trip to Voss.", streaming)
    assert (called, said) == (["get_time", "get_weather", "get_time"], "Leave at 9 o'clock in Bergen.")
    assert met(key, "trip") == [
        "say something and ask two tools",
        "ask the first once more",
        "sum it up",
    ]
