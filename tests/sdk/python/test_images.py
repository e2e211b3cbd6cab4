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
    "size, n",
    [("256x256", 1), ("512x512", 2), ("1024x1024", 1), ("1792x1024", 1), ("1024x1536", 1), ("256x256", 10)],
)
def test_pictures_have_the_size_asked_for(api, size, n):
    links = draw(api, size=size, n=n)
    assert links.created == 1_700_000_000
    urls = [item.url for item in links.data]
    assert len(set(urls)) == n and all(url.startswith(f"{URL}/") for url in urls)
    content_type, first = fetch(urls[0])
    assert (content_type, size_of(first)) == ("image/png", size)

    data = draw(api, size=size, n=n, response_format="b64_json").data
    pictures = [base64.b64decode(item.b64_json, validate=True) for item in data]
    assert len(set(pictures)) == n and {size_of(picture) for picture in pictures} == {size}
    assert pictures[0] == first
    assert {item.url for item in data} == {None}


def test_each_model_answers_in_its_form(api):
    [of_dall_e_3] = draw(api, model="dall-e-3").data
    assert of_dall_e_3.url and of_dall_e_3.revised_prompt == "a quiet harbour"
    [of_gpt_image] = draw(api, model="gpt-image-1").data
    assert (of_gpt_image.url, size_of(base64.b64decode(of_gpt_image.b64_json))) == (None, "1024x1024")


def test_another_prompt_gives_another_picture(api):
    params = {"size": "256x256", "response_format": "b64_json"}
    one, same = draw(api, **params), draw(api, **params)
    other = draw(api, prompt="a grey heron", **params)
    assert one.data == same.data and one.data != other.data
