//! `POST /v1/moderations`

mod phrases;

use crate::api::pictures::check_address;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Draws;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::model;
use crate::model::snapshot;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use phrases::CATEGORIES;
use phrases::Category;
use phrases::Words;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/moderations", "moderations", &DECLARED, model::for_moderations, create)];

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

/// What one result is about.
#[derive(Default)]
pub(in crate::api) struct Subject<'a> {
    pub(in crate::api) texts: Vec<&'a str>,
    /// Addresses of images.
    pub(in crate::api) images: Vec<&'a str>,
}

/// The order of the text models, which know neither `illicit` nor pictures.
const OF_TEXT_MODELS: [&str; 11] = [
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

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let seed = Seed::of_request("moderations", args.content());
    let model = snapshot(args.text("model").unwrap_or(model::OF_MODERATION));
    let of_text = model::moderates_text_alone(model);
    let subjects = args.get("input").map(subjects).unwrap_or_default();
    for subject in &subjects {
        subject.check_images(model, of_text)?;
    }
    let id = if of_text {
        seed.part("id", 0).id("modr-", 29)
    } else {
        format!("modr-{}", seed.part("id", 0).draws().below(100_000))
    };
    let categories: Vec<&Category> = if of_text {
        let named = |name| CATEGORIES.iter().find(|category| category.name == name);
        OF_TEXT_MODELS.into_iter().filter_map(named).collect()
    } else {
        CATEGORIES.iter().collect()
    };

    let mut json = Json::with_capacity(256 + 1536 * subjects.len());
    json.raw(r#"{"id":"#).text(&id);
    json.raw(r#","model":"#).text(model).raw(r#","results":["#);
    json.list(subjects.iter().enumerate(), |json, (index, subject)| {
        json.raw("{");
        write_result(json, subject, &categories, seed.part("scores", index).draws());
        if !of_text {
            write_applied(json, subject, &categories);
        }
        json.raw("}");
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

/// Appends the moderation that a chat completion tells of its prompt or of its answer.
pub(in crate::api) fn write_within(json: &mut Json, model: &str, subject: &Subject<'_>, seed: Seed) {
    json.raw(r#"{"type":"moderation_results","model":"#).text(model).raw(r#","results":["#);
    write_alone(json, model, subject, seed);
    json.raw("]}");
}

/// Appends the moderation that a response tells of its input or of its output.
pub(in crate::api) fn write_alone(json: &mut Json, model: &str, subject: &Subject<'_>, seed: Seed) {
    let categories: Vec<&Category> = CATEGORIES.iter().collect();
    json.raw(r#"{"type":"moderation_result","model":"#).text(model).raw(",");
    write_result(json, subject, &categories, seed.draws());
    write_applied(json, subject, &categories);
    json.raw("}");
}

fn write_applied(json: &mut Json, subject: &Subject<'_>, categories: &[&Category]) {
    json.raw(r#","category_applied_input_types":{"#);
    json.list(categories, |json, category| {
        json.text(category.name).raw(":").raw(subject.applied(category));
    });
    json.raw("}");
}

/// A text is one subject, texts are one each, and parts are one together.
fn subjects(input: &Value) -> Vec<Subject<'_>> {
    match input {
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).map(Subject::of_text).collect()
        }
        Value::Array(parts) => {
            let mut subject = Subject::default();
            for part in parts {
                subject.texts.extend(part["text"].as_str());
                subject.images.extend(part["image_url"]["url"].as_str());
            }
            vec![subject]
        }
        text => text.as_str().map(Subject::of_text).into_iter().collect(),
    }
}

impl<'a> Subject<'a> {
    fn of_text(text: &'a str) -> Subject<'a> {
        Subject { texts: vec![text], images: Vec::new() }
    }

    /// One image at most, and none for a model that reads text alone.
    fn check_images(&self, model: &str, of_text: bool) -> Result<(), ApiError> {
        match self.images.as_slice() {
            [] => Ok(()),
            _ if of_text => Err(error::text_alone_is_moderated(model)),
            [address] => check_address(address),
            several => Err(error::too_many_images(several.len())),
        }
    }

    /// What kinds of input a category was looked for in.
    fn applied(&self, category: &Category) -> &'static str {
        let image = category.sees_images && !self.images.is_empty();
        match (!self.texts.is_empty(), image) {
            (true, true) => r#"["text","image"]"#,
            (true, false) => r#"["text"]"#,
            (false, true) => r#"["image"]"#,
            (false, false) => "[]",
        }
    }
}

/// A result up to its scores, its braces left out.
fn write_result(json: &mut Json, subject: &Subject<'_>, categories: &[&Category], mut draws: Draws) {
    let texts: Vec<Words> = subject.texts.iter().map(|text| Words::of(text)).collect();
    let images: Vec<Words> = subject.images.iter().map(|url| Words::of(url)).collect();
    let is_flagged = |category: &Category| {
        texts.iter().any(|text| category.is_named_in(text))
            || category.sees_images && images.iter().any(|url| category.is_named_in(url))
    };
    let flags: Vec<bool> = categories.iter().map(|category| is_flagged(category)).collect();
    let each = || categories.iter().zip(&flags);

    json.raw(r#""flagged":"#).flag(flags.contains(&true));
    json.raw(r#","categories":{"#);
    json.list(each(), |json, (category, flag)| {
        json.text(category.name).raw(if *flag { ":true" } else { ":false" });
    });
    json.raw(r#"},"category_scores":{"#);
    json.list(each(), |json, (category, flag)| {
        json.text(category.name).raw(":").value(&score(*flag, &mut draws).into());
    });
    json.raw("}");
}

/// Above 0.8 where flagged, else between 1e-6 and 1e-4.
fn score(flagged: bool, draws: &mut Draws) -> f64 {
    let fraction = (draws.next() >> 11) as f64 / (1_u64 << 53) as f64;
    if flagged { 0.8 + fraction * 0.199 } else { 1e-6 + fraction * 9.9e-5 }
}
