//! What the tables declare, as plain data: every operation, every parameter, every refusal and every setting.
//! Tests walk it, and docs/errors.md is written from it. No request is ever answered from here.

mod words;

pub use crate::error::Refusal;
pub use crate::faults::FaultRow;
pub use crate::faults::fault_options;
pub use crate::faults::fault_rows;
#[cfg(test)]
pub(crate) use words::named;

use crate::api;
use crate::config;
use crate::error;
use crate::error::Asker;
use crate::error::Literal;
use crate::error::NamedError;
use crate::params::Kind;
use crate::params::METADATA_NAME;
use crate::params::METADATA_PAIRS;
use crate::params::METADATA_VALUE;
use crate::params::MOST_BIAS;
use crate::params::MOST_ID;
use crate::params::Param;
use crate::route::ANY;
use serde_json::Map;
use serde_json::Value;

/// A method on a path.
pub struct Operation {
    /// `*` where it is every method: on paths that are not served.
    pub method: &'static str,
    /// As in `/v1/models/{model}`: what is in braces stands for any text.
    pub path: String,
    /// What the log of captured requests calls it.
    pub kind: &'static str,
    /// Whether it is more than a refusal that says why there is nothing on this path.
    pub served: bool,
    /// Whether a JSON body may be left out. True also where none is read.
    pub body_is_optional: bool,
    /// What its JSON body takes; empty where none is read.
    pub lists: Vec<ParameterList>,
}

impl Operation {
    /// `POST /v1/embeddings`
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// The parameters that an operation takes for some models.
pub struct ParameterList {
    /// Which models these are, in words; empty where it is all of them.
    pub models: &'static str,
    /// Each parameter is followed by those inside it.
    pub parameters: Vec<Parameter>,
}

/// A declared parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Where it stands in the body, as in `messages[](role=user).content[](type=text).text`: brackets stand for each
    /// item of an array, parentheses for what an object must say to have the parameter.
    pub path: String,
    /// What it takes, in words.
    pub takes: String,
    /// Whether the object that it stands in must have it.
    pub required: bool,
    /// If required, it may still be left out where one of these is given.
    pub unless: &'static [&'static str],
    /// Whether what is generated is the same without it.
    pub inert: bool,
    /// Whether names that the objects in it do not have are passed over instead of refused.
    pub open: bool,
    /// What it is called here, if this is the name in an older operation and always refused.
    pub moved_to: Option<&'static str>,
    /// What is to be sent in its place, if the API takes it and no longer wants it.
    pub deprecated: Option<&'static [&'static str]>,
    /// Its limits, and those of the items of an array.
    pub bounds: Vec<Bounds>,
    /// The words that it takes, and those that the items of an array take.
    pub words: Vec<OneOf>,
    /// The objects that it takes by what they say they are.
    pub cases: Vec<Cases>,
}

/// The limits of a value.
#[derive(Debug)]
pub struct Bounds {
    /// The parameter's path, with `[]` for the items of an array. In objects without declared parameters
    /// `{}` stands for a value and `{name}` for its name.
    pub path: String,
    /// What is limited.
    pub measure: Measure,
    /// The least that is allowed, if there is a least.
    pub min: Option<f64>,
    /// The most that is allowed, if there is a most.
    pub max: Option<f64>,
}

/// What a limit is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The value of a whole number.
    Integer,
    /// The value of a number.
    Decimal,
    /// The characters of a string.
    Characters,
    /// The items of an array, or the pairs of an object.
    Items,
}

/// The words that a string may be.
#[derive(Debug)]
pub struct OneOf {
    /// The parameter's path, with `[]` for the items of an array.
    pub path: String,
    /// All of them.
    pub words: &'static [&'static str],
}

/// The objects that a field tells apart.
#[derive(Debug)]
pub struct Cases {
    /// The parameter's path, with `[]` for the items of an array.
    pub path: String,
    /// The field.
    pub tag: &'static str,
    /// What it may say.
    pub words: Vec<&'static str>,
    /// What an object without the field is taken for, if it may be without.
    pub untagged: Option<&'static str>,
}

/// What can be set when the server is started.
#[derive(Debug)]
pub struct DeclaredSetting {
    /// As in `--port`.
    pub name: &'static str,
    /// The environment variables that set the same; the first that is not empty counts.
    pub environment: &'static [&'static str],
    /// What it is where nobody sets it.
    pub default: &'static str,
}

/// Every setting.
pub fn settings() -> Vec<DeclaredSetting> {
    let settings = config::SETTINGS.iter();
    settings
        .map(|setting| DeclaredSetting {
            name: setting.flag,
            environment: setting.env,
            default: setting.default,
        })
        .collect()
}

/// Every operation, in the order of the tables.
pub fn operations() -> Vec<Operation> {
    api::TABLES
        .iter()
        .copied()
        .flatten()
        .map(|route| Operation {
            method: route.method,
            path: route.path.replace("*}", "}"),
            kind: route.kind,
            served: route.method != ANY,
            body_is_optional: route.params.is_none() || route.body_is_optional,
            lists: route.params.map_or(Vec::new(), |declared| {
                declared.lists.iter().map(|(models, params)| list(models, params)).collect()
            }),
        })
        .collect()
}

/// Every refusal, in tables with a heading each.
pub fn refusals() -> &'static [(&'static str, &'static [Refusal])] {
    error::TABLES
}

/// An error that can be asked for by name, as a chat gets it.
#[derive(Debug)]
pub struct DeclaredError {
    /// What it is called.
    pub name: &'static str,
    /// Other names of it.
    pub aliases: &'static [&'static str],
    /// What it stands for.
    pub what: &'static str,
    /// The status of its reply.
    pub status: u16,
    /// `message`, `type`, `param` and `code`, and what else its `error` has; `None` where the body is no JSON.
    pub words: Option<Map<String, Value>>,
    /// The headers that only its reply has.
    pub headers: Vec<(String, String)>,
}

/// Every error that can be asked for, in the order of their statuses.
pub fn errors() -> Vec<DeclaredError> {
    const ASKER: Asker<'_> = Asker {
        kind: "chat",
        method: "POST",
        path: "/v1/chat/completions",
        model: "a-model",
        window: 128_000,
        key: "sk-test",
        request_id: "req_00000000000000000000000000000001",
    };
    let declare = |known: &NamedError| {
        let error = error::asked(known.name, &ASKER)?;
        let is_page = matches!(error.literal.as_deref(), Some(Literal::Page(_)));
        Some(DeclaredError {
            name: known.name,
            aliases: known.aliases,
            what: known.what,
            status: error.status,
            words: (!is_page).then(|| error.words()),
            headers: error.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
        })
    };
    error::NAMES.iter().filter_map(declare).collect()
}

fn list(models: &'static str, params: &[Param]) -> ParameterList {
    let mut parameters = Vec::new();
    add_all(params, "", &mut parameters);
    ParameterList { models, parameters }
}

/// Adds parameters, each followed by those inside it.
fn add_all(params: &[Param], path: &str, list: &mut Vec<Parameter>) {
    for param in params {
        let path = if path.is_empty() { param.name.to_owned() } else { format!("{path}.{}", param.name) };
        let moved_to = if let Kind::Moved(name) = param.kind { Some(name) } else { None };
        let mut parameter = Parameter {
            takes: words::takes(&param.kind),
            required: param.required,
            unless: param.instead,
            inert: param.inert,
            open: param.open,
            moved_to,
            deprecated: param.deprecated,
            bounds: Vec::new(),
            words: Vec::new(),
            cases: Vec::new(),
            path,
        };
        let path = parameter.path.clone();
        parameter.describe(&param.kind, &path);
        list.push(parameter);
        add_inner(&param.kind, &path, list);
    }
}

/// Adds the parameters inside one.
fn add_inner(kind: &Kind, path: &str, list: &mut Vec<Parameter>) {
    match kind {
        Kind::List { of, .. } => add_inner(of, &format!("{path}[]"), list),
        Kind::Object(params) => add_all(params, path, list),
        Kind::Either { kinds, .. } => kinds.iter().for_each(|kind| add_inner(kind, path, list)),
        Kind::Tagged { tag, cases } => {
            for (case, params) in *cases {
                add_all(params, &format!("{path}({tag}={case})"), list);
            }
        }
        Kind::Union { tag, cases, .. } => {
            for (case, kind) in *cases {
                add_inner(kind, &format!("{path}({tag}={case})"), list);
            }
        }
        _ => {}
    }
}

impl Parameter {
    /// Takes down the limits, words and cases of a kind, and those of its items.
    fn describe(&mut self, kind: &Kind, path: &str) {
        match kind {
            Kind::Integer { min, max } => {
                let (min, max) = ((*min > i64::MIN).then_some(*min), (*max < i64::MAX).then_some(*max));
                self.limit(path, Measure::Integer, min.map(|min| min as f64), max.map(|max| max as f64));
            }
            Kind::Number { min, max } => self.limit(path, Measure::Decimal, Some(*min), Some(*max)),
            Kind::Text { min, max } => self.count(path, Measure::Characters, *min, *max),
            Kind::Id(_) => self.count(path, Measure::Characters, 0, MOST_ID),
            Kind::Name { max, .. } => self.count(path, Measure::Characters, 1, *max),
            Kind::OneOf(words) => self.words.push(OneOf { path: path.to_owned(), words }),
            Kind::List { of, min, max, .. } => {
                self.count(path, Measure::Items, *min, *max);
                self.describe(of, &format!("{path}[]"));
            }
            Kind::Either { kinds, .. } => kinds.iter().for_each(|kind| self.describe(kind, path)),
            Kind::Metadata => {
                self.count(path, Measure::Items, 0, METADATA_PAIRS);
                self.count(&format!("{path}{{name}}"), Measure::Characters, 0, METADATA_NAME);
                self.count(&format!("{path}{{}}"), Measure::Characters, 0, METADATA_VALUE);
            }
            Kind::LogitBias => {
                self.limit(&format!("{path}{{}}"), Measure::Decimal, Some(-MOST_BIAS), Some(MOST_BIAS));
            }
            Kind::Tagged { tag, cases } => {
                let words = cases.iter().map(|(case, _)| *case).collect();
                self.cases.push(Cases { path: path.to_owned(), tag, words, untagged: None });
            }
            Kind::Union { tag, cases, untagged, .. } => {
                let words = cases.iter().map(|(case, _)| *case).collect();
                let untagged = untagged.first().map(|(_, case)| *case);
                self.cases.push(Cases { path: path.to_owned(), tag, words, untagged });
            }
            Kind::Any
            | Kind::Model
            | Kind::RequestedModel
            | Kind::Moved(_)
            | Kind::Flag
            | Kind::Object(_)
            | Kind::Map => {}
        }
    }

    fn count(&mut self, path: &str, measure: Measure, min: usize, max: usize) {
        let max = (max < usize::MAX).then_some(max as f64);
        self.limit(path, measure, (min > 0).then_some(min as f64), max);
    }

    fn limit(&mut self, path: &str, measure: Measure, min: Option<f64>, max: Option<f64>) {
        if min.is_some() || max.is_some() {
            self.bounds.push(Bounds { path: path.to_owned(), measure, min, max });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_as_data() {
        let operations = operations();
        let chat = operations.iter().find(|operation| operation.name() == "POST /v1/chat/completions");
        let list = &chat.expect("a chat").lists[0];
        let told = |path: &str| list.parameters.iter().find(|parameter| parameter.path == path).expect(path);
        let bounds = |path: &str| {
            let bounds = told(path).bounds.iter();
            let told =
                bounds.map(|one| format!("{} {:?} {:?} {:?}", one.path, one.measure, one.min, one.max));
            told.collect::<Vec<String>>().join(", ")
        };
        assert_eq!(bounds("temperature"), "temperature Decimal Some(0.0) Some(2.0)");
        assert_eq!(bounds("n"), "n Integer Some(1.0) Some(128.0)");
        assert_eq!(bounds("seed"), "");
        assert_eq!(bounds("logit_bias"), "logit_bias{} Decimal Some(-100.0) Some(100.0)");
        assert_eq!(
            bounds("metadata"),
            "metadata Items None Some(16.0), metadata{name} Characters None Some(64.0), \
             metadata{} Characters None Some(512.0)"
        );
        assert_eq!(bounds("stop"), "stop Items None Some(4.0)");
        assert_eq!(told("verbosity").words[0].words, ["low", "medium", "high"]);
        assert_eq!(told("messages[](role=tool).tool_call_id").takes, "a string of 0 to 40 characters");
        assert_eq!(told("tools").cases[0].path, "tools[]");
        assert!(told("messages").required && told("user").inert && !told("temperature").inert);
        assert_eq!(operations.iter().filter(|operation| !operation.served).count(), 2);
    }
}
