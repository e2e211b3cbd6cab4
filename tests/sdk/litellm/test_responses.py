import asyncio

import pytest
import test_litellm  # Sets what must be set before litellm is imported.

import litellm
from litellm import responses

SEARCH = {"type": "web_search"}
DEPTH = {
    "type": "function",
    "name": "get_depth",
    "parameters": {"type": "object", "properties": {"fjord": {"type": "string"}}, "required": ["fjord"]},
}


def asked(content="Hello!", **params):
    return {"model": "openai/gpt-4o", "input": content, "max_retries": 0, **params}


def types(things):
    """What they are, those that follow others of their type left out."""
    found = [str(getattr(thing.type, "value", thing.type)) for thing in things]
    return [one for one, before in zip(found, [None, *found]) if one != before]


def test_a_text():
    reply = responses(**asked())
    assert reply.output_text.endswith(".") and reply.status == "completed"
    assert reply.usage.total_tokens > 0
    assert asyncio.run(litellm.aresponses(**asked())).output_text == reply.output_text


def test_a_stream_sends_the_same():
    events = list(responses(**asked(), stream=True))
    assert types(events)[0] == "response.created" and types(events)[-1] == "response.completed"
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == responses(**asked()).output_text


def test_a_loop_ends():
    history = [{"role": "user", "content": "Use get_depth"}]
    reply = responses(**asked(history, tools=[DEPTH]))
    [call] = reply.output
    assert (call.type, call.name) == ("function_call", "get_depth")
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "1308"}
    chained = responses(**asked([output], tools=[DEPTH], previous_response_id=reply.id))
    assert chained.output_text.endswith(".")
    sent_back = responses(**asked([*history, call.model_dump(exclude_none=True), output], tools=[DEPTH]))
    assert sent_back.output_text.endswith(".")


def test_a_search():
    reply = responses(**asked(tools=[SEARCH]))
    assert types(reply.output) == ["web_search_call", "message"]
    assert reply.output[1].content[0].annotations[0].type == "url_citation"


def test_thoughts():
    reply = responses(**asked(model="openai/gpt-5", reasoning={"effort": "high", "summary": "auto"}))
    assert types(reply.output) == ["reasoning", "message"] and reply.output[0].summary


def test_a_response_is_found_and_deleted():
    reply = responses(**asked("For a while"))
    found = litellm.get_responses(reply.id)
    assert found.output[0].content[0].text == reply.output_text
    assert [item["role"] for item in litellm.list_input_items(reply.id)["data"]] == ["user"]
    assert litellm.delete_responses(reply.id).deleted
    with pytest.raises(litellm.NotFoundError, match="not found"):
        litellm.get_responses(reply.id)


def test_a_wrong_parameter_is_a_bad_request():
    with pytest.raises(litellm.BadRequestError, match="temperature"):
        responses(**asked(temperature=3))
    with pytest.raises(litellm.BadRequestError, match="previous_response_not_found"):
        responses(**asked(previous_response_id="resp_0"))


def test_a_chat_that_is_sent_as_a_response():
    reply = litellm.completion(
        model="openai/responses/gpt-4o", messages=[{"role": "user", "content": "Hello!"}], max_retries=0
    )
    assert test_litellm.text(reply).endswith(".") and reply.usage.total_tokens > 0
