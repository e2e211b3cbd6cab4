"""Agent loops that say what the rules of `tests/sdk/rules` say, through either API."""

import openai
import pytest
from langchain_core.exceptions import ModelRateLimitError
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from met import met
from pydantic import BaseModel


@tool
def get_weather(city: str) -> str:
    """What the weather is like in a city."""
    return f"21 °C in {city}"


@tool
def get_time(city: str) -> str:
    """What time it is in a city."""
    return f"9 o'clock in {city}"


TOOLS = {"get_weather": get_weather, "get_time": get_time}


class Recipe(BaseModel):
    """How something is cooked."""

    title: str
    minutes: int
    steps: list[str]
    wine: str | None


@pytest.fixture
def key(request):
    """A key that no other test has, so that what is captured is this test's alone."""
    return f"sk-{request.node.name}"


@pytest.fixture(params=[False, True], ids=["chat", "responses"])
def model(request, key):
    return using(key, use_responses_api=request.param)


def using(key, **options):
    options = {"max_retries": 0, "timeout": 30, "stream_usage": True, **options}
    return ChatOpenAI(model="gpt-4o", api_key=key, **options)


def whole(model, messages):
    return model.invoke(messages)


def streamed(model, messages):
    chunks = list(model.stream(messages))
    joined = chunks[0]
    for chunk in chunks[1:]:
        joined += chunk
    return joined


def loop(model, content, ask):
    """What an agent does until nothing more is called."""
    bound = model.bind_tools(TOOLS.values())
    messages = [HumanMessage(content)]
    while not isinstance(messages[-1], AIMessage) or messages[-1].tool_calls:
        reply = ask(bound, messages)
        messages += [reply, *(TOOLS[call["name"]].invoke(call) for call in reply.tool_calls)]
    return messages


def said(messages):
    """What each answer says, and what it calls."""
    return [
        (message.text, *((call["name"], call["args"]["city"]) for call in message.tool_calls))
        for message in messages
        if isinstance(message, AIMessage)
    ]


@pytest.mark.parametrize("ask", [whole, streamed])
def test_a_tool_is_called_and_its_result_told(model, key, ask):
    messages = loop(model, "How is the weather in Oslo today?", ask)
    assert said(messages) == [
        ("", ("get_weather", "Oslo")),
        ('In Oslo it is 21 °C in Oslo. "Dress well!"',),
    ]
    assert messages[2].content == "21 °C in Oslo" and messages[2].tool_call_id.startswith("call_")
    assert met(key, "weather") == ["ask the tool", "tell what it says"]


@pytest.mark.parametrize("ask", [whole, streamed])
def test_two_tools_are_called_at_once_after_a_text_and_one_again(model, key, ask):
    assert said(loop(model, "Plan a trip to Voss.", ask)) == [
        ("I look Voss up.", ("get_time", "Voss"), ("get_weather", "Voss")),
        ("", ("get_time", "Bergen")),
        ("Leave at 9 o'clock in Bergen.",),
    ]
    assert met(key, "trip") == [
        "say something and ask two tools",
        "ask the first once more",
        "sum it up",
    ]


def test_an_answer_in_a_shape_and_a_refusal(model, key):
    cook = model.with_structured_output(Recipe, method="json_schema")
    soup = cook.invoke("A recipe for soup")
    assert (soup.title, soup.minutes, soup.steps[1]) == ("soup, “slow”", 25, "Put the soup in.")
    raw = model.with_structured_output(Recipe, method="json_schema", include_raw=True)
    refused = raw.invoke("A recipe for hemlock")
    assert refused["parsed"] is None and "I cannot help with hemlock." in str(refused["raw"])
    assert met(key, "recipe") == ["cook", "refuse"]


@pytest.mark.parametrize("ask", [whole, streamed])
def test_retries_come_to_an_answer(model, key, ask):
    patient = using(key, max_retries=2, use_responses_api=model.use_responses_api)
    assert ask(patient, "The third time lucky?").text == "Lucky at the third time."
    with pytest.raises((ModelRateLimitError, openai.RateLimitError)):
        ask(model, "There is no money left")
    assert met(key, "retry") == ["fail twice"] * 3 + ["do not try again"]


def test_a_stream_in_pieces_with_its_usage(model, key):
    chunks = list(model.stream("Say it slowly, please"))
    assert [chunk.text for chunk in chunks if chunk.text] == ["Slow", " and steady", " — ", "ok."]
    usage = streamed(model, "Say it slowly, please").usage_metadata
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (1000, 7, 1007)
    assert usage["input_token_details"]["cache_read"] == 512
    sure = model.bind(logprobs=True) if not model.use_responses_api else model
    assert sure.invoke("But are you sure?").text == "Quite sure"
    assert met(key, "stream") == ["in pieces"] * 2 + ["with probabilities"]


def test_a_near_vector(key):
    vectors = OpenAIEmbeddings(
        model="text-embedding-3-small", api_key=key, check_embedding_ctx_length=False, max_retries=0
    )
    cat, feline, given = vectors.embed_documents(
        ["The cat of the ferry sleeps.", "A feline.", "north by north-west"]
    )
    assert cat == feline and given == pytest.approx([0.6, -0.8, 0])


def test_a_search_and_what_it_cites(key):
    bound = using(key, use_responses_api=True).bind_tools([{"type": "web_search"}])
    for ask in (whole, streamed):
        reply = ask(bound, "Tell me who runs the ferry")
        kinds = [block["type"] for block in reply.content_blocks]
        assert kinds == ["server_tool_call", "server_tool_result", "text"], kinds
        [cited] = reply.content_blocks[-1]["annotations"]
        assert (cited["url"], cited["title"]) == ("https://example.com/ferry", "The ferry")
    assert met(key, "search") == ["cite a page"] * 2
