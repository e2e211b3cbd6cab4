import base64
import json
import math
import struct

import pytest
from fake import captured


def embed(api, input="What is a fjord?", **params):
    return api("embeddings.create", **{"model": "text-embedding-3-small", "input": input, **params})


def vector(api, input="What is a fjord?", **params):
    return embed(api, input, **params).data[0].embedding


def cosine(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def as_f32(vector):
    return struct.pack(f"<{len(vector)}f", *vector)


def test_base64_is_what_goes_over_the_wire(api, key):
    reply = api.using(api_key=key)(
        "embeddings.with_raw_response.create", model="text-embedding-3-small", input="What is a fjord?"
    )
    [sent] = captured(key)["requests"]
    assert sent["body"]["encoding_format"] == "base64"
    assert len(json.loads(reply.content)["data"][0]["embedding"]) == 8192
    assert reply.parse().data[0].embedding == vector(api)


def test_an_embedding(api):
    reply = embed(api)
    assert (reply.object, reply.model) == ("list", "text-embedding-3-small")
    [item] = reply.data
    assert (item.object, item.index, len(item.embedding)) == ("embedding", 0, 1536)
    assert reply.usage.prompt_tokens == reply.usage.total_tokens > 0


def test_floats_are_the_same_numbers(api):
    floats = as_f32(vector(api, encoding_format="float"))
    # Asked for base64 by name, the client hands over the text.
    assert floats == as_f32(vector(api)) == base64.b64decode(vector(api, encoding_format="base64"))


@pytest.mark.parametrize(
    "input, count",
    [("a", 1), (["a", "b", "c"], 3), ([1, 2, 3], 1), ([[1, 2], [3]], 2)],
    ids=["text", "texts", "tokens", "arrays of tokens"],
)
def test_every_form_of_input_is_embedded(api, input, count):
    data = embed(api, input).data
    assert [item.index for item in data] == list(range(count))
    assert len({as_f32(item.embedding) for item in data}) == count
    one = input if count == 1 else input[-1]
    assert data[-1].embedding == vector(api, one)


@pytest.mark.parametrize(
    "model, dimensions, length",
    [
        ("text-embedding-3-small", None, 1536),
        ("text-embedding-3-small", 1, 1),
        ("text-embedding-3-small", 512, 512),
        ("text-embedding-3-large", None, 3072),
        ("text-embedding-3-large", 256, 256),
        ("text-embedding-ada-002", None, 1536),
    ],
)
def test_every_size_has_length_one(api, model, dimensions, length):
    params = {"dimensions": dimensions} if dimensions else {}
    found = vector(api, model=model, **params)
    assert len(found) == length
    assert math.isclose(cosine(found, found), 1, abs_tol=1e-6)


def test_a_short_vector_is_the_beginning_of_the_long_one(api):
    beginning, short = vector(api)[:256], vector(api, dimensions=256)
    length = math.sqrt(cosine(beginning, beginning))
    assert max(abs(a / length - b) for a, b in zip(beginning, short, strict=True)) < 1e-6


def test_similar_texts_rank_higher(api):
    query = "How do I reset my password?"
    texts = [
        "The bakery opens at seven on Sundays.",
        "To reset a password, open the settings page.",
        "Resetting passwords takes a minute.",
    ]
    query, *others = [item.embedding for item in embed(api, [query, *texts]).data]
    bakery, reset, resetting = [cosine(query, other) for other in others]
    assert reset > resetting > bakery + 0.1
