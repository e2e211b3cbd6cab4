"""What the rules of `tests/sdk/rules` say, through either API."""

import json

import pytest
import test_litellm  # Sets what must be set before litellm is imported.
from litellm import completion, stream_chunk_builder
from met import met

TOOLS = [
    test_litellm.function("get_weather", city={"type": "string"}),
    test_litellm.function("get_time", city={"type": "string"}),
]
RESULTS = {"get_weather": "21 °C", "get_time": "9 o'clock"}


@pytest.fixture
def key(request):
    """A key that no other test has, so that what is captured is this test's alone."""
    return f"sk-{request.node.name}"


def loop(key, content, model="openai/gpt-4o", stream=False):
    """What each answer says, and what it calls."""
    messages, said = [{"role": "user", "content": content}], []
    while not said or said[-1][1:]:
        reply = completion(
            model=model, messages=messages, tools=TOOLS, api_key=key, max_retries=0, stream=stream
        )
        message = (stream_chunk_builder(list(reply)) if stream else reply).choices[0].message
        calls = [call.function for call in message.tool_calls or []]
        said.append((message.content or "", *((call.name, json.loads(call.arguments)) for call in calls)))
        messages.append(message)
        for call in message.tool_calls or []:
            result = RESULTS[call.function.name]
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    return said


# The second is a chat that litellm sends as a response.
@pytest.mark.parametrize("model", ["openai/gpt-4o", "openai/responses/gpt-4o"])
@pytest.mark.parametrize("stream", [False, True])
def test_whole_loops(key, model, stream):
    assert loop(f"{key}-weather", "How is the weather in Oslo today?", model, stream) == [
        ("", ("get_weather", {"city": "Oslo"})),
        ('In Oslo it is 21 °C. "Dress well!"',),
    ]
    assert met(f"{key}-weather", "weather") == ["ask the tool", "tell what it says"]
    assert loop(f"{key}-trip", "Plan a trip to Voss.", model, stream) == [
        ("I look Voss up.", ("get_time", {"city": "Voss"}), ("get_weather", {"city": "Voss"})),
        ("", ("get_time", {"city": "Bergen"})),
        ("Leave at 9 o'clock.",),
    ]
    assert met(f"{key}-trip", "trip") == [
        "say something and ask two tools",
        "ask the first once more",
        "sum it up",
    ]
