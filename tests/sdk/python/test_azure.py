import pytest
from fake import QUESTION, SETTINGS, URL, Async, Sync, captured
from openai import AsyncAzureOpenAI, AzureOpenAI

VECTOR = {"model": "text-embedding-3-small", "input": "a"}


@pytest.fixture(params=[(Sync, AzureOpenAI), (Async, AsyncAzureOpenAI)], ids=["sync", "async"])
def azure(request):
    """The client of its own that Azure has, made with these options."""
    wrapper, client = request.param
    return lambda **options: wrapper(
        client(azure_endpoint=URL, api_version="2024-10-21", **SETTINGS, **options)
    )


def paths(key):
    return [request["path"] for request in captured(key)["requests"]]


def test_the_models_name_goes_into_the_path(api, azure, key):
    client = azure(api_key=key)
    for method, asked, path in [
        ("chat.completions.create", QUESTION, "/openai/deployments/gpt-4o/chat/completions"),
        ("embeddings.create", VECTOR, "/openai/deployments/text-embedding-3-small/embeddings"),
        ("responses.create", {"model": "gpt-4o", "input": "a"}, "/openai/responses"),
    ]:
        said = client(method, **asked)
        assert paths(key)[-1] == path
        if method != "responses.create":
            assert said == api(method, **asked)
    assert client("models.retrieve", "gpt-4o") == api("models.retrieve", "gpt-4o")
    assert captured(key)["requests"][0]["query"] == "api-version=2024-10-21"


def test_a_deployment_is_the_model(azure, key):
    client = azure(api_key=key, azure_deployment="my-own")
    assert client("chat.completions.create", **QUESTION).model.startswith("gpt-4o")
    assert paths(key) == ["/openai/deployments/my-own/chat/completions"]


def test_a_stream(azure, key):
    chunks = azure(api_key=key)("chat.completions.create", **QUESTION, stream=True)
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_token_will_do_for_a_key(azure, key):
    client = azure(azure_ad_token=key)
    stored = client("responses.create", model="gpt-4o", input="a")
    assert azure(api_key=key)("responses.retrieve", stored.id).output_text == stored.output_text
    assert len(captured(key)["requests"]) == 2


def test_the_newer_way_in_is_the_clients_own(api, key):
    client = api.using(base_url=f"{URL}/openai/v1/", api_key=key)
    assert client("chat.completions.create", **QUESTION) == api("chat.completions.create", **QUESTION)
    assert paths(key) == ["/openai/v1/chat/completions"]
