//! `POST /v1/images/generations`, and the address that its pictures are fetched from

mod order;
mod parameters;

use crate::error;
use crate::error::ApiError;
use crate::generate::pixels;
use crate::generate::pixels::FileFormat;
use crate::generate::pixels::Picture;
use crate::generate::seed::Seed;
use crate::http::Request;
use crate::json::Json;
use crate::model;
use crate::model::Drawing;
use crate::model::drawing;
use crate::params::Args;
use crate::params::field;
use crate::reply::Body;
use crate::reply::Events;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use crate::route::post;
pub(in crate::api) use order::Order;
use order::read_size;
use parameters::DECLARED;
use serde_json::Map;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] = &[
    post("/v1/images/generations", "images", &DECLARED, model::for_images, generate),
    get("/__parlel/images/{name}", "images", picture),
];

/// What a tool of the Responses API is to draw; it is declared with the parameters of this operation.
pub(in crate::api) fn order_of_tool(tool: &Value, prompt: &str) -> Result<Order, ApiError> {
    let model = field(tool, "model").as_str().unwrap_or(model::OF_IMAGE_TOOL);
    let drawing = drawing(Some(model));
    let mut body: Map<String, Value> = Map::new();
    for name in ["size", "quality", "background", "output_format", "output_compression"] {
        if !field(tool, name).is_null() {
            body.insert(name.to_owned(), field(tool, name).clone());
        }
    }
    body.insert("model".to_owned(), model.into());
    body.insert("prompt".to_owned(), prompt.into());
    let declared = DECLARED.params(&body);
    Order::of(&Args::new(&body, declared), drawing)
}

fn generate(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let model = args.text("model");
    // dall-e-2, which was meant where no model is named, is no more.
    if model.is_none() && context.state.config.strict_models {
        return Err(error::missing("model"));
    }
    let drawing = drawing(model);
    let order = Order::of(args, drawing)?;
    let seed = Seed::of_request("images", args.content());
    let asked = || args.get("response_format").is_some();
    let by_address = drawing.by_address || drawing.by_address_on_request && asked();
    Ok(match order.partial {
        Some(partial) => stream(context, &order, partial, seed),
        None if by_address => Reply::json(200, links(context, &order, drawing, seed)),
        None => Reply::json(200, pictures(context, &order, seed)),
    })
}

/// The reply of the gpt-image models.
fn pictures(context: &Context<'_>, order: &Order, seed: Seed) -> Json {
    let mut json = Json::default();
    json.raw(r#"{"created":"#).number(context.state.created());
    json.raw(r#","background":"#).text(order.background()).raw(r#","data":["#);
    json.list(0..order.count, |json, index| {
        let file = order.draw(seed.part("picture", index), 0);
        json.raw(r#"{"b64_json":"#).base64(&file).raw("}");
    });
    json.raw(r#"],"output_format":"#).text(order.output_format());
    json.raw(r#","quality":"#).text(order.quality());
    json.raw(r#","size":"#).text(&order.size());
    json.raw(r#","usage":"#);
    order.write_usage(&mut json);
    json.raw("}");
    json
}

/// The same as events: pictures of ever smaller cells, the last of which is the one that a whole reply
/// holds.
fn stream(context: &Context<'_>, order: &Order, partial: usize, seed: Seed) -> Reply {
    let seed = seed.part("picture", 0);
    let mut events = Events::default();
    for index in 0..=partial {
        let finished = index == partial;
        let name = if finished { "image_generation.completed" } else { "image_generation.partial_image" };
        let mut json = Json::default();
        json.raw(r#"{"type":"#).text(name);
        json.raw(r#","b64_json":"#).base64(&order.draw(seed, partial - index));
        json.raw(r#","created_at":"#).number(context.state.created());
        json.raw(r#","size":"#).text(&order.size());
        json.raw(r#","quality":"#).text(order.quality());
        json.raw(r#","background":"#).text(order.background());
        json.raw(r#","output_format":"#).text(order.output_format());
        if finished {
            json.raw(r#","usage":"#);
            order.write_usage(&mut json);
        } else {
            json.raw(r#","partial_image_index":"#).number(index as u64);
        }
        json.raw("}");
        events.named(name, json.as_bytes());
    }
    Reply::new(200, "text/event-stream; charset=utf-8", Body::Events(events))
}

/// The reply of the dall-e models, which is by address unless told otherwise.
fn links(context: &Context<'_>, order: &Order, drawing: &Drawing, seed: Seed) -> Json {
    let args = &context.args;
    let by_address = args.text("response_format") != Some("b64_json");
    let revised = args.text("prompt").filter(|_| drawing.revises);
    let mut json = Json::default();
    json.raw(r#"{"created":"#).number(context.state.created()).raw(r#","data":["#);
    json.list(0..order.count, |json, index| {
        let seed = seed.part("picture", index);
        json.raw("{");
        // The prompt stands before an address and behind a picture.
        if let Some(prompt) = revised.filter(|_| by_address) {
            json.raw(r#""revised_prompt":"#).text(prompt).raw(",");
        }
        if by_address {
            json.raw(r#""url":"#).text(&address(context.request, seed, order));
        } else {
            json.raw(r#""b64_json":"#).base64(&order.draw(seed, 0));
        }
        if let Some(prompt) = revised.filter(|_| !by_address) {
            json.raw(r#","revised_prompt":"#).text(prompt);
        }
        json.raw("}");
    });
    json.raw("]}");
    json
}

/// Where the caller finds the picture on this server: as the caller itself addressed it.
fn address(request: &Request, seed: Seed, order: &Order) -> String {
    let host = request.headers.get("host").filter(|host| !host.is_empty()).unwrap_or("127.0.0.1:4747");
    let forwarded = request.headers.get("x-forwarded-proto").unwrap_or_default();
    // Several proxies each add theirs; the first is the caller's.
    let secure = forwarded.split(',').next().unwrap_or_default().trim().eq_ignore_ascii_case("https");
    let scheme = if secure { "https" } else { "http" };
    format!("{scheme}://{host}/__parlel/images/{}-{}.png", seed.hex(), order.size())
}

/// `GET /__parlel/images/{name}`: the address alone says what to draw, always an opaque PNG.
fn picture(context: &Context<'_>) -> Result<Reply, ApiError> {
    let parts = context.id.strip_suffix(".png").and_then(|name| name.split_once('-'));
    let drawn = parts.and_then(|(hex, size)| {
        let (width, height) =
            read_size(size).filter(|(width, height)| *width.max(height) <= pixels::LARGEST_SIDE)?;
        Some(Picture::new(Seed::from_hex(hex)?, width, height).file(FileFormat::Png))
    });
    let file = drawn.ok_or_else(|| error::no_such_image(&context.request.path))?;
    let mut reply = Reply::new(200, "image/png", Body::Whole(file));
    reply.header("cache-control", "public, max-age=31536000, immutable");
    Ok(reply)
}
