"""What the rules of `tests/sdk/rules` say, as their users read it."""

import json

import openai
import pytest
from fake import SETTINGS, captured, joined, respond
from met import met
from openai import OpenAI
from pydantic import BaseModel

TOOLS = {
    "get_weather": lambda city: f'21 °C and "fair" in {city}',
    "get_time": lambda city: f"9 o'clock in {city}",
}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def declared(name):
    return {"name": name, "description": "Looks it up.", "parameters": CITY}


def ask(api, content, method="create", **params):
    messages = [{"role": "user", "content": content}]
    return api(f"chat.completions.{method}", **{"model": "gpt-4o", "messages": messages, **params})


def chat_loop(say, content):
    """What each answer of a chat said, and what it called."""
    tools = [{"type": "function", "function": declared(name)} for name in TOOLS]
    messages, said = [{"role": "user", "content": content}], []
    while not said or said[-1][1:]:
        message = say(model="gpt-4o", messages=messages, tools=tools)
        calls = [call.function for call in message.tool_calls or []]
        said.append((message.content, *((call.name, json.loads(call.arguments)["city"]) for call in calls)))
        messages.append(message)
        for call in message.tool_calls or []:
            result = TOOLS[call.function.name](**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    return said


def responses_loop(say, content, chained=False):
    """The same of responses; what was said is sent again, or kept by the server."""
    tools = [{"type": "function", **declared(name)} for name in TOOLS]
    items, said, reply = [{"role": "user", "content": content}], [], None
    while not said or said[-1][1:]:
        before = {"previous_response_id": reply.id} if chained and reply else {}
        reply = say(model="gpt-4o", input=items, tools=tools, **before)
        calls = [item for item in reply.output if item.type == "function_call"]
        cities = [(call.name, json.loads(call.arguments)["city"]) for call in calls]
        said.append((reply.output_text or None, *cities))
        items = [] if chained else [*items, *reply.output]
        for call in calls:
            result = TOOLS[call.name](**json.loads(call.arguments))
            items.append({"type": "function_call_output", "call_id": call.call_id, "output": result})
    return said


def streamed_chat(client, **params):
    with client.chat.completions.stream(**params) as stream:
        return stream.get_final_completion().choices[0].message


LOOPS = {
    "chat": lambda api, content: chat_loop(
        lambda **params: api("chat.completions.create", **params).choices[0].message, content
    ),
    "chat-streamed": lambda api, content: chat_loop(
        lambda **params: streamed_chat(OpenAI(api_key=api.client.api_key, **SETTINGS), **params), content
    ),
    "responses": lambda api, content: responses_loop(
        lambda **params: api("responses.create", **params), content
    ),
    "responses-chained": lambda api, content: responses_loop(
        lambda **params: api("responses.create", **params), content, chained=True
    ),
    "responses-streamed": lambda api, content: responses_loop(
        lambda **params: api.streamed(**params)[1], content
    ),
}


@pytest.fixture
def own(api, key):
    """The client with the key of the test."""
    return api.using(api_key=key)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_tool_is_called_and_its_result_told(own, key, loop):
    assert loop(own, "How is the weather in Oslo today?") == [
        (None, ("get_weather", "Oslo")),
        ('In Oslo it is 21 °C and "fair" in Oslo. "Dress well!"',),
    ]
    assert met(key, "weather") == ["ask the tool", "tell what it says"]


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_two_tools_are_called_at_once_after_a_text_and_one_again(own, key, loop):
    assert loop(own, "Plan a trip to Voss.") == [
        ("I look Voss up.", ("get_time", "Voss"), ("get_weather", "Voss")),
        (None, ("get_time", "Bergen")),
        ("Leave at 9 o'clock in Bergen.",),
    ]
    assert met(key, "trip") == [
        "say something and ask two tools",
        "ask the first once more",
        "sum it up",
    ]


class Recipe(BaseModel):
    title: str
    minutes: int
    steps: list[str]
    wine: str | None


SOUP = Recipe(title="soup, “slow”", minutes=25, steps=["Boil water.", "Put the soup in."], wine=None)
NO = "I cannot help with hemlock."


def test_an_answer_in_a_shape_and_a_refusal(own, key):
    def chat(content):
        message = ask(own, content, "parse", response_format=Recipe).choices[0].message
        return message.parsed, message.refusal

    def response(content):
        reply = respond(own, content, "parse", text_format=Recipe)
        [part] = reply.output[0].content
        return reply.output_parsed, getattr(part, "refusal", None)

    def streamed(content):
        params = {"model": "gpt-4o", "input": content, "text_format": Recipe}
        events, final = own.streamed(**params)
        deltas = "".join(event.delta for event in events if event.type == "response.refusal.delta")
        return final.output_parsed, deltas or None

    for way in (chat, response, streamed):
        assert way("A recipe for soup") == (SOUP, None)
        assert way("A recipe for hemlock") == (None, NO)
    assert met(key, "recipe") == ["cook", "refuse"] * 3


@pytest.mark.parametrize("way", [ask, respond])
@pytest.mark.parametrize("stream", [False, True])
def test_the_clients_own_retries_come_to_an_answer(own, key, way, stream):
    patient = own.using(max_retries=2)
    reply = way(patient, "The third time lucky?", stream=stream)
    text = {
        (ask, False): lambda: reply.choices[0].message.content,
        (ask, True): lambda: joined(reply),
        (respond, False): lambda: reply.output_text,
        (respond, True): lambda: reply[-1].response.output_text,
    }[way, stream]()
    assert text == "Lucky at the third time."
    with pytest.raises(openai.RateLimitError) as raised:
        way(own, "There is no money left", stream=stream)
    assert raised.value.code == "insufficient_quota"
    assert met(key, "retry") == ["fail twice"] * 3 + ["do not try again"]
    assert [request["status"] for request in captured(key)["requests"]] == [429, 500, 200, 429]


def test_a_chat_streamed_in_pieces(own, key):
    usage = {"include_usage": True}
    whole = ask(own, "Say it slowly, please")
    chunks = ask(own, "Say it slowly, please", stream=True, stream_options=usage)
    contents = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
    assert contents == ["Slow", " and steady", " — ", "ok."]
    assert whole.choices[0].message.content == "".join(contents)
    assert chunks[-1].usage == whole.usage
    told = whole.usage
    assert (told.prompt_tokens, told.completion_tokens, told.total_tokens) == (1000, 7, 1007)
    assert told.prompt_tokens_details.cached_tokens == 512
    assert {(one.id, one.model) for one in [whole, *chunks]} == {("slow-1", "gpt-4o-slow")}

    sure = {"logprobs": True, "top_logprobs": 2}
    [choice] = ask(own, "But are you sure?", **sure).choices
    assert (choice.message.content, choice.finish_reason) == ("Quite sure", "stop")
    assert [(token.token, token.logprob) for token in choice.logprobs.content] == [
        ("Quite", -0.25),
        (" sure", -0.125),
    ]
    assert [token.token for token in choice.logprobs.content[0].top_logprobs] == ["Quite", "Not"]
    streamed = ask(own, "But are you sure?", stream=True, **sure)
    tokens = [
        token
        for chunk in streamed
        for one in chunk.choices
        if one.logprobs
        for token in one.logprobs.content
    ]
    assert tokens == choice.logprobs.content
    assert met(key, "stream") == ["in pieces"] * 2 + ["with probabilities"] * 2


def test_a_response_streamed_in_pieces(own, key):
    whole = respond(own, "Say it slowly, please")
    events = respond(own, "Say it slowly, please", stream=True)
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert deltas == ["Slow", " and steady", " — ", "ok."]
    final = events[-1].response
    assert whole.output_text == final.output_text == "".join(deltas)
    assert final.usage == whole.usage
    assert (whole.usage.input_tokens, whole.usage.output_tokens, whole.usage.total_tokens) == (1000, 7, 1007)
    assert whole.usage.input_tokens_details.cached_tokens == 512
    assert {(one.id, one.model) for one in [whole, final]} == {("slow-1", "gpt-4o-slow")}
    # It is kept under the id that the rule gave it.
    assert own("responses.retrieve", "slow-1").output_text == whole.output_text

    include = ["message.output_text.logprobs"]
    sure = respond(own, "But are you sure?", include=include, top_logprobs=2)
    [part] = sure.output[0].content
    assert part.text == "Quite sure"
    assert [(token.token, token.logprob) for token in part.logprobs] == [("Quite", -0.25), (" sure", -0.125)]
    rules = [request["rule"] for request in captured(key)["requests"] if request["method"] == "POST"]
    assert rules == ["stream: in pieces"] * 2 + ["stream: with probabilities"]


def test_vectors_flags_pictures_and_completions(own, key):
    def vectors(*texts, **params):
        params = {"model": "text-embedding-3-small", "input": list(texts), **params}
        return [item.embedding for item in own("embeddings.create", **params).data]

    feline, cat = vectors("A feline.")[0], vectors("The cat of the ferry sleeps.")[0]
    assert cat == feline
    # Without a format the client asks for base64.
    for params in ({}, {"encoding_format": "float"}):
        given, other = vectors("north by north-west", "A feline.", **params)
        assert given == pytest.approx([0.6, -0.8, 0]) and other == pytest.approx(feline)

    song, dark = own(
        "moderations.create", input=["fifteen men on the dead man's chest", "kill the lights"]
    ).results
    assert song.flagged and song.categories.violence and song.category_scores.violence == 0.9375
    assert song.category_scores.harassment_threatening == 0.5625 and not song.categories.sexual
    assert not dark.flagged and not dark.categories.violence

    pixel = {"prompt": "one single pixel", "model": "dall-e-3", "response_format": "b64_json"}
    [picture] = own("images.generate", **pixel).data
    assert picture.b64_json.startswith("iVBORw0KGgo") and picture.revised_prompt == "A pixel."

    [choice] = own("completions.create", model="davinci-002", prompt="Once upon a ferry").choices
    assert (choice.text, choice.finish_reason) == (" there was a captain.", "length")
    chunks = own("completions.create", model="davinci-002", prompt="Once upon a ferry", stream=True)
    assert "".join(chunk.choices[0].text for chunk in chunks) == choice.text

    model = own("models.retrieve", "gpt-ferry", extra_headers={"x-owner": "Ada"})
    assert (model.created, model.owned_by) == (5, "Ada")
    answered = [request["rule"] for request in captured(key)["requests"] if request["rule"]]
    assert answered == [
        "data: a cat is a feline",
        *["data: a vector"] * 2,
        "data: a pirate's song",
        "data: a picture",
        *["data: a completion"] * 2,
        "data: another body",
    ]


def test_a_search_and_what_it_cites(own, key):
    question = {"content": "Tell me who runs the ferry", "tools": [{"type": "web_search"}]}
    reply, events = respond(own, **question), respond(own, stream=True, **question)
    search, message = reply.output
    assert (search.type, search.id, search.action.query) == ("web_search_call", "ws_ferry", "ferry company")
    [cited] = message.content[0].annotations
    assert (cited.url, cited.title) == ("https://example.com/ferry", "The ferry")
    assert reply.output_text[cited.start_index : cited.end_index] == "example.com"
    assert events[-1].response.output == reply.output
    added = [event for event in events if event.type == "response.output_text.annotation.added"]
    assert [event.annotation.url for event in added] == ["https://example.com/ferry"]
    # It can be gone on from.
    assert respond(own, "And who runs the ferry now?", previous_response_id=reply.id)
    # A chat tells no search, and what is cited in its own form.
    message = ask(own, "Tell me who runs the ferry").choices[0].message
    assert message.content == reply.output_text
    assert {**message.annotations[0].url_citation.to_dict(), "type": "url_citation"} == cited.to_dict()
    assert met(key, "search") == ["cite a page"] * 4
