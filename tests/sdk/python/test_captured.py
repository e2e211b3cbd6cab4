import pytest
from fake import QUESTION, URL, captured, chat, fetch
from openai import BadRequestError

CHAT = ("chat", "POST", "/v1/chat/completions")


def test_requests_are_captured_as_they_were_sent(api, key):
    api = api.using(api_key=key)
    ids = [chat(api)._request_id]
    chat(api, stream=True)
    stream = api("chat.completions.with_raw_response.create", **QUESTION, stream=True)
    api.read(stream.parse())
    ids += [None, stream.request_id]
    with pytest.raises(BadRequestError) as caught:
        chat(api, n=0)
    ids.append(caught.value.request_id)
    ids.append(api("completions.create", model="davinci-002", prompt="Once")._request_id)
    ids.append(
        api(
            "embeddings.create", model="text-embedding-3-small", input="a", encoding_format="float"
        )._request_id
    )
    ids.append(api("images.generate", prompt="a")._request_id)
    ids.append(api("moderations.create", input="a")._request_id)
    ids.append(api("models.retrieve", "gpt-4o")._request_id)

    log = captured(key)
    requests = log["requests"]
    assert (log["count"], log["dropped"]) == (9, 0)
    streamed = {**QUESTION, "stream": True}
    assert [
        (one["kind"], one["method"], one["path"], one["body"], one["status"], one["ended"])
        for one in requests
    ] == [
        (*CHAT, QUESTION, 200, None),
        (*CHAT, streamed, 200, True),
        (*CHAT, streamed, 200, True),
        (*CHAT, {**QUESTION, "n": 0}, 400, None),
        ("completion", "POST", "/v1/completions", {"model": "davinci-002", "prompt": "Once"}, 200, None),
        (
            "embeddings",
            "POST",
            "/v1/embeddings",
            {"model": "text-embedding-3-small", "input": "a", "encoding_format": "float"},
            200,
            None,
        ),
        ("images", "POST", "/v1/images/generations", {"prompt": "a"}, 200, None),
        ("moderations", "POST", "/v1/moderations", {"input": "a"}, 200, None),
        ("models", "GET", "/v1/models/gpt-4o", None, 200, None),
    ]
    assert [one["n"] for one in requests] == list(range(1, 10))
    found = [one["request_id"] for one in requests]
    assert [a for a, b in zip(found, ids, strict=True) if b] == [b for b in ids if b]
    assert len(set(found)) == 9
    assert all("OpenAI/Python" in one["headers"]["user-agent"] for one in requests)
    assert key not in str(requests)


def test_a_reset_forgets_one_key_only(api, key):
    mine, others = f"{key}-mine", f"{key}-others"
    for one in (mine, others):
        chat(api.using(api_key=one))
    fetch(f"{URL}/__parlel/reset", mine, "POST")
    assert (captured(mine)["count"], captured(others)["count"]) == (0, 1)
    # Numbers and request ids begin again, so that a second run of a test sees what the first saw.
    again = chat(api.using(api_key=mine))
    [request] = captured(mine)["requests"]
    assert (request["n"], request["request_id"]) == (1, again._request_id)
