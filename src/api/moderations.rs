//! `POST /v1/moderations`

use crate::api::media::check_address;
use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::Turn;
use crate::ask::part;
use crate::ask::say;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::model;
use crate::model::snapshot;
use crate::params::Args;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;
use crate::plan::Flag;
use crate::plan::Flags;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/moderations", "moderations", &DECLARED, model::for_moderations, create).asking()];

const DECLARED: Declared = Declared { dialect: Dialect::Current, lists: &[("", PARAMS)], choose: |_| 0 };

const PARAMS: &[Param] = &[
    required(
        "input",
        Kind::Either {
            expected: "one of a string or array of strings or objects",
            kinds: &[
                TEXT,
                Kind::List { of: &TEXT, expected: "strings", min: 1, max: 2048 },
                Kind::List { of: &PART, expected: "objects", min: 1, max: 2048 },
            ],
        },
    ),
    optional("model", TEXT),
];

const PART: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("text", &[required("text", TEXT)]),
        (
            "image_url",
            &[required("image_url", Kind::Object(&[required("url", TEXT), optional("detail", TEXT)]))],
        ),
    ],
};

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let seed = Seed::of_request("moderations", args.content());
    let model = snapshot(args.text("model").unwrap_or(model::OF_MODERATION));
    let of_text = model::moderates_text_alone(model);
    let subjects = args.get("input").map(subjects).unwrap_or_default();
    for subject in &subjects {
        check_images(subject, model, of_text)?;
    }
    let ask = Ask::new(Endpoint::Moderations, model, subjects.iter().collect(), context.occasion);
    let said = say(&ask, seed)?;
    let id = said.given.id.unwrap_or_else(|| id(of_text, seed.part("id", 0)));

    let mut json = Json::with_capacity(256 + 1536 * subjects.len());
    json.raw(r#"{"id":"#).text(&id);
    let name = said.given.model.as_deref().unwrap_or(model);
    json.raw(r#","model":"#).text(name).raw(r#","results":["#);
    json.list(&said.flags, |json, flags| {
        json.raw("{");
        write_result(json, flags);
        if !of_text {
            write_applied(json, flags);
        }
        json.raw("}");
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

fn id(of_text: bool, seed: Seed) -> String {
    if of_text { seed.id("modr-", 29) } else { format!("modr-{}", seed.draws().below(100_000)) }
}

/// Checks the model that a chat or a response wants to be moderated by.
pub(in crate::api) fn check_model(args: &Args<'_>, listed_only: bool) -> Result<(), ApiError> {
    let model = args.field("moderation", "model").as_str();
    let checked = model.map_or(Ok(()), |model| model::for_moderations(model, listed_only));
    checked.map_err(|refusal| refusal.within("moderation"))
}

/// Appends what is said of the input and of the output of a chat or a response.
pub(in crate::api) fn write_both(
    json: &mut Json,
    [asked, said]: &[Flags; 2],
    write: impl Fn(&mut Json, &Flags),
) {
    json.raw(r#"{"input":"#);
    write(json, asked);
    json.raw(r#","output":"#);
    write(json, said);
    json.raw("}");
}

/// Appends what this model says of one of them.
pub(in crate::api) fn write_one(json: &mut Json, model: &str, flags: &Flags) {
    json.raw(r#"{"type":"moderation_result","model":"#).text(model).raw(",");
    write_result(json, flags);
    write_applied(json, flags);
    json.raw("}");
}

/// A text is one subject, texts are one each, and parts are one together.
fn subjects(input: &Value) -> Vec<Turn<'_>> {
    match input {
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).map(Turn::of_user).collect()
        }
        Value::Array(parts) => vec![Turn::of_parts(parts.iter().map(part).collect())],
        text => text.as_str().map(Turn::of_user).into_iter().collect(),
    }
}

/// One image at most, and none for a model that reads text alone.
fn check_images(subject: &Turn<'_>, model: &str, of_text: bool) -> Result<(), ApiError> {
    let urls: Vec<&str> = subject.image_urls().collect();
    match urls.as_slice() {
        [] => Ok(()),
        _ if of_text => Err(error::text_alone_is_moderated(model)),
        [address] => check_address(address),
        several => Err(error::too_many_images(several.len())),
    }
}

/// A result up to its scores, its braces left out.
fn write_result(json: &mut Json, Flags(flags): &Flags) {
    json.raw(r#""flagged":"#).flag(flags.iter().any(|flag| flag.is_raised));
    json.raw(r#","categories":{"#);
    json.list(flags, |json, flag| {
        json.text(flag.category).raw(if flag.is_raised { ":true" } else { ":false" });
    });
    json.raw(r#"},"category_scores":{"#);
    json.list(flags, |json, flag| {
        json.text(flag.category).raw(":").value(&flag.score.into());
    });
    json.raw("}");
}

/// What kinds of input each category was looked for in.
fn write_applied(json: &mut Json, Flags(flags): &Flags) {
    json.raw(r#","category_applied_input_types":{"#);
    json.list(flags, |json, Flag { category, of_text, of_image, .. }| {
        json.text(category).raw(match (of_text, of_image) {
            (true, true) => r#":["text","image"]"#,
            (true, false) => r#":["text"]"#,
            (false, true) => r#":["image"]"#,
            (false, false) => ":[]",
        });
    });
    json.raw("}");
}
