import pytest

PICTURE = {"type": "image_url", "image_url": {"url": "https://example.com/harbour.png"}}


def part(text):
    return {"type": "text", "text": text}


@pytest.mark.parametrize(
    "input, flags",
    [
        ("A quiet morning.", [False]),
        ("I want to kill them.", [True]),
        (["A quiet morning.", "I want to kill them."], [False, True]),
        ([part("A quiet morning."), PICTURE], [False]),
        ([part("I want to kill them."), PICTURE], [True]),
    ],
    ids=["harmless", "violent", "several", "harmless parts", "violent parts"],
)
def test_what_is_flagged(api, input, flags):
    reply = api("moderations.create", input=input)
    assert reply.id.startswith("modr-") and reply.model == "omni-moderation-latest"
    assert [result.flagged for result in reply.results] == flags
    for result in reply.results:
        categories, scores = result.categories.to_dict(), result.category_scores.to_dict()
        assert len(categories) == 13
        assert any(categories.values()) == categories["violence"] == result.flagged
        assert {name for name, score in scores.items() if score > 0.5} == {
            name for name, flagged in categories.items() if flagged
        }
        assert set(scores) == set(result.category_applied_input_types.to_dict()) == set(categories)


def test_a_picture_is_looked_at_for_some_categories(api):
    [result] = api("moderations.create", input=[part("A quiet morning."), PICTURE]).results
    applied = result.category_applied_input_types
    assert (applied.violence, applied.hate) == (["text", "image"], ["text"])
