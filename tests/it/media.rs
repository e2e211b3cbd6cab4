//! Embeddings, images and moderations, without sockets.

use crate::support::Fake;
use crate::support::json;
use crate::support::refuses;
use crate::support::refuses_as;
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

/// The same of a refusal that has a `type` of its own.
#[track_caller]
fn says_as(reply: &Reply, kind: &str, message: &str, param: Option<&str>, code: Option<&str>) {
    assert_eq!(refuses_as(reply, kind, 400, param, code), message);
}

const USER_ERROR: &str = "image_generation_user_error";

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
        "-1x1.png",
        "00112233445566778899aabbccddeef-1x1.png",
        "00112233445566778899aabbccddeeff0-1x1.png",
        "00112233445566778899AABBCCDDEEFF-1x1.png",
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
            "input_tokens": 16,
            "input_tokens_details": {"image_tokens": 0, "text_tokens": 16},
            "output_tokens": 816,
            "output_tokens_details": {"image_tokens": 816, "text_tokens": 0},
            "total_tokens": 832,
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
    assert_eq!(file(r#","output_format":"jpeg","output_compression":100"#).1, jpeg);
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

#[test]
fn the_newest_models_draw_gif_and_svg() {
    let draw = |fields: &str| json(&draw_with("gpt-image-2.6-flare", fields));
    let gif = |fields: &str| {
        let reply = draw(&format!(r#","output_format":"gif"{fields}"#));
        assert_eq!(reply["output_format"], "gif");
        decoded(&reply["data"][0]["b64_json"])
    };
    // A block that says how long each frame is seen, in hundredths of a second.
    let frames =
        |file: &[u8], delay: u8| file.windows(5).filter(|block| *block == [0x21, 0xF9, 4, 4, delay]).count();
    let file = gif("");
    assert_eq!((&file[..6], frames(&file, 20)), (&b"GIF89a"[..], 9));
    assert_eq!(frames(&gif(r#","frame_count":2,"frame_duration_ms":505"#), 51), 2);

    let reply = draw(r#","output_format":"svg","svg":{"model":"gpt-5.5","reasoning":{"effort":"none"}}"#);
    assert!(decoded(&reply["data"][0]["b64_json"]).starts_with(b"<svg "));
    assert_eq!(keys(&reply)[5..], ["size", "svg_usage", "usage"]);
    let usage = &reply["svg_usage"];
    assert_eq!(keys(usage), ["input_tokens", "model", "output_tokens", "reasoning_tokens", "total_tokens"]);
    assert_eq!((&usage["model"], &usage["reasoning_tokens"]), (&value!("gpt-5.5"), &value!(0)));
    let plain = draw(r#","output_format":"svg""#);
    assert_eq!((&plain["data"], &plain["svg_usage"]["reasoning_tokens"]), (&reply["data"], &value!(256)));
    assert_eq!(plain["svg_usage"]["model"], "gpt-5.6-sol");
}

#[test]
fn who_asked_for_a_picture_is_told() {
    for (fields, told) in [
        (r#","user":"u""#, "u"),
        (r#","user":"u","safety_identifier":"s""#, "s"),
        (r#","user":"u","safety_identifier":"""#, "u"),
    ] {
        assert_eq!(json(&draw_with("gpt-image-2", fields))["safety_identifier"], told, "{fields}");
        let streamed = events(&draw_with("gpt-image-2", &format!(r#"{fields},"stream":true"#)));
        assert_eq!(streamed[0].1["safety_identifier"], told, "{fields}");
    }
}

#[test]
fn without_a_model_the_parameters_tell_which_is_meant() {
    let drawn = |fields: &str| json(&draw(&Fake::new(), fields));
    for fields in [r#","output_format":"webp""#, r#","background":"opaque""#, r#","moderation":"low""#] {
        assert_eq!(drawn(fields)["data"][0]["url"], Value::Null, "{fields}");
        assert_eq!(drawn(fields)["size"], "1024x1024", "{fields}");
    }
    assert_eq!(events(&draw(&Fake::new(), r#","stream":true"#)).len(), 1);
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
    let fields = r#","size":"1024x640","quality":"high""#;
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
        assert_eq!((&completed["usage"], &completed["size"]), (&whole["usage"], &value!("1024x640")));
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
            assert_eq!(png(&decoded(&data["b64_json"])), (1024, 640, INDEXED));
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
    says_as(
        &draw_with("painter", r#","size":"9999x1""#),
        USER_ERROR,
        "Invalid size '9999x1'. The longest edge must be less than or equal to 4096.",
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
        let qualities = if model == "gpt-image-2.5-flare" { "'high', 'xhigh', 'max'" } else { "'high'" };
        says(
            &draw_with(model, r#","quality":"hd""#),
            &format!("Invalid value: 'hd'. Supported values are: 'low', 'medium', {qualities}, and 'auto'."),
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
    refuses(
        &draw_with("dall-e-2", r#","quality":"standard""#),
        400,
        Some("quality"),
        Some("unknown_parameter"),
    );
    says(
        &draw_with("dall-e-3", r#","quality":"low""#),
        "Invalid value: 'low'. Supported values are: 'standard' and 'hd'.",
        Some("quality"),
        Some("invalid_value"),
    );
    says(&draw_with("dall-e-3", r#","n":2"#), "You must provide n=1 for this model.", None, None);
    let other = draw_with("text-embedding-3-small", "");
    refuses_as(&other, USER_ERROR, 400, Some("model"), Some("invalid_value"));
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
    }
    for (size, message) in [
        ("bogus", "Invalid size 'bogus'. Expected WIDTHxHEIGHT, for example '1824x1024'."),
        ("0x16", "Invalid size '0x16'. Expected WIDTHxHEIGHT, for example '1824x1024'."),
        ("1000x1600", "Invalid size '1000x1600'. Width and height must both be divisible by 16."),
        ("1024x3856", "Invalid size '1024x3856'. The longest edge must be less than or equal to 3840."),
        ("16x99999999999", "Invalid size '16x99999999999'. Width and height must both be divisible by 16."),
        ("3840x1264", "Invalid size '3840x1264'. The aspect ratio must be between 1:3 and 3:1."),
        (
            "800x800",
            "Invalid size '800x800'. Requested resolution is below the current minimum pixel budget.",
        ),
        (
            "2896x2896",
            "Invalid size '2896x2896'. Requested resolution is above the current maximum pixel budget.",
        ),
    ] {
        let reply = draw_with("gpt-image-2", &format!(r#","size":"{size}""#));
        says_as(&reply, USER_ERROR, message, Some("size"), Some("invalid_value"));
    }
    for size in ["1824x1024", "816x816", "1024x640", "2160x3840", "3840x1280"] {
        assert_eq!(json(&draw_with("gpt-image-2", &format!(r#","size":"{size}""#)))["size"], size);
    }
}

#[test]
fn files_have_their_parameters() {
    for (fields, message, param, code) in [
        (
            r#""frame_count":3"#,
            "The 'frame_count' parameter is only allowed when 'output_format' is 'gif'.",
            "frame_count",
            None,
        ),
        (
            r#""frame_duration_ms":9,"output_format":"svg""#,
            "The 'frame_duration_ms' parameter is only allowed when 'output_format' is 'gif'.",
            "frame_duration_ms",
            None,
        ),
        (
            r#""svg":{"model":"gpt-5.5"},"output_format":"gif""#,
            "The 'svg' parameter is only allowed when 'output_format' is 'svg'.",
            "svg",
            None,
        ),
        (
            r#""output_format":"gif","stream":true"#,
            "The 'stream' parameter is not supported when 'output_format' is 'gif'.",
            "stream",
            None,
        ),
        (
            r#""output_format":"svg","output_compression":9"#,
            "The 'output_compression' parameter is not supported when 'output_format' is 'svg'.",
            "output_compression",
            None,
        ),
        (
            r#""output_format":"svg","n":2"#,
            "SVG output holds one image: 'n' must be 1 when 'output_format' is 'svg'.",
            "n",
            Some("invalid_value"),
        ),
        (
            r#""output_format":"gif","background":"transparent""#,
            "A transparent background needs an 'output_format' of 'png' or 'webp'.",
            "output_format",
            Some("invalid_value"),
        ),
    ] {
        says(&draw_with("gpt-image-2.5-flare", &format!(",{fields}")), message, Some(param), code);
    }
    let clear = json(&draw_with("gpt-image-2.5-flare", r#","background":"transparent""#));
    assert_eq!(clear["background"], "transparent");
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
        let reply = drawn(&format!(r#","model":"{model}""#));
        says_as(&reply, USER_ERROR, &message, Some("model"), Some("invalid_value"));
    }
    assert_eq!(drawn(r#","model":"gpt-image-1""#).status, 200);
}

fn embed(model: &str, fields: &Value) -> Reply {
    let mut body = value!({"model": model});
    body.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
    Fake::new().post("/v1/embeddings", &body.to_string())
}

const SMALL: &str = "text-embedding-3-small";

#[test]
fn embeddings_are_the_same_as_numbers_and_as_base64() {
    let create = |format: &str| {
        let reply = embed(SMALL, &value!({"input": "Hello there", "encoding_format": format}));
        json(&reply)["data"][0]["embedding"].clone()
    };
    let numbers = create("float");
    let number = |number: &Value| number.as_f64().expect("a number") as f32;
    let numbers: Vec<f32> = numbers.as_array().expect("numbers").iter().map(number).collect();
    let bytes = decoded(&create("base64"));
    let floats: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    assert_eq!(numbers.len(), 1536);
    assert!(numbers.iter().zip(&floats).all(|(a, b)| a.to_bits() == b.to_bits()));
}

#[test]
fn embeddings_take_texts_and_tokens() {
    for (input, count, tokens) in [
        (value!("a"), 1, 1),
        (value!(["a", "b"]), 2, 2),
        (value!([1, 2, 100_276]), 1, 3),
        (value!([[1], [2, 3]]), 2, 3),
        (value!(" "), 1, 1),
    ] {
        let reply = json(&embed("text-embedding-3-large", &value!({"input": input})));
        let data = reply["data"].as_array().expect("data");
        assert_eq!(data.len(), count, "{input}");
        assert!(data.iter().enumerate().all(|(at, item)| item["index"] == at), "{input}");
        assert_eq!(data[0]["embedding"].as_array().expect("numbers").len(), 3072);
        assert_eq!(reply["usage"], value!({"prompt_tokens": tokens, "total_tokens": tokens}), "{input}");
    }
}

#[test]
fn embeddings_refuse_other_inputs() {
    let refused = |input: Value, message: &str| {
        says(&embed(SMALL, &value!({"input": input})), message, None, None);
    };
    for input in [value!(""), value!([""]), value!(["a", ""])] {
        refused(input, "Invalid 'input': input cannot be an empty string.");
    }
    for input in [value!([]), value!([[]]), value!([[1], []])] {
        refused(input, "Invalid 'input': input cannot be an empty array.");
    }
    for input in [
        value!(["a", 1]),
        value!([1, "a"]),
        value!(["a", [1]]),
        value!([-1]),
        value!([1.5]),
        value!([100_277]),
        value!([[1], [100_277]]),
        value!(5),
        value!(null),
        value!([null]),
        value!({}),
        value!(true),
    ] {
        refused(
            input,
            "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
        );
    }
    assert_eq!(embed("my-embedder", &value!({"input": [4_000_000_000_u32]})).status, 200);
}

#[test]
fn embeddings_have_limits() {
    let input = |input: Value| embed(SMALL, &value!({"input": input, "dimensions": 1}));
    assert_eq!(input(value!(vec!["a"; 2048])).status, 200);
    let message = "Invalid 'input': array length must be 2048 or less.";
    says(&input(value!(vec!["a"; 2049])), message, None, None);
    says(&input(value!(vec![vec![1]; 2049])), message, None, None);

    assert_eq!(input(value!(vec![1; 8192])).status, 200, "an array of tokens is one input");
    let message = "Invalid 'input[0]': maximum input length is 8192 tokens.";
    says(&input(value!(vec![1; 8193])), message, None, None);
    says(&input(value!("cat ".repeat(9000))), message, None, None);
    let message = "Invalid 'input[1]': maximum input length is 8192 tokens.";
    says(&input(value!([[1], vec![1; 8193]])), message, None, None);

    assert_eq!(input(value!(vec![vec![1; 6000]; 50])).status, 200);
    let reply = input(value!(vec![vec![1; 6001]; 50]));
    let kind = "max_tokens_per_request";
    says_as(&reply, kind, "Requested 300050 tokens, max 300000 tokens per request", None, Some(kind));

    let unknown = |input: Value| embed("my-embedder", &value!({"input": input, "dimensions": 1}));
    assert_eq!(unknown(value!(vec![vec![1; 8193]; 40])).status, 200);
}

#[test]
fn dimensions_are_those_of_the_model() {
    let refused = |model: &str, dimensions: Value, message: &str| {
        says(&embed(model, &value!({"input": "a", "dimensions": dimensions})), message, None, None);
    };
    refused(
        SMALL,
        value!(1537),
        "Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536.",
    );
    refused(
        "text-embedding-3-large",
        value!(5000),
        "Invalid value for 'dimensions' = 5000. Must be less than or equal to 3072.",
    );
    refused(
        "my-embedder",
        value!(4097),
        "Invalid value for 'dimensions' = 4097. Must be less than or equal to 4096.",
    );
    refused("text-embedding-ada-002", value!(8), "This model does not support specifying dimensions.");
    refused(SMALL, value!(0), "0 is less than the minimum of 1 - 'dimensions'");
    refused(SMALL, value!(-1), "-1 is less than the minimum of 1 - 'dimensions'");
    refused(SMALL, value!("8"), "'8' is not of type 'integer' - 'dimensions'");
    refused(SMALL, value!(1.5), "1.5 is not of type 'integer' - 'dimensions'");
    for (model, dimensions) in [(SMALL, 1536), ("text-embedding-3-large", 1), ("my-embedder", 4096)] {
        let reply = json(&embed(model, &value!({"input": "a", "dimensions": dimensions})));
        assert_eq!(reply["data"][0]["embedding"].as_array().expect("numbers").len(), dimensions);
    }
}

#[test]
fn embeddings_refuse_in_the_older_words() {
    let refused = |fields: Value, message: &str| says(&embed(SMALL, &fields), message, None, None);
    refused(
        value!({"input": "a", "encoding_format": "hex"}),
        "'hex' is not one of ['float', 'base64'] - 'encoding_format'",
    );
    refused(value!({"input": "a", "user": 5}), "5 is not of type 'string' - 'user'");
    refused(value!({"input": "a", "bogus": 5}), "Unrecognized request argument supplied: bogus");
    let missing = embed(SMALL, &value!({}));
    refuses(&missing, 400, Some("input"), Some("missing_required_parameter"));
    let fake = Fake::new();
    let message = "you must provide a model parameter";
    says(&fake.post("/v1/embeddings", r#"{"input":"a"}"#), message, None, None);
    let other = fake.post("/v1/embeddings", r#"{"input":"a","model":"gpt-4o"}"#);
    let message = "You are not allowed to generate embeddings from this model";
    assert_eq!(refuses(&other, 403, None, None), message);
    let ada = json(&embed("text-embedding-ada-002", &value!({"input": "a"})));
    assert_eq!(ada["model"], "text-embedding-ada-002-v2");
}

fn moderate(body: &Value) -> Reply {
    Fake::new().post("/v1/moderations", &body.to_string())
}

fn results(body: &Value) -> Vec<Value> {
    json(&moderate(body))["results"].as_array().expect("results").clone()
}

fn picture(url: &str) -> Value {
    value!({"type": "image_url", "image_url": {"url": url}})
}

#[test]
fn moderations_flag_on_purpose_only() {
    let two = results(&value!({"input": ["Good morning", "I want to kill them."]}));
    assert_eq!((&two[0]["flagged"], &two[1]["flagged"], two.len()), (&value!(false), &value!(true), 2));
    assert_eq!(two[1]["categories"]["violence"], true);
    for result in &two {
        assert_eq!(
            keys(result),
            ["flagged", "categories", "category_scores", "category_applied_input_types"]
        );
        for map in ["categories", "category_scores", "category_applied_input_types"] {
            assert_eq!(result[map].as_object().expect("a map").len(), 13);
        }
        for (category, score) in result["category_scores"].as_object().expect("scores") {
            let range = if result["categories"][category] == true { 0.8..1.0 } else { 1e-6..1e-4 };
            assert!(range.contains(&score.as_f64().expect("a number")), "{category}: {score}");
        }
    }
    assert_eq!(results(&value!({"input": ""}))[0]["flagged"], false);
}

#[test]
fn six_categories_are_looked_for_in_pictures() {
    const SEEN: [&str; 6] =
        ["sexual", "self-harm/intent", "self-harm/instructions", "self-harm", "violence", "violence/graphic"];
    let text = value!({"type": "text", "text": "hi"});
    let url = picture("https://a.test/1.png");
    // What a category does not look at flags nothing.
    for (flag, flagged) in [("violence", true), ("hate", false)] {
        let results = results(&value!({"input": [picture(&format!("https://a.test/flag:{flag}"))]}));
        assert_eq!(
            (&results[0]["flagged"], &results[0]["categories"][flag]),
            (&value!(flagged), &value!(flagged))
        );
    }
    for (input, seen, unseen) in [
        (value!([text, url]), value!(["text", "image"]), value!(["text"])),
        (value!([url]), value!(["image"]), value!([])),
        (value!([text, text]), value!(["text"]), value!(["text"])),
    ] {
        let results = results(&value!({"input": input}));
        assert_eq!(results.len(), 1, "parts are one input");
        for (category, types) in results[0]["category_applied_input_types"].as_object().expect("types") {
            let expected = if SEEN.contains(&category.as_str()) { &seen } else { &unseen };
            assert_eq!(types, expected, "{category}");
        }
    }
}

#[test]
fn text_models_know_eleven_categories() {
    for (model, reported) in [
        ("text-moderation-latest", "text-moderation-007"),
        ("text-moderation-stable", "text-moderation-007"),
        ("text-moderation-007", "text-moderation-007"),
    ] {
        let reply = json(&moderate(&value!({"model": model, "input": ["flag:illicit", "flag:hate"]})));
        assert_eq!((&reply["model"], reply["id"].as_str().expect("an id").len()), (&value!(reported), 34));
        let results = reply["results"].as_array().expect("results");
        assert_eq!(keys(&results[0]), ["flagged", "categories", "category_scores"]);
        let expected = [
            "sexual",
            "hate",
            "harassment",
            "self-harm",
            "sexual/minors",
            "hate/threatening",
            "violence/graphic",
            "self-harm/intent",
            "self-harm/instructions",
            "harassment/threatening",
            "violence",
        ];
        assert_eq!(keys(&results[0]["categories"]), expected);
        assert_eq!(keys(&results[0]["category_scores"]), expected);
        assert_eq!((&results[0]["flagged"], &results[1]["flagged"]), (&value!(false), &value!(true)));
        let seen = moderate(&value!({"model": model, "input": [picture("https://a.test/1.png")]}));
        refuses(&seen, 400, Some("input"), Some("invalid_value"));
    }
}

#[test]
fn moderations_refuse_other_inputs() {
    for (input, given) in [
        (value!(null), "null"),
        (value!(5), "an integer"),
        (value!({}), "an object"),
        (value!(true), "a boolean"),
    ] {
        let message = format!(
            "Invalid type for 'input': expected one of a string or array of strings or objects, but got {given} instead."
        );
        says(&moderate(&value!({"input": input})), &message, Some("input"), Some("invalid_type"));
    }
    let refused = |input: Value, param: Option<&str>, code: &str| {
        refuses(&moderate(&value!({"input": input})), 400, param, Some(code))
    };
    refused(value!([]), Some("input"), "empty_array");
    refused(value!([5]), Some("input[0]"), "invalid_type");
    refused(value!([{"type": "text"}]), Some("input[0].text"), "missing_required_parameter");
    refused(value!([{"type": "sound"}]), Some("input[0].type"), "invalid_value");
    refused(value!([{"type": "text", "text": "a", "x": 1}]), Some("input[0].x"), "unknown_parameter");
    refused(
        value!([picture("https://a.test/1"), picture("https://a.test/2")]),
        Some("input"),
        "invalid_value",
    );
    let message = refused(value!([picture("a.png")]), None, "invalid_image_url");
    assert_eq!(message, "Error while downloading a.png.");
    refused(value!([picture("data:image/png;base64,AAAA")]), None, "invalid_image_format");
    assert_eq!(results(&value!({"input": [picture("data:image/gif;base64,R0lGODlh")]})).len(), 1);
    let missing = moderate(&value!({}));
    refuses(&missing, 400, Some("input"), Some("missing_required_parameter"));
    let unknown = moderate(&value!({"input": "a", "model": "gpt-4o"}));
    says(&unknown, "The requested model 'gpt-4o' does not exist.", Some("model"), Some("model_not_found"));
    let body = r#"{"input":"a","model":"my-judge"}"#;
    assert_eq!(json(&Fake::new().post("/v1/moderations", body))["model"], "my-judge");
    let reply = strict().post("/v1/moderations", body);
    refuses(&reply, 400, Some("model"), Some("model_not_found"));
}

#[test]
fn a_model_without_a_name_moderates_nothing() {
    let reply = Fake::new().post("/v1/moderations", r#"{"input":"a","model":""}"#);
    says(&reply, "The requested model '' does not exist.", Some("model"), Some("model_not_found"));
}
