//! `POST /v1/images/generations`, and the address that its pictures are fetched from

mod parameters;
mod reading;

use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::Order;
use crate::ask::Turn;
use crate::ask::say;
use crate::error;
use crate::error::ApiError;
use crate::generate::pixels;
use crate::generate::pixels::FileFormat;
use crate::generate::pixels::Picture;
use crate::generate::seed::Seed;
use crate::http::Request;
use crate::json::Json;
use crate::model;
use crate::model::drawing;
use crate::params::Args;
use crate::params::field;
use crate::plan::Drawn;
use crate::plan::GivenUsage;
use crate::plan::Usage;
use crate::play::Events;
use crate::reply::Body;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use crate::route::post;
use crate::state::KeyId;
use crate::state::KeyStore;
use crate::state::StoredPicture;
use parameters::DECLARED;
use parameters::drawing_for;
use reading::order;
use reading::read_size;
use serde_json::Map;
use serde_json::Value;
use std::sync::Arc;

pub(crate) const ROUTES: &[Route] = &[
    post("/v1/images/generations", "images", &DECLARED, model::for_images, generate).asking(),
    get("/__parlel/images/{name}", "images", picture),
];

/// The parameters that the tool of the Responses API has as well, and that say what its file is like.
const OF_TOOLS: [&str; 9] = [
    "size",
    "quality",
    "background",
    "complexity",
    "output_format",
    "output_compression",
    "frame_count",
    "frame_duration_ms",
    "svg",
];

/// Kinds of files that only the newest models draw.
const NEWER_FILES: [&str; 2] = ["gif", "svg"];

/// What a tool of the Responses API is to draw; it is declared with the parameters of this operation.
pub(in crate::api) fn order_of_tool(tool: &Value) -> Result<Order, ApiError> {
    let is_newer = NEWER_FILES.iter().any(|format| field(tool, "output_format") == format);
    let unnamed = if is_newer { model::OF_NEWER_FILES } else { model::OF_IMAGE_TOOL };
    let model = field(tool, "model").as_str().unwrap_or(unnamed);
    let drawing = drawing(model);
    let mut body: Map<String, Value> = Map::new();
    for name in OF_TOOLS {
        if !field(tool, name).is_null() {
            body.insert(name.to_owned(), field(tool, name).clone());
        }
    }
    body.insert("model".to_owned(), model.into());
    let declared = DECLARED.params(&body);
    // The tool takes what some model does, and each model heeds what it knows of that.
    body.retain(|name, _| declared.iter().any(|param| param.name == name));
    // Of unfinished pictures there is one more than events of this operation would have.
    let partial = field(tool, "partial_images").as_u64().map(|partial| partial as usize);
    Ok(Order { partial, ..order(&Args::new(&body, declared), drawing)? })
}

fn generate(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let model = args.text("model");
    // dall-e-2, which was meant where no model is named, is no more.
    if model.is_none() && context.state.config.strict_models {
        return Err(error::missing("model"));
    }
    let drawing = drawing_for(model, args.all().map(|(name, _)| name));
    let mut order = order(args, drawing)?;
    // Not each of them has the parameter.
    let asks = || args.get("response_format").is_some();
    let is_linked = drawing.by_address || drawing.by_address_on_request && asks();
    let in_the_reply = || args.text("response_format") == Some("b64_json");
    order.by_address = is_linked && order.partial.is_none() && !in_the_reply();
    let prompt = Turn::of_user(args.text("prompt").unwrap_or_default());
    let new = Ask::new(Endpoint::Images, model.unwrap_or_default(), vec![&prompt], context.occasion);
    let ask = Ask { order: Some(&order), ..new };
    let said = say(&ask, Seed::of_request("images", args.content()))?;

    if order.by_address {
        keep(context, &said.pictures);
    }
    let pictures = Pictures {
        order: &order,
        created: said.given.created.unwrap_or(ask.created),
        usage: &said.given.usage,
        drawn: &said.pictures,
        prompt: args.text("prompt").unwrap_or_default(),
        is_revised: drawing.revises,
        identifier: identifier(args),
    };
    Ok(if order.partial.is_some() {
        Reply::new(200, "text/event-stream; charset=utf-8", Body::Events(pictures.events()))
    } else if is_linked {
        Reply::json(200, pictures.links(context.request))
    } else {
        Reply::json(200, pictures.whole())
    })
}

/// What was drawn, before anyone asks how it is sent.
struct Pictures<'a> {
    order: &'a Order,
    created: u64,
    /// The counts that are told in place of what the pictures cost.
    usage: &'a GivenUsage,
    drawn: &'a [Drawn],
    prompt: &'a str,
    /// Whether the model tells a prompt of its own.
    is_revised: bool,
    /// Who is named as the one that asked.
    identifier: Option<&'a str>,
}

/// Whom the request names as the one that asked: by the newer parameter, or else by the older one.
fn identifier<'a>(args: &Args<'a>) -> Option<&'a str> {
    let named = |name| args.given(name)?.as_str().filter(|name| !name.is_empty());
    named("safety_identifier").or_else(|| named("user"))
}

impl Pictures<'_> {
    /// The reply of the gpt-image models.
    fn whole(&self) -> Json {
        let order = self.order;
        let mut json = Json::default();
        json.raw(r#"{"created":"#).number(self.created);
        json.raw(r#","background":"#).text(order.background()).raw(r#","data":["#);
        json.list(self.drawn, |json, picture| {
            json.raw("{");
            write_picture(json, picture);
            if let Some(prompt) = &picture.revised_prompt {
                json.raw(r#","revised_prompt":"#).text(prompt);
            }
            json.raw("}");
        });
        json.raw(r#"],"output_format":"#).text(order.output_format());
        json.raw(r#","quality":"#).text(order.quality());
        self.write_identifier(&mut json);
        json.raw(r#","size":"#).text(&order.size());
        self.write_svg_usage(&mut json);
        json.raw(r#","usage":"#);
        self.write_usage(&mut json);
        json.raw("}");
        json
    }

    /// The same as events: pictures of ever smaller cells, the last of which is the one that a whole reply
    /// holds.
    fn events(&self) -> Events {
        let order = self.order;
        let mut events = Events::default();
        for (index, picture) in self.drawn.iter().enumerate() {
            let finished = index + 1 == self.drawn.len();
            let name = if finished { "image_generation.completed" } else { "image_generation.partial_image" };
            let mut json = Json::default();
            json.raw(r#"{"type":"#).text(name).raw(",");
            write_picture(&mut json, picture);
            json.raw(r#","created_at":"#).number(self.created);
            json.raw(r#","size":"#).text(&order.size());
            json.raw(r#","quality":"#).text(order.quality());
            json.raw(r#","background":"#).text(order.background());
            json.raw(r#","output_format":"#).text(order.output_format());
            if finished {
                json.raw(r#","usage":"#);
                self.write_usage(&mut json);
                self.write_identifier(&mut json);
            } else {
                json.raw(r#","partial_image_index":"#).number(index as u64);
            }
            json.raw("}");
            events.named(name, json.as_bytes());
        }
        events
    }

    /// The reply of the dall-e models, which is by address unless told otherwise.
    fn links(&self, request: &Request) -> Json {
        let by_address = self.order.by_address;
        let mut json = Json::default();
        json.raw(r#"{"created":"#).number(self.created).raw(r#","data":["#);
        json.list(self.drawn, |json, picture| {
            json.raw("{");
            // The prompt stands before an address and behind a picture.
            let revised = picture.revised_prompt.as_deref().or(self.is_revised.then_some(self.prompt));
            if let Some(prompt) = revised.filter(|_| by_address) {
                json.raw(r#""revised_prompt":"#).text(prompt).raw(",");
            }
            if by_address && picture.url.is_none() {
                json.raw(r#""url":"#).text(&address(request, picture, self.order));
            } else {
                write_picture(json, picture);
            }
            if let Some(prompt) = revised.filter(|_| !by_address) {
                json.raw(r#","revised_prompt":"#).text(prompt);
            }
            json.raw("}");
        });
        json.raw("]}");
        json
    }

    fn write_identifier(&self, json: &mut Json) {
        if let Some(identifier) = self.identifier {
            json.raw(r#","safety_identifier":"#).text(identifier);
        }
    }

    /// What the author of an SVG read and wrote: the prompt, its thoughts and the file.
    fn write_svg_usage(&self, json: &mut Json) {
        let (Some(author), [picture]) = (&self.order.author, self.drawn) else { return };
        let (read, written) = (self.order.tokens(self.prompt).0, author.tokens(&picture.file));
        json.raw(r#","svg_usage":{"input_tokens":"#).number(read);
        json.raw(r#","model":"#).text(&author.model);
        json.raw(r#","output_tokens":"#).number(written);
        json.raw(r#","reasoning_tokens":"#).number(author.thoughts);
        json.raw(r#","total_tokens":"#).number(read + written).raw("}");
    }

    fn write_usage(&self, json: &mut Json) {
        let (prompt, pictures) = self.order.tokens(self.prompt);
        let Usage { input, output, total, .. } = self.usage.or_counted(prompt as usize, pictures as usize, 0);
        json.raw(r#"{"input_tokens":"#).number(input);
        json.raw(r#","input_tokens_details":{"image_tokens":0,"text_tokens":"#).number(input);
        json.raw(r#"},"output_tokens":"#).number(output);
        json.raw(r#","output_tokens_details":{"image_tokens":"#).number(output);
        json.raw(r#","text_tokens":0},"total_tokens":"#).number(total).raw("}");
    }
}

/// Appends the picture itself, or where a given one is.
fn write_picture(json: &mut Json, picture: &Drawn) {
    match &picture.url {
        Some(url) => json.raw(r#""url":"#).text(url),
        None => json.raw(r#""b64_json":"#).base64(&picture.file),
    };
}

/// Keeps the files of pictures that are fetched by their addresses and cannot be drawn again. They are
/// nobody's: who fetches a picture sends no key.
fn keep(context: &Context<'_>, drawn: &[Drawn]) {
    for Drawn { name, file, .. } in drawn.iter().filter(|picture| !picture.file.is_empty()) {
        context.state.store(KeyId::of_nobody(), |store| {
            if store.pictures.get(name).is_none() {
                store.pictures.insert(StoredPicture { name: name.clone(), file: file.as_slice().into() });
            }
        });
    }
}

/// The format of a file, as its first bytes tell.
fn format_of(file: &[u8]) -> &'static str {
    match file {
        [0xff, 0xd8, 0xff, ..] => "jpeg",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "webp",
        [b'<', ..] => "svg",
        _ => "png",
    }
}

/// Where the caller finds the picture on this server: as the caller itself addressed it.
fn address(request: &Request, picture: &Drawn, order: &Order) -> String {
    let host = request.headers.get("host").filter(|host| !host.is_empty()).unwrap_or("127.0.0.1:4747");
    let forwarded = request.headers.get("x-forwarded-proto").unwrap_or_default();
    // Several proxies each add theirs; the first is the caller's.
    let secure = forwarded.split(',').next().unwrap_or_default().trim().eq_ignore_ascii_case("https");
    let scheme = if secure { "https" } else { "http" };
    let format = format_of(&picture.file);
    format!("{scheme}://{host}/__parlel/images/{}-{}.{format}", picture.name, order.size())
}

/// `GET /__parlel/images/{name}`: a file that was kept, or else what the address alone says to draw, always an
/// opaque PNG.
fn picture(context: &Context<'_>) -> Result<Reply, ApiError> {
    let name = context.id.split('-').next().unwrap_or_default();
    let kept = |store: &mut KeyStore| store.pictures.get(name).map(|kept| Arc::clone(&kept.file));
    let kept = context.state.store(KeyId::of_nobody(), kept);
    let drawn = || {
        let (hex, size) = context.id.strip_suffix(".png")?.split_once('-')?;
        let (width, height) =
            read_size(size).filter(|(width, height)| *width.max(height) <= pixels::LARGEST_SIDE)?;
        Some(Picture::new(Seed::from_hex(hex)?, width, height).file(FileFormat::Png))
    };
    let kept = kept.map(|file| file.to_vec());
    let file = kept.or_else(drawn).ok_or_else(|| error::no_such_image(&context.request.path))?;
    let kind = match format_of(&file) {
        "svg" => "svg+xml",
        format => format,
    };
    let mut reply = Reply::new(200, &format!("image/{kind}"), Body::Whole(file));
    reply.header("cache-control", "public, max-age=31536000, immutable");
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::plan::Said;
    use crate::rules::Occasion;
    use crate::state::State;
    use serde_json::json;

    /// A request to a model, in which it is handed over to `with`.
    fn ordered<R>(body: &Value, with: impl FnOnce(&Context<'_>, Order) -> R) -> R {
        let body = body.as_object().cloned().expect("an object");
        let args = Args::new(&body, DECLARED.params(&body));
        let ordered = order(&args, drawing_for(args.text("model"), std::iter::empty())).expect("an order");
        let (state, request) =
            (State::new(Config::default()), Request::new("POST", "/v1/images/generations"));
        let context = Context {
            state: &state,
            request: &request,
            key: None,
            id: "",
            item: "",
            args,
            request_id: "",
            occasion: Occasion::at(1),
            overhear: |_, _| Vec::new(),
        };
        with(&context, ordered)
    }

    /// Pictures that are given, of which nothing else is.
    fn pictures<'a>(order: &'a Order, said: &'a Said) -> Pictures<'a> {
        Pictures {
            order,
            created: 1,
            usage: &said.given.usage,
            drawn: &said.pictures,
            prompt: "A cat",
            is_revised: false,
            identifier: None,
        }
    }

    fn given(file: &[u8], url: Option<&str>) -> Said {
        let picture = Drawn { url: url.map(str::to_owned), ..Order::given(file.to_vec()) };
        Said { pictures: vec![picture], ..Said::default() }
    }

    fn value(json: &Json) -> Value {
        serde_json::from_slice(json.as_bytes()).expect("JSON")
    }

    const FILE: &[u8] = b"GIF89a";
    const URL: &str = "https://a.test/cat.png";

    #[test]
    fn a_given_picture_is_told_whole_and_streamed() {
        let body = json!({"model": "gpt-image-1", "prompt": "A cat"});
        ordered(&body, |_, order| {
            for (said, told) in [
                (given(FILE, None), json!({"b64_json": "R0lGODlh"})),
                (given(b"", Some(URL)), json!({"url": URL})),
            ] {
                let pictures = pictures(&order, &said);
                assert_eq!(value(&pictures.whole())["data"], json!([told]));
                let events = pictures.events();
                let event = events.iter().next().map(|event| String::from_utf8_lossy(event).into_owned());
                let event = event.expect("an event");
                let (_, data) = event.split_once("data: ").expect("data");
                let event: Value = serde_json::from_str(data).expect("JSON");
                for (name, value) in told.as_object().expect("an object") {
                    assert_eq!(&event[name], value);
                }
            }
        });
    }

    #[test]
    fn the_address_of_a_given_picture_leads_to_it() {
        ordered(&json!({"model": "dall-e-3", "prompt": "A cat"}), |context, order| {
            let order = Order { by_address: true, ..order };
            let link = |said: &Said| {
                keep(context, &said.pictures);
                let links = pictures(&order, said).links(context.request);
                value(&links)["data"][0]["url"].as_str().expect("an address").to_owned()
            };
            assert_eq!(link(&given(b"", Some(URL))), URL);
            let url = link(&given(FILE, None));
            assert!(url.ends_with("-1024x1024.gif"), "{url}");
            assert_eq!(link(&given(FILE, None)), url);
            let id = url.rsplit('/').next().expect("a name");
            let body = Map::new();
            let context = Context { id, args: Args::new(&body, &[]), ..*context };
            let reply = picture(&context).expect("a picture");
            assert_eq!((reply.status, reply.bytes()), (200, FILE));
            assert!(reply.head.contains("image/gif"), "{}", reply.head);
            context.state.reset();
            assert_eq!(picture(&context).expect_err("a refusal").status, 404);
        });
    }
}
