import openai
import pytest
from fake import QUESTION, chat, joined


@pytest.fixture
def own(api, key):
    """A client whose key has stored nothing yet."""
    return api.using(api_key=f"{key}-{type(api).__name__}")


def asked(content):
    return [{"role": "user", "content": content}]


def stored(api, content="What is a fjord?", **params):
    return chat(api, messages=asked(content), store=True, **params)


def listed(api, **params):
    return [completion.id for completion in api.every("chat.completions.list", **params)]


def test_a_completion_is_kept_where_that_is_asked_for(own):
    reply = stored(own, metadata={"suite": "fjords"})
    found = own("chat.completions.retrieve", reply.id)
    assert (found.id, found.object, found.model) == (reply.id, "chat.completion", reply.model)
    assert found.created == reply.created
    assert found.choices[0].message.content == reply.choices[0].message.content
    assert found.choices[0].finish_reason == "stop"
    assert found.usage.total_tokens == reply.usage.total_tokens
    assert found.metadata == {"suite": "fjords"}
    for params in [{}, {"store": False}]:
        with pytest.raises(openai.NotFoundError):
            own("chat.completions.retrieve", chat(own, messages=asked("In passing"), **params).id)


def test_a_stream_is_kept_too(own):
    chunks = stored(own, stream=True)
    found = own("chat.completions.retrieve", chunks[0].id)
    assert found.choices[0].message.content == joined(chunks)


def test_calls_are_kept(own):
    tools = [{"type": "function", "function": {"name": "get_depth"}}]
    reply = stored(own, "Use get_depth", tools=tools)
    [call] = own("chat.completions.retrieve", reply.id).choices[0].message.tool_calls
    assert call == reply.choices[0].message.tool_calls[0]


def test_completions_are_listed(own):
    assert listed(own) == []
    ids = [stored(own, f"Fjord {n}").id for n in range(5)]
    assert listed(own) == ids[::-1]
    assert listed(own, limit=2) == ids[::-1]
    assert listed(own, limit=2, order="asc") == ids
    page = own("chat.completions.list", limit=3)
    assert page.has_more and [completion.id for completion in page.data] == ids[:1:-1]
    assert listed(own, after=page.data[-1].id) == ids[1::-1]


def test_a_list_is_filtered(own):
    one = stored(own, "One", metadata={"suite": "fjords", "run": "1"}).id
    two = stored(own, "Two", metadata={"suite": "fjords", "run": "2"}).id
    mini = stored(own, "Three", model="gpt-4o-mini").id
    assert listed(own) == [mini, two, one]
    assert listed(own, metadata={"suite": "fjords"}) == [two, one]
    assert listed(own, metadata={"suite": "fjords", "run": "1"}) == [one]
    assert listed(own, metadata={"suite": "lakes"}) == []
    assert listed(own, model="gpt-4o-mini") == [mini]
    assert listed(own, model="gpt-4o", limit=1) == [two, one]


def test_metadata_can_be_changed(own):
    reply = stored(own, metadata={"run": "1"})
    changed = own("chat.completions.update", reply.id, metadata={"grade": "good"})
    assert (changed.id, changed.metadata) == (reply.id, {"grade": "good"})
    assert own("chat.completions.retrieve", reply.id) == changed
    assert listed(own, metadata={"grade": "good"}) == [reply.id] and listed(own, metadata={"run": "1"}) == []


def test_the_messages_of_a_completion(own):
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/fjord.png"}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What is this?"}, picture]},
        {"role": "assistant", "content": "A fjord."},
        {"role": "user", "content": "How deep is it?", "name": "Ada"},
    ]
    reply = chat(own, messages=messages, store=True)
    found = own.every("chat.completions.messages.list", reply.id)
    assert [message.role for message in found] == ["system", "user", "assistant", "user"]
    assert [message.content for message in found] == ["Be brief.", None, "A fjord.", "How deep is it?"]
    assert [message.id for message in found] == [f"{reply.id}-{n}" for n in range(4)]
    text, image = found[1].content_parts
    assert (text.text, image.image_url.url) == ("What is this?", "https://example.com/fjord.png")
    assert found[0].content_parts is None
    assert own.every("chat.completions.messages.list", reply.id, limit=1) == found
    assert own.every("chat.completions.messages.list", reply.id, order="desc", limit=3) == found[::-1]


def test_a_completion_is_deleted(own):
    reply = stored(own)
    gone = own("chat.completions.delete", reply.id)
    assert (gone.id, gone.object, gone.deleted) == (reply.id, "chat.completion.deleted", True)
    assert listed(own) == []
    for method, params in [
        ("retrieve", {}),
        ("delete", {}),
        ("update", {"metadata": {}}),
        ("messages.list", {}),
    ]:
        with pytest.raises(openai.NotFoundError) as caught:
            own(f"chat.completions.{method}", reply.id, **params)
        assert reply.id in caught.value.message


def test_one_request_that_is_sent_twice_is_kept_twice(own):
    one, other = stored(own), stored(own)
    assert one.id != other.id and listed(own) == [other.id, one.id]
    assert one.choices == other.choices


def test_another_key_does_not_see_it(api, own):
    reply = stored(own)
    with pytest.raises(openai.NotFoundError):
        api("chat.completions.retrieve", reply.id)


@pytest.mark.parametrize(
    "params, param", [({"limit": 101}, "limit"), ({"order": "up"}, "order")], ids=["limit", "order"]
)
def test_a_list_that_is_asked_for_wrongly(own, params, param):
    with pytest.raises(openai.BadRequestError) as caught:
        own("chat.completions.list", **params)
    assert caught.value.param == param


def test_metadata_that_is_too_much(own):
    with pytest.raises(openai.BadRequestError) as caught:
        chat(own, **{**QUESTION, "store": True, "metadata": {f"key {n}": "a" for n in range(17)}})
    assert caught.value.param == "metadata"
