import pytest
from fake import chat, joined
from openai import NotFoundError


@pytest.fixture
def own(api, key):
    """With a key of its own: what other tests store is not listed."""
    return api.using(api_key=key)


def listed(api, method, *args, **params):
    """All objects of a list, page by page."""
    page = api(method, *args, **params)
    found = list(page.data)
    while page.has_next_page():
        page = api.read(page.get_next_page())
        found += page.data
    return found


def test_stored_completions_are_listed_a_page_at_a_time(own):
    ids = [chat(own, store=True, metadata={"even": str(n % 2 == 0)}).id for n in range(5)]
    assert len(set(ids)) == 5
    chat(own)

    def found(**params):
        return [completion.id for completion in listed(own, "chat.completions.list", **params)]

    assert found(limit=2) == ids[::-1]
    assert found(limit=2, order="asc") == ids
    assert found(limit=1, metadata={"even": "True"}) == [ids[4], ids[2], ids[0]]
    assert found(model="gpt-4o", after=ids[1]) == [ids[0]]
    assert found(model="gpt-4") == []


def test_a_stored_completion_goes_through_its_life(own):
    chunks = chat(own, store=True, stream=True, metadata={"a": "b"})
    stored = own("chat.completions.retrieve", chunks[0].id)
    assert stored.choices[0].message.content == joined(chunks)
    assert (stored.model, stored.metadata) == (chunks[0].model, {"a": "b"})
    assert own("chat.completions.update", stored.id, metadata={"c": "d"}).metadata == {"c": "d"}
    messages = listed(own, "chat.completions.messages.list", stored.id)
    assert [(one.id, one.content) for one in messages] == [(f"{stored.id}-0", "What is a fjord?")]
    assert own("chat.completions.delete", stored.id).deleted
    with pytest.raises(NotFoundError, match=f"Completion {stored.id} not found"):
        own("chat.completions.retrieve", stored.id)


def test_a_conversation_goes_through_its_life(own):
    items = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi."}]
    created = own("conversations.create", items=items, metadata={"a": "b"})
    assert own("conversations.retrieve", created.id) == created
    assert own("conversations.update", created.id, metadata={}).metadata == {}
    more = [{"role": "user", "content": str(n)} for n in range(3)]
    added = own("conversations.items.create", created.id, items=more)
    assert [item.content[0].text for item in added.data] == ["0", "1", "2"]

    def found(**params):
        items = listed(own, "conversations.items.list", created.id, **params)
        return [item.content[0].text for item in items]

    include = ["message.output_text.logprobs", "message.input_image.image_url"]
    assert found(limit=2, include=include) == ["2", "1", "0", "Hi.", "Hello"]
    assert found(order="asc", after=added.data[0].id) == ["1", "2"]
    item = own("conversations.items.retrieve", added.data[0].id, conversation_id=created.id)
    assert item == added.data[0]
    left = own("conversations.items.delete", item.id, conversation_id=created.id)
    assert left.id == created.id
    assert found() == ["2", "1", "Hi.", "Hello"]
    assert own("conversations.delete", created.id).deleted
    with pytest.raises(NotFoundError, match="not found"):
        own("conversations.items.list", created.id)
