"""An agent that says what the rules of `tests/sdk/rules` say, through either API."""

import asyncio

import pytest
from met import met
from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider


class Recipe(BaseModel):
    title: str
    minutes: int
    steps: list[str]
    wine: str | None


def get_weather(city: str) -> str:
    """What the weather is like in a city."""
    return f"21 °C in {city}"


def get_time(city: str) -> str:
    """What time it is in a city."""
    return f"9 o'clock in {city}"


@pytest.fixture
def key(request):
    """A key that no other test has, so that what is captured is this test's alone."""
    return f"sk-{request.node.name}"


@pytest.fixture(params=[OpenAIChatModel, OpenAIResponsesModel], ids=["chat", "responses"])
def run(request, key):
    def run(prompt, streamed=False, **options):
        async def wait():
            # The connections of a client belong to the loop that opened them.
            async with AsyncOpenAI(api_key=key, max_retries=0, timeout=30) as client:
                model = request.param("gpt-4o", provider=OpenAIProvider(openai_client=client))
                agent = Agent(model, **options)
                if not streamed:
                    return (await agent.run(prompt)).output
                async with agent.run_stream(prompt) as result:
                    return await result.get_output()

        return asyncio.run(wait())

    return run


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_and_its_result_told(run, key, streamed):
    output = run("How is the weather in Oslo today?", streamed, tools=[get_weather, get_time])
    assert output == 'In Oslo it is 21 °C in Oslo. "Dress well!"'
    assert met(key, "weather") == ["ask the tool", "tell what it says"]


def test_two_tools_are_called_at_once_after_a_text_and_one_again(run, key):
    assert run("Plan a trip to Voss.", tools=[get_weather, get_time]) == "Leave at 9 o'clock in Bergen."
    assert met(key, "trip") == [
        "say something and ask two tools",
        "ask the first once more",
        "sum it up",
    ]


def test_an_answer_in_a_shape(run):
    soup = run("A recipe for soup", output_type=NativeOutput(Recipe))
    assert (soup.title, soup.minutes, soup.steps[1]) == ("soup, “slow”", 25, "Put the soup in.")
