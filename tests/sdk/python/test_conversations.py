import openai
import pytest
from fake import respond, types
from test_response_tools import TOOLS, answered, names


def message(text, role="user"):
    return {"type": "message", "role": role, "content": text}


@pytest.fixture
def talk(api):
    return api("conversations.create")


def texts(items):
    return [item.content[0].text for item in items]


def listed(api, talk, **params):
    return api.every("conversations.items.list", talk.id, **params)


def test_a_conversation_from_its_beginning_to_its_end(api):
    talk = api("conversations.create", metadata={"topic": "fjords"}, items=[message("Hi"), message("Ho")])
    assert talk.id.startswith("conv_") and talk.object == "conversation"
    assert (talk.created_at, talk.metadata) == (1_700_000_000, {"topic": "fjords"})
    assert api("conversations.retrieve", talk.id) == talk
    assert texts(listed(api, talk)) == ["Ho", "Hi"]
    changed = api("conversations.update", talk.id, metadata={"topic": "lakes"})
    assert (changed.id, changed.metadata) == (talk.id, {"topic": "lakes"})
    assert api("conversations.retrieve", talk.id) == changed
    gone = api("conversations.delete", talk.id)
    assert (gone.id, gone.object, gone.deleted) == (talk.id, "conversation.deleted", True)
    with pytest.raises(openai.NotFoundError) as caught:
        api("conversations.retrieve", talk.id)
    assert f"Conversation with id '{talk.id}' not found." in caught.value.message


def test_conversations_are_distinct(api):
    one, other = api("conversations.create"), api("conversations.create")
    assert one.id != other.id and one.metadata == {}


def test_items_are_added_found_and_removed(api, talk):
    added = api("conversations.items.create", talk.id, items=[message("Hi"), message("Hello!", "assistant")])
    assert texts(added.data) == ["Hi", "Hello!"]
    assert (added.first_id, added.last_id, added.has_more) == (added.data[0].id, added.data[1].id, False)
    asked, answer = added.data
    assert [(item.type, item.role, item.status) for item in added.data] == [
        ("message", "user", "completed"),
        ("message", "assistant", "completed"),
    ]
    assert asked.content[0].type == "input_text" and answer.content[0].type == "output_text"
    assert api("conversations.items.retrieve", asked.id, conversation_id=talk.id) == asked
    assert api("conversations.items.delete", asked.id, conversation_id=talk.id).id == talk.id
    assert listed(api, talk) == [answer]
    with pytest.raises(openai.NotFoundError):
        api("conversations.items.retrieve", asked.id, conversation_id=talk.id)


def test_items_come_in_pages(api, talk):
    words = [f"word {n}" for n in range(7)]
    api("conversations.items.create", talk.id, items=[message(word) for word in words])
    assert texts(listed(api, talk, limit=3)) == words[::-1]
    assert texts(listed(api, talk, limit=2, order="asc")) == words
    page = api("conversations.items.list", talk.id, limit=4, order="asc")
    assert page.has_more and texts(page.data) == words[:4] and page.last_id == page.data[-1].id
    assert texts(listed(api, talk, order="asc", after=page.last_id)) == words[4:]


def test_responses_remember_it(api, talk):
    first = respond(api, "I am Ada.", conversation=talk.id)
    assert first.conversation.id == talk.id
    second = respond(api, "Who am I?", conversation={"id": talk.id})
    assert second.usage.input_tokens > first.usage.input_tokens
    items = listed(api, talk, order="asc")
    assert [item.role for item in items] == ["user", "assistant", "user", "assistant"]
    assert texts(items) == ["I am Ada.", first.output_text, "Who am I?", second.output_text]
    assert [item.id for item in items[1::2]] == [first.output[0].id, second.output[0].id]


def test_a_stream_and_the_background_are_remembered_too(api, talk):
    last = respond(api, "By stream", conversation=talk.id, stream=True)[-1].response
    assert last.conversation.id == talk.id
    assert texts(listed(api, talk)) == [last.output_text, "By stream"]
    _, final = api.streamed(model="gpt-4o", input="By the helper", conversation=talk.id)
    assert texts(listed(api, talk))[:2] == [final.output_text, "By the helper"]
    reply = respond(api, "Later", conversation=talk.id, background=True)
    while reply.status != "completed":
        reply = api("responses.retrieve", reply.id)
    assert texts(listed(api, talk))[:2] == [reply.output_text, "Later"]


def test_calls_are_remembered(api, talk):
    first = respond(api, "Use Depth", tools=TOOLS, conversation=talk.id)
    assert names(first) == ["Depth"]
    last = respond(api, answered(first), tools=TOOLS, conversation=talk.id)
    assert types(listed(api, talk, order="asc")) == [
        "message",
        "function_call",
        "function_call_output",
        "message",
    ]
    assert last.output_text


def test_thoughts_and_searches_are_remembered(api, talk):
    search = {"tools": [{"type": "web_search"}], "conversation": talk.id, "model": "gpt-5"}
    respond(api, "Search", **search)
    assert types(listed(api, talk, order="asc")) == ["message", "reasoning", "web_search_call", "message"]
    assert respond(api, "Go on.", **search).output_text


def test_what_is_not_kept_is_remembered_where_it_was_said(api, talk):
    reply = respond(api, "In passing", conversation=talk.id, store=False)
    assert texts(listed(api, talk)) == [reply.output_text, "In passing"]


@pytest.mark.parametrize(
    "method, args, params",
    [
        ("conversations.retrieve", ["conv_0"], {}),
        ("conversations.update", ["conv_0"], {"metadata": {}}),
        ("conversations.delete", ["conv_0"], {}),
        ("conversations.items.list", ["conv_0"], {}),
        ("conversations.items.create", ["conv_0"], {"items": [message("Hi")]}),
        ("conversations.items.retrieve", ["msg_0"], {"conversation_id": "conv_0"}),
        ("conversations.items.delete", ["msg_0"], {"conversation_id": "conv_0"}),
        ("responses.create", [], {"model": "gpt-4o", "input": "Hi", "conversation": "conv_0"}),
    ],
)
def test_what_never_was_is_not_found(api, method, args, params):
    with pytest.raises(openai.NotFoundError) as caught:
        api(method, *args, **params)
    assert "conv_0" in caught.value.message


def test_another_key_does_not_see_it(api, talk, key):
    with pytest.raises(openai.NotFoundError):
        api.using(api_key=key)("conversations.retrieve", talk.id)


@pytest.mark.parametrize(
    "params, param",
    [
        ({"items": [message("Hi")] * 21}, "items"),
        ({"items": [{"type": "message", "role": "king", "content": "Hi"}]}, "items[0]"),
        ({"metadata": {"a": 1}}, "metadata.a"),
    ],
    ids=["too many", "a wrong role", "a number"],
)
def test_a_mistake_is_a_bad_request(api, params, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api("conversations.create", **params)
    assert caught.value.param == param


def test_a_conversation_excludes_a_previous_response(api, talk):
    reply = respond(api, "Hi")
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, "Go on.", conversation=talk.id, previous_response_id=reply.id)
    assert caught.value.code == "mutually_exclusive_parameters"
