import base64
import struct

import pytest
from fake import URL, fetch


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and png.endswith(b"IEND\xaeB`\x82")
    return "{}x{}".format(*struct.unpack(">II", png[16:24]))


def draw(api, **params):
    return api("images.generate", **{"prompt": "a quiet harbour", "model": "dall-e-2", **params})


@pytest.mark.parametrize(
    "model, size, n",
    [
        ("dall-e-2", "256x256", 1),
        ("dall-e-2", "512x512", 2),
        ("dall-e-2", "1024x1024", 1),
        ("dall-e-3", "1792x1024", 1),
        ("dall-e-2", "256x256", 10),
    ],
)
def test_pictures_have_the_size_asked_for(api, model, size, n):
    links = draw(api, model=model, size=size, n=n)
    assert links.created == 1_700_000_000
    urls = [item.url for item in links.data]
    assert len(set(urls)) == n and all(url.startswith(f"{URL}/") for url in urls)
    content_type, first = fetch(urls[0])
    assert (content_type, size_of(first)) == ("image/png", size)

    data = draw(api, model=model, size=size, n=n, response_format="b64_json").data
    pictures = [base64.b64decode(item.b64_json, validate=True) for item in data]
    assert len(set(pictures)) == n and {size_of(picture) for picture in pictures} == {size}
    assert pictures[0] == first
    assert {item.url for item in data} == {None}


def test_each_model_answers_in_its_form(api):
    [of_dall_e_3] = draw(api, model="dall-e-3").data
    assert of_dall_e_3.url and of_dall_e_3.revised_prompt == "a quiet harbour"
    [of_gpt_image] = draw(api, model="gpt-image-1").data
    assert (of_gpt_image.url, size_of(base64.b64decode(of_gpt_image.b64_json))) == (None, "1024x1024")


def test_a_stream_ends_with_the_picture_of_the_whole_reply(api):
    params = {"model": "gpt-image-2", "size": "1024x640", "quality": "low"}
    whole = draw(api, **params)
    events = list(draw(api, stream=True, partial_images=2, **params))
    partial, completed = "image_generation.partial_image", "image_generation.completed"
    assert [event.type for event in events] == [partial, partial, completed]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert events[2].b64_json == whole.data[0].b64_json
    assert events[2].usage.total_tokens == whole.usage.total_tokens
    assert (whole.background, whole.quality, whole.output_format) == ("opaque", "low", "png")


def test_another_prompt_gives_another_picture(api):
    params = {"size": "256x256", "response_format": "b64_json"}
    one, same = draw(api, **params), draw(api, **params)
    other = draw(api, prompt="a grey heron", **params)
    assert one.data == same.data and one.data != other.data
