//! Embeddings, images and moderations, without sockets.

use crate::support::Fake;
use crate::support::json;
use crate::support::refuses;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openai_fake::Body;
use openai_fake::Config;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::State;
use serde_json::Value;
use serde_json::json as value;

fn strict() -> Fake {
    Fake { state: State::new(Config { strict_models: true, ..Config::default() }) }
}

/// Asserts a refusal's message as well.
#[track_caller]
fn says(reply: &Reply, message: &str, param: Option<&str>, code: Option<&str>) {
    assert_eq!(refuses(reply, 400, param, code), message);
}

fn decoded(text: &Value) -> Vec<u8> {
    STANDARD.decode(text.as_str().expect("base64")).expect("base64")
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// A prompt and these fields.
fn draw(fake: &Fake, fields: &str) -> Reply {
    fake.post("/v1/images/generations", &format!(r#"{{"prompt":"a cat"{fields}}}"#))
}

fn draw_with(model: &str, fields: &str) -> Reply {
    draw(&Fake::new(), &format!(r#","model":"{model}"{fields}"#))
}

/// Width, height and colour type of a PNG.
fn png(file: &[u8]) -> (u32, u32, u8) {
    assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20), file[25])
}

const INDEXED: u8 = 3;
const WITH_ALPHA: u8 = 6;

#[test]
fn dall_e_answers_by_address_unless_told_otherwise() {
    let fake = Fake::new();
    let reply = json(&draw(&fake, r#","n":3,"response_format":"b64_json","size":"256x256""#));
    let items = reply["data"].as_array().expect("data");
    assert_eq!((keys(&reply), items.len()), (vec!["created", "data"], 3));
    assert_ne!(items[0], items[1]);
    let file = decoded(&items[0]["b64_json"]);
    assert_eq!(png(&file), (256, 256, INDEXED));

    let url =
        json(&draw(&fake, r#","size":"256x256""#))["data"][0]["url"].as_str().expect("a url").to_owned();
    let fetched = fake.send(Request::new("GET", &url));
    assert_eq!(fetched.get("content-type"), Some("image/png"));
    assert_eq!(fetched.bytes(), file, "the address and the base64 are the same picture");

    let large = json(&draw_with("dall-e-3", r#","quality":"hd","style":"natural""#));
    assert_eq!(keys(&large["data"][0]), ["revised_prompt", "url"]);
    let large = json(&draw_with("dall-e-3", r#","response_format":"b64_json","size":"1792x1024""#));
    assert_eq!(keys(&large["data"][0]), ["b64_json", "revised_prompt"]);
    assert_eq!(png(&decoded(&large["data"][0]["b64_json"])), (1792, 1024, INDEXED));
}

#[test]
fn only_addresses_that_were_answered_are_found() {
    for name in [
        "x.png",
        "00112233445566778899aabbccddeeff-0x1.png",
        "00112233445566778899aabbccddeeff-+1x1.png",
        "00112233445566778899aabbccddeeff-1x4097.png",
        "00112233445566778899aabbccddeeff-1x1.webp",
    ] {
        refuses(&Fake::new().get(&format!("/__parlel/images/{name}")), 404, None, Some("not_found"));
    }
}

#[test]
fn gpt_image_models_tell_what_they_chose_and_what_it_cost() {
    let reply = json(&draw_with("gpt-image-1", r#","n":2,"quality":"low","size":"1024x1536""#));
    assert_eq!(keys(&reply), ["created", "background", "data", "output_format", "quality", "size", "usage"]);
    assert_eq!(keys(&reply["data"][1]), ["b64_json"]);
    assert_eq!(png(&decoded(&reply["data"][1]["b64_json"])), (1024, 1536, INDEXED));
    assert_eq!(
        reply["usage"],
        value!({
            "input_tokens": 8,
            "input_tokens_details": {"image_tokens": 0, "text_tokens": 8},
            "output_tokens": 816,
            "output_tokens_details": {"image_tokens": 816, "text_tokens": 0},
            "total_tokens": 824,
        })
    );
    for fields in ["", r#","background":"auto","quality":"auto","size":"auto""#] {
        for model in ["gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest", "gpt-image-2-2026-04-21"] {
            let reply = json(&draw_with(model, fields));
            let chosen = ["background", "output_format", "quality", "size"].map(|name| reply[name].clone());
            assert_eq!(chosen, ["opaque", "png", "medium", "1024x1024"], "{model}");
            assert_eq!(reply["usage"]["output_tokens"], 1056);
        }
    }
}

#[test]
fn files_come_in_the_format_asked_for() {
    let file = |fields: &str| {
        let reply = json(&draw_with("gpt-image-1", fields));
        (reply["output_format"].clone(), decoded(&reply["data"][0]["b64_json"]))
    };
    let (format, jpeg) = file(r#","output_format":"jpeg""#);
    assert_eq!((format, &jpeg[..3]), ("jpeg".into(), &b"\xff\xd8\xff"[..]));
    for compression in ["0", "50"] {
        let (_, smaller) = file(&format!(r#","output_format":"jpeg","output_compression":{compression}"#));
        assert!(smaller.len() < jpeg.len(), "{compression}");
    }
    let (format, webp) = file(r#","output_format":"webp""#);
    assert_eq!((format, &webp[..4], &webp[8..12]), ("webp".into(), &b"RIFF"[..], &b"WEBP"[..]));
    let (_, clear) = file(r#","background":"transparent""#);
    assert_eq!(png(&clear), (1024, 1024, WITH_ALPHA));
    let clear = json(&draw_with("gpt-image-1.5", r#","background":"transparent","output_format":"webp""#));
    assert_eq!(clear["background"], "transparent");
}

/// Names and data of the events.
fn events(reply: &Reply) -> Vec<(String, Value)> {
    let Body::Events(events) = &reply.body else { panic!("no stream: {:?}", json(reply)) };
    assert_eq!(reply.get("content-type"), Some("text/event-stream; charset=utf-8"));
    let read = |event: &[u8]| {
        let text = std::str::from_utf8(event).expect("UTF-8");
        let (name, data) = text.split_once('\n').expect("two lines");
        let name = name.strip_prefix("event: ").expect("a name").to_owned();
        let data = data.strip_prefix("data: ").and_then(|data| data.strip_suffix("\n\n")).expect("data");
        (name, serde_json::from_str(data).expect("JSON"))
    };
    events.iter().map(read).collect()
}

#[test]
fn a_stream_shows_the_picture_come_about() {
    let fields = r#","size":"64x64","quality":"high""#;
    let whole = json(&draw_with("gpt-image-2", fields));
    for partial in 0..=3 {
        let more = format!(r#"{fields},"stream":true,"partial_images":{partial}"#);
        let mut events = events(&draw_with("gpt-image-2", &more));
        let (name, completed) = events.pop().expect("an event");
        assert_eq!((name.as_str(), &completed["type"]), ("image_generation.completed", &value!(name)));
        assert_eq!(
            keys(&completed),
            ["type", "b64_json", "created_at", "size", "quality", "background", "output_format", "usage"]
        );
        assert_eq!(completed["b64_json"], whole["data"][0]["b64_json"]);
        assert_eq!((&completed["usage"], &completed["size"]), (&whole["usage"], &value!("64x64")));
        assert_eq!(events.len(), partial);
        let mut lengths = Vec::new();
        for (index, (name, data)) in events.iter().enumerate() {
            assert_eq!(name, "image_generation.partial_image");
            assert_eq!(
                keys(data),
                [
                    "type",
                    "b64_json",
                    "created_at",
                    "size",
                    "quality",
                    "background",
                    "output_format",
                    "partial_image_index"
                ]
            );
            assert_eq!(data["partial_image_index"], index);
            assert_eq!(png(&decoded(&data["b64_json"])), (64, 64, INDEXED));
            lengths.push(decoded(&data["b64_json"]).len());
        }
        assert!(lengths.is_sorted(), "the pictures gain detail: {lengths:?}");
    }
}

#[test]
fn a_picture_does_not_depend_on_how_it_is_sent() {
    let url = |fields: &str| json(&draw_with("painter", fields))["data"][0]["url"].clone();
    let plain = url(r#","response_format":"url""#);
    for same in [
        r#""user":"u""#,
        r#""moderation":"low""#,
        r#""n":2"#,
        r#""output_format":"webp""#,
        r#""stream":false"#,
    ] {
        assert_eq!(url(&format!(r#","response_format":"url",{same}"#)), plain, "{same}");
    }
    for other in [r#""quality":"hd""#, r#""style":"vivid""#, r#""background":"opaque""#] {
        assert_ne!(url(&format!(r#","response_format":"url",{other}"#)), plain, "{other}");
    }
}

#[test]
fn an_unknown_model_draws_whatever_any_model_draws() {
    let reply = json(&draw_with("painter", r#","size":"17x5","quality":"hd","style":"vivid""#));
    assert_eq!((&reply["quality"], &reply["size"]), (&value!("high"), &value!("17x5")));
    let reply = json(&draw_with("painter", r#","size":"64x32","response_format":"b64_json""#));
    assert_eq!(keys(&reply), ["created", "data"]);
    assert_eq!(png(&decoded(&reply["data"][0]["b64_json"])), (64, 32, INDEXED));
    assert_eq!(events(&draw_with("painter", r#","size":"16x16","stream":true"#)).len(), 1);
    let code = Some("invalid_value");
    says(
        &draw_with("painter", r#","size":"9999x1""#),
        "Invalid size '9999x1'. Width and height must be at most 4096.",
        Some("size"),
        code,
    );
}

#[test]
fn each_model_has_its_parameters() {
    for model in ["gpt-image-1", "gpt-image-1.5", "gpt-image-2", "gpt-image-2.5-flare"] {
        for (name, given) in [("response_format", "url"), ("style", "vivid"), ("input_fidelity", "high")] {
            let reply = draw_with(model, &format!(r#","{name}":"{given}""#));
            let message = format!("Unknown parameter: '{name}'.");
            says(&reply, &message, Some(name), Some("unknown_parameter"));
        }
        says(
            &draw_with(model, r#","quality":"hd""#),
            "Invalid value: 'hd'. Supported values are: 'low', 'medium', 'high', and 'auto'.",
            Some("quality"),
            Some("invalid_value"),
        );
    }
    for model in ["dall-e-2", "dall-e-3"] {
        for name in ["background", "output_format", "moderation"] {
            let reply = draw_with(model, &format!(r#","{name}":"auto""#));
            refuses(&reply, 400, Some(name), Some("unknown_parameter"));
        }
    }
    refuses(&draw_with("dall-e-2", r#","style":"vivid""#), 400, Some("style"), Some("unknown_parameter"));
    refuses(&draw_with("dall-e-2", r#","quality":"hd""#), 400, Some("quality"), Some("invalid_value"));
    says(
        &draw_with("dall-e-3", r#","quality":"low""#),
        "Invalid value: 'low'. Supported values are: 'standard' and 'hd'.",
        Some("quality"),
        Some("invalid_value"),
    );
    says(&draw_with("dall-e-3", r#","n":2"#), "You must provide n=1 for this model.", None, None);
    refuses(&draw_with("text-embedding-3-small", ""), 400, Some("model"), Some("invalid_value"));
}

#[test]
fn each_model_has_its_sizes() {
    let enumerated = [
        ("dall-e-2", "'256x256', '512x512', and '1024x1024'"),
        ("dall-e-3", "'1024x1024', '1792x1024', and '1024x1792'"),
        ("gpt-image-1", "'1024x1024', '1024x1536', '1536x1024', and 'auto'"),
        ("gpt-image-1-mini", "'1024x1024', '1024x1536', '1536x1024', and 'auto'"),
        ("gpt-image-1.5", "'1024x1024', '1024x1536', '1536x1024', and 'auto'"),
    ];
    for (model, sizes) in enumerated {
        let message = format!("Invalid value: '100x100'. Supported values are: {sizes}.");
        let reply = draw_with(model, r#","size":"100x100""#);
        says(&reply, &message, Some("size"), Some("invalid_value"));
        assert_eq!(json(&reply)["error"]["type"], "invalid_request_error");
    }
    for (size, message) in [
        ("bogus", "Invalid size 'bogus'. Expected WIDTHxHEIGHT, for example '1824x1024'."),
        ("0x16", "Invalid size '0x16'. Expected WIDTHxHEIGHT, for example '1824x1024'."),
        ("100x160", "Width and height must both be divisible by 16."),
        ("16x4112", "Invalid size '16x4112'. Width and height must be at most 4096."),
        ("16x99999999999", "Invalid size '16x99999999999'. Width and height must be at most 4096."),
    ] {
        let reply = draw_with("gpt-image-2", &format!(r#","size":"{size}""#));
        says(&reply, message, Some("size"), Some("invalid_value"));
        assert_eq!(json(&reply)["error"]["type"], "image_generation_user_error");
    }
    assert_eq!(json(&draw_with("gpt-image-2", r#","size":"1824x1024""#))["size"], "1824x1024");
}

#[test]
fn parameters_of_images_have_limits() {
    let refused = |fields: &str, message: &str, param: &str, code: &str| {
        says(&draw_with("gpt-image-1", fields), message, Some(param), Some(code));
    };
    refused(
        r#","n":0"#,
        "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
        "n",
        "integer_below_min_value",
    );
    refused(
        r#","n":11"#,
        "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
        "n",
        "integer_above_max_value",
    );
    refused(
        r#","output_format":"gif""#,
        "Invalid value: 'gif'. Supported values are: 'png', 'webp', and 'jpeg'.",
        "output_format",
        "invalid_value",
    );
    refused(
        r#","background":"red""#,
        "Invalid value: 'red'. Supported values are: 'transparent', 'opaque', and 'auto'.",
        "background",
        "invalid_value",
    );
    refused(
        r#","moderation":"high""#,
        "Invalid value: 'high'. Supported values are: 'auto' and 'low'.",
        "moderation",
        "invalid_value",
    );
    refused(
        r#","output_compression":101"#,
        "Invalid 'output_compression': integer above maximum value. Expected a value <= 100, but got 101 instead.",
        "output_compression",
        "integer_above_max_value",
    );
    refused(
        r#","stream":true,"partial_images":4"#,
        "Invalid 'partial_images': integer above maximum value. Expected a value <= 3, but got 4 instead.",
        "partial_images",
        "integer_above_max_value",
    );
    let without_code = draw_with("gpt-image-1", r#","partial_images":1"#);
    refuses(&without_code, 400, Some("partial_images"), None);
    assert_eq!(draw_with("gpt-image-1", r#","partial_images":0"#).status, 200);
    refuses(&draw_with("gpt-image-1", r#","stream":true,"n":2"#), 400, Some("n"), Some("invalid_value"));
    says(
        &draw_with("gpt-image-2", r#","background":"transparent""#),
        "Transparent background is not supported for this model.",
        Some("background"),
        Some("invalid_value"),
    );
    let jpeg = draw_with("gpt-image-1", r#","background":"transparent","output_format":"jpeg""#);
    refuses(&jpeg, 400, Some("output_format"), Some("invalid_value"));
}

#[test]
fn prompts_have_limits_of_their_model() {
    let fake = Fake::new();
    let prompted = |model: &str, prompt: Value| {
        fake.post("/v1/images/generations", &value!({"model": model, "prompt": prompt}).to_string())
    };
    for (model, most) in [("dall-e-2", 1_000), ("dall-e-3", 4_000), ("gpt-image-1", 32_000), ("x", 32_000)] {
        assert_eq!(prompted(model, "ä".repeat(most).into()).status, 200, "{model}");
        let message = format!(
            "Invalid 'prompt': string too long. Expected a string with maximum length {most}, but got a string with length {} instead.",
            most + 1
        );
        let reply = prompted(model, "ä".repeat(most + 1).into());
        says(&reply, &message, Some("prompt"), Some("string_above_max_length"));
        refuses(&prompted(model, "".into()), 400, Some("prompt"), Some("empty_string"));
        refuses(&prompted(model, Value::Null), 400, Some("prompt"), Some("invalid_type"));
    }
    let missing = fake.post("/v1/images/generations", r#"{"model":"gpt-image-1"}"#);
    refuses(&missing, 400, Some("prompt"), Some("missing_required_parameter"));
}

#[test]
fn a_strict_server_draws_with_the_models_of_today() {
    let drawn = |fields: &str| draw(&strict(), fields);
    for fields in ["", r#","model":null"#] {
        says(
            &drawn(fields),
            "Missing required parameter: 'model'.",
            Some("model"),
            Some("missing_required_parameter"),
        );
    }
    for model in ["dall-e-2", "dall-e-3", "painter"] {
        let message = format!("The model '{model}' does not exist.");
        says(&drawn(&format!(r#","model":"{model}""#)), &message, Some("model"), Some("invalid_value"));
    }
    assert_eq!(drawn(r#","model":"gpt-image-1""#).status, 200);
}
