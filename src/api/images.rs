//! `POST /v1/images/generations`, and the address that its pictures are fetched from

use crate::error;
use crate::error::ApiError;
use crate::generate::pixels;
use crate::generate::seed::Seed;
use crate::http::Body;
use crate::http::Reply;
use crate::http::Request;
use crate::json::Json;
use crate::model;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use crate::route::post;

pub(crate) const ROUTES: &[Route] = &[
    post("/v1/images/generations", "images", &DECLARED, model::for_images, generate),
    get("/__parlel/images/{name}", "images", picture),
];

const DECLARED: Declared = Declared { dialect: Dialect::Current, lists: &[("", PARAMS)], choose: |_| 0 };

const PARAMS: &[Param] = &[
    required("prompt", Kind::Text { min: 1, max: 32_000 }),
    optional("model", TEXT),
    optional("n", Kind::Integer { min: 1, max: 10 }).inert(),
    optional("quality", Kind::OneOf(&["low", "medium", "high", "auto", "standard", "hd"])),
    optional("response_format", Kind::OneOf(&["url", "b64_json"])).inert(),
    optional("size", TEXT),
    optional("style", Kind::OneOf(&["vivid", "natural"])),
    optional("background", Kind::OneOf(&["transparent", "opaque", "auto"])),
    optional("moderation", Kind::OneOf(&["auto", "low"])).inert(),
    optional("output_format", Kind::OneOf(&["png", "webp", "jpeg"])).inert(),
    optional("output_compression", Kind::Integer { min: 0, max: 100 }).inert(),
    optional("stream", Kind::Flag).inert(),
    optional("partial_images", Kind::Integer { min: 0, max: 3 }).inert(),
    optional("user", TEXT).inert(),
];

fn generate(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let model = args.text("model").unwrap_or("dall-e-2");
    let prompt = args.text("prompt").unwrap_or_default();
    let size = match args.text("size") {
        None | Some("auto") => (1024, 1024),
        Some(size) => parse_size(size).ok_or_else(|| error::bad_image_size(size))?,
    };
    // The dall-e models answer with an address unless told otherwise, all others with the picture.
    let by_address = match args.text("response_format") {
        Some(format) => format == "url",
        None => model.starts_with("dall-e"),
    };
    let seed = Seed::of_request("images", args.content());

    let mut json = Json::default();
    json.raw(r#"{"created":"#).number(context.state.created()).raw(r#","data":["#);
    json.list(0..args.count("n").unwrap_or(1) as usize, |json, index| {
        let seed = seed.part("picture", index);
        json.raw("{");
        if model == "dall-e-3" {
            json.raw(r#""revised_prompt":"#).text(prompt).raw(",");
        }
        if by_address {
            json.raw(r#""url":"#).text(&address(context.request, seed, size));
        } else {
            let file = pixels::png(seed, size.0, size.1);
            json.raw(r#""b64_json":"#).base64(&file);
        }
        json.raw("}");
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

/// Where the caller finds the picture on this server: as the caller itself addressed it.
fn address(request: &Request, seed: Seed, (width, height): (u32, u32)) -> String {
    let host = request.headers.get("host").filter(|host| !host.is_empty()).unwrap_or("127.0.0.1:4747");
    let forwarded = request.headers.get("x-forwarded-proto").unwrap_or_default();
    // Several proxies each add theirs; the first is the caller's.
    let secure = forwarded.split(',').next().unwrap_or_default().trim().eq_ignore_ascii_case("https");
    let scheme = if secure { "https" } else { "http" };
    format!("{scheme}://{host}/__parlel/images/{}-{width}x{height}.png", seed.hex())
}

/// `GET /__parlel/images/{name}`: the address alone says what to draw.
fn picture(context: &Context<'_>) -> Result<Reply, ApiError> {
    let parts = context.id.strip_suffix(".png").and_then(|name| name.split_once('-'));
    let drawn = parts.and_then(|(hex, size)| {
        let (width, height) = parse_size(size)?;
        Some(pixels::png(Seed::from_hex(hex)?, width, height))
    });
    let file = drawn.ok_or_else(|| error::no_such_image(&context.request.path))?;
    let mut reply = Reply::new(200, "image/png", Body::Whole(file));
    reply.header("cache-control", "public, max-age=31536000, immutable");
    Ok(reply)
}

/// `1024x1536`; each side from 1 to the largest that is drawn.
fn parse_size(text: &str) -> Option<(u32, u32)> {
    let side = |digits: &str| {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let side = digits.parse().ok().filter(|_| plain)?;
        (1..=pixels::LARGEST_SIDE).contains(&side).then_some(side)
    };
    let (width, height) = text.split_once('x')?;
    Some((side(width)?, side(height)?))
}
