//! Bodies built from what an operation declares: the least that it takes, with any value at any place.

use openai_fake::declared;
use openai_fake::declared::Parameter;
use openai_fake::declared::ParameterList;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The operations of the older dialect.
const LEGACY: &[&str] = &["POST /v1/completions", "POST /v1/embeddings"];

/// Parameters of theirs that speak the newer one.
const CURRENT: &[(&str, &str)] = &[("POST /v1/completions", "max_tokens")];

/// Objects that need one of several fields, which one it may be is told by no declaration.
const ONE_OF: &[(&str, &str, &str)] =
    &[("tools[](type=mcp)", "connector_id", "connector_gmail"), ("(type=input_image)", "file_id", "file_x")];

/// What an operation takes for some models.
pub(super) struct Taken {
    pub(super) operation: String,
    /// The path to send to.
    pub(super) path: String,
    pub(super) list: ParameterList,
    model: String,
}

/// What every operation takes that takes a body.
pub(super) fn all() -> Vec<Taken> {
    let mut all = Vec::new();
    for operation in declared::operations() {
        let name = operation.name();
        let path =
            operation.path.replace("{completion_id}", "chatcmpl-0").replace("{conversation_id}", "conv_0");
        for list in operation.lists {
            let model = model(&name, list.models).to_owned();
            all.push(Taken { operation: name.clone(), path: path.clone(), list, model });
        }
    }
    assert!(all.len() > 12, "only {}", all.len());
    all
}

/// A model that a list is for.
fn model<'a>(operation: &str, models: &'a str) -> &'a str {
    match operation {
        "POST /v1/completions" => "gpt-3.5-turbo-instruct",
        "POST /v1/embeddings" => "text-embedding-3-small",
        "POST /v1/moderations" => "omni-moderation-latest",
        _ if models.is_empty() => "gpt-4o",
        _ if models.starts_with("any ") => "painter",
        _ => models.split([',', ' ']).next().unwrap_or_default(),
    }
}

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Any,
    Text,
    Flag,
    Integer,
    Decimal,
    List,
    Object,
}

impl Form {
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Form::Any => true,
            Form::Text => value.is_string(),
            Form::Flag => value.is_boolean(),
            Form::Integer => value.is_i64() || value.is_u64(),
            Form::Decimal => value.is_number(),
            Form::List => value.is_array(),
            Form::Object => value.is_object(),
        }
    }
}

/// What a value may be, each with the words that say so.
pub(super) fn forms(takes: &str) -> Vec<(Form, &str)> {
    const BEGINNINGS: &[(&str, Form)] = &[
        ("any value", Form::Any),
        ("the name of a model", Form::Text),
        ("a string", Form::Text),
        ("one of ", Form::Text),
        ("a boolean", Form::Flag),
        ("an integer", Form::Integer),
        ("a decimal", Form::Decimal),
        ("an array", Form::List),
        ("an object", Form::Object),
        ("up to ", Form::Object),
    ];
    let form = |words: &'_ str| BEGINNINGS.iter().find(|(beginning, _)| words.starts_with(beginning));
    let read = |words| (form(words).unwrap_or_else(|| panic!("what is '{words}'?")).1, words);
    takes.split("; or ").map(read).collect()
}

/// What the items of an array are, in words.
pub(super) fn inner(words: &str) -> &str {
    words.split_once(", each ").expect("the items").1
}

/// The name at the beginning of what follows a dot.
fn name(rest: &str) -> &str {
    &rest[..rest.find(['.', '[', '(']).unwrap_or(rest.len())]
}

/// Where a declared parameter stands, as refusals tell it: `messages[0].content`.
pub(super) fn told(path: &str) -> String {
    let mut told = String::new();
    for (at, piece) in path.split('(').enumerate() {
        told.push_str(if at == 0 { piece } else { piece.split_once(')').expect("an end").1 });
    }
    told.replace("[]", "[0]")
}

impl Taken {
    /// Whether a parameter is refused in the older dialect; without a path, an unknown one.
    pub(super) fn is_legacy(&self, path: &str) -> bool {
        LEGACY.contains(&self.operation.as_str()) && !CURRENT.contains(&(self.operation.as_str(), path))
    }

    /// The parameters that are not those of an older operation.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.list.parameters.iter().filter(|parameter| parameter.moved_to.is_none())
    }

    /// The least body that has this value at this place.
    pub(super) fn with(&self, path: &str, value: Value) -> Value {
        self.build("", path, value)
    }

    /// The same with nothing there.
    pub(super) fn without(&self, path: &str) -> Value {
        let mut body = self.with(path, Value::Null);
        let pointer = format!("/{}", told(path).replace(['.', '['], "/").replace(']', ""));
        let (object, name) = pointer.rsplit_once('/').expect("a name");
        let object = body.pointer_mut(object).and_then(Value::as_object_mut).expect("an object");
        object.shift_remove(name);
        body
    }

    fn build(&self, at: &str, mut rest: &str, value: Value) -> Value {
        if rest.is_empty() {
            return value;
        }
        if let Some(rest) = rest.strip_prefix("[]") {
            return json!([self.build(&format!("{at}[]"), rest, value)]);
        }
        let mut object = Map::new();
        let mut here = at.to_owned();
        while let Some((case, behind)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            let (tag, word) = case.split_once('=').expect("a tag");
            object.insert(tag.to_owned(), word.into());
            here = format!("{here}({case})");
            rest = behind;
        }
        self.add_required(&here, &mut object);
        if let Some((_, name, value)) = ONE_OF.iter().find(|(case, ..)| here.ends_with(case)) {
            object.insert((*name).to_owned(), (*value).into());
        }
        if !rest.is_empty() {
            let rest = rest.trim_start_matches('.');
            let name = name(rest);
            let inner = if here.is_empty() { name.to_owned() } else { format!("{here}.{name}") };
            object.insert(name.to_owned(), self.build(&inner, &rest[name.len()..], value));
        }
        Value::Object(object)
    }

    /// Adds what an object must have.
    fn add_required(&self, at: &str, object: &mut Map<String, Value>) {
        let prefix = if at.is_empty() { String::new() } else { format!("{at}.") };
        for parameter in self.parameters().filter(|parameter| parameter.required || parameter.path == "model")
        {
            if let Some(rest) = parameter.path.strip_prefix(&prefix).filter(|rest| name(rest) == *rest) {
                object.insert(rest.to_owned(), self.good(parameter, &parameter.path, &parameter.takes));
            }
        }
    }

    /// A value that a parameter takes, or those who are in it.
    pub(super) fn good(&self, parameter: &Parameter, path: &str, takes: &str) -> Value {
        let (form, words) = forms(takes)[0];
        match form {
            Form::Any => "x".into(),
            Form::Text if path == "model" => self.model.as_str().into(),
            Form::Text => {
                let known = parameter.words.iter().find(|one| one.path == path).map(|one| one.words[0]);
                match words.split_once("begins with `") {
                    Some((_, prefix)) => format!("{}_1", prefix.trim_end_matches('`')).into(),
                    None => known.unwrap_or("x").into(),
                }
            }
            Form::Flag => true.into(),
            Form::Integer => {
                let bounds = parameter.bounds.iter().find(|one| one.path == path);
                bounds.and_then(|one| one.min).map_or(1, |min| min as i64).into()
            }
            Form::Decimal => 0.5.into(),
            Form::List => json!([self.good(parameter, &format!("{path}[]"), inner(words))]),
            Form::Object if words.starts_with("up to ") => json!({"k": "v"}),
            Form::Object if words.starts_with("an object of token ids") => json!({"5": 1}),
            Form::Object => {
                let first = parameter.cases.iter().find(|one| one.path == path);
                let case = first.map_or(String::new(), |one| format!("({}={})", one.tag, one.words[0]));
                self.object(&format!("{path}{case}"))
            }
        }
    }

    /// The least object at a place, which says of which kind it is.
    pub(super) fn object(&self, path: &str) -> Value {
        // An object of one kind may be told apart further.
        let further =
            |other: &&Parameter| other.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('('));
        let further = self.parameters().find(further).filter(|_| path.ends_with(')'));
        let further = further.map_or("", |other| {
            &other.path[path.len()..=path.len() + other.path[path.len()..].find(')').unwrap_or(0)]
        });
        let path = &format!("{path}{further}");
        let (at, cases) = path.find('(').map_or((path.as_str(), ""), |_| path.split_at(cases_of(path)));
        let mut object = self.build(at, cases, Value::Null);
        if object.is_null() {
            object = json!({});
            self.add_required(at, object.as_object_mut().expect("an object"));
        }
        object
    }
}

/// Where the cases at the end of a path begin; its length where there are none.
fn cases_of(path: &str) -> usize {
    let mut end = path.len();
    while path[..end].ends_with(')') {
        end = path[..end].rfind('(').expect("a beginning");
    }
    end
}
