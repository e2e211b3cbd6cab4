import pytest
from openai import NotFoundError


def test_models_are_listed_and_retrieved(api):
    models = {model.id: model for model in api("models.list").data}
    assert {"gpt-4o", "gpt-4o-mini", "text-embedding-3-small", "omni-moderation-latest"} <= set(models)
    assert {model.object for model in models.values()} == {"model"}
    model = api("models.retrieve", "gpt-4o")
    assert model == models["gpt-4o"]
    assert (model.object, model.created, model.owned_by) == ("model", 1715367049, "openai")


@pytest.mark.parametrize("name", ["gpt-9-imaginary", "meta/llama-3:free", "ft:gpt-4o:acme::9x", "a b?c#d%e"])
def test_an_unknown_model_is_not_found(api, name):
    with pytest.raises(NotFoundError) as caught:
        api("models.retrieve", name)
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert f"'{name}'" in caught.value.message


def test_a_fine_tuned_model_is_deleted_and_no_other(api):
    deleted = api("models.delete", "ft:gpt-4o-mini-2024-07-18:acme::abc")
    assert (deleted.id, deleted.object, deleted.deleted) == ("ft:gpt-4o-mini-2024-07-18:acme::abc", "model", True)
    with pytest.raises(NotFoundError) as caught:
        api("models.delete", "gpt-4o")
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
