import re

import pytest
from fake import QUESTION

LIMITED = {
    "x-ratelimit-limit-requests": r"\d+",
    "x-ratelimit-limit-tokens": r"\d+",
    "x-ratelimit-remaining-requests": r"\d+",
    "x-ratelimit-remaining-tokens": r"\d+",
    "x-ratelimit-reset-requests": r"\d+ms",
    "x-ratelimit-reset-tokens": r"0s|\d+ms|[\d.]+s",
}
NAMED = {"openai-organization": r"[\w-]+", "openai-project": r"proj_\w{24}"}
ALWAYS = {
    "x-request-id": "req_[0-9a-f]{32}",
    "openai-version": "2020-10-01",
    "openai-processing-ms": r"\d+",
    "x-content-type-options": "nosniff",
}
LEGACY = {"model": "gpt-3.5-turbo-instruct", "prompt": "Once"}


@pytest.mark.parametrize(
    "resource, method, params, content_type, extra",
    [
        ("chat.completions", "create", QUESTION, "application/json", NAMED | LIMITED),
        (
            "chat.completions",
            "create",
            {**QUESTION, "stream": True},
            "text/event-stream; charset=utf-8",
            NAMED | LIMITED,
        ),
        ("completions", "create", LEGACY, "application/json", NAMED | LIMITED),
        ("completions", "create", {**LEGACY, "stream": True}, "text/event-stream", NAMED | LIMITED),
        (
            "embeddings",
            "create",
            {"model": "text-embedding-3-small", "input": "a"},
            "application/json",
            NAMED | LIMITED,
        ),
        ("moderations", "create", {"input": "a"}, "application/json", NAMED),
        ("images", "generate", {"prompt": "a"}, "application/json", NAMED),
        ("models", "list", {}, "application/json", {}),
        ("models", "retrieve", {"model": "gpt-4o"}, "application/json", {}),
    ],
)
def test_every_reply_has_the_headers_of_its_kind(api, resource, method, params, content_type, extra):
    reply = api(f"{resource}.with_raw_response.{method}", **params)
    api.read(reply.parse())
    assert reply.headers["content-type"] == content_type
    assert reply.request_id == reply.headers["x-request-id"]
    expected = ALWAYS | extra
    for name, form in expected.items():
        assert re.fullmatch(form, reply.headers[name]), name
    told = {name for name in reply.headers if name.startswith(("openai-", "x-ratelimit-", "x-request-id", "x-content-"))}
    # Legacy completions name the model in a header as well.
    assert told - {"openai-model"} == set(expected)


def test_a_long_question_uses_up_tokens(api):
    def remaining(content):
        messages = [{"role": "user", "content": content}]
        reply = api("chat.completions.with_raw_response.create", model="gpt-4o", messages=messages)
        return int(reply.headers["x-ratelimit-remaining-tokens"])

    assert remaining("fjord " * 1000) < remaining("fjord")
