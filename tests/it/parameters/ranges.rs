//! What is out of a parameter's range is refused by its name, in the API's sentence, and what is just within
//! is not. For each parameter: another JSON type, a number, a length or a count one step beyond each limit and
//! at it, a word or a kind of object that is not known and each that is, a pattern or a beginning that it does
//! not have, its absence where it must be there; for each object, a name that it does not have.

use super::bodies;
use super::bodies::Form;
use super::bodies::Taken;
use super::bodies::forms;
use super::bodies::inner;
use super::bodies::told;
use super::sentences::Step;
use super::sentences::is_like;
use super::sentences::listed;
use super::sentences::noun;
use super::sentences::python;
use crate::support::json;
use openai_fake::Config;
use openai_fake::Request;
use openai_fake::State;
use openai_fake::answer;
use openai_fake::declared::Bounds;
use openai_fake::declared::Measure;
use openai_fake::declared::Parameter;
use serde_json::Value;
use serde_json::json as value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What must come of a body.
enum Expected {
    /// No refusal of what stands here that speaks of its range.
    Taken,
    /// This refusal. Message and param may leave out what a declaration does not tell: `…` stands for it.
    Refused { message: String, code: &'static str, param: Option<String> },
}

/// What is asked of one operation, and what did not come of it.
struct Walk<'a> {
    taken: &'a Taken,
    state: State,
    /// Whether the parameter at hand is refused in the older dialect.
    legacy: bool,
    asked: usize,
    broken: Vec<String>,
}

/// The codes of the refusals that speak of ranges.
const CODES: &[&str] = &[
    "missing_required_parameter",
    "unknown_parameter",
    "invalid_type",
    "integer_below_min_value",
    "integer_above_max_value",
    "decimal_below_min_value",
    "decimal_above_max_value",
    "empty_array",
    "array_above_max_length",
    "empty_string",
    "string_above_max_length",
    "object_above_max_properties",
    "property_name_above_max_length",
];

#[test]
fn every_parameter_keeps_to_its_range() {
    let mut asked = 0;
    let mut broken = Vec::new();
    // What an array holds is declared once for all operations that take it, and is walked in one of them.
    let mut walked = BTreeSet::new();
    for taken in bodies::all() {
        let mut walk = Walk {
            taken: &taken,
            state: State::new(Config::default()),
            legacy: false,
            asked: 0,
            broken: Vec::new(),
        };
        for parameter in taken.parameters() {
            let same = format!("{} {parameter:?}", parameter.required).replace("items[]", "input[]");
            if parameter.path.contains("[]") && !walked.insert(same) {
                continue;
            }
            let before = walk.asked;
            walk.legacy = taken.is_legacy(&parameter.path);
            walk.types(parameter);
            walk.presence(parameter);
            parameter.bounds.iter().for_each(|bounds| walk.bounds(parameter, bounds));
            walk.words(parameter);
            walk.cases(parameter);
            walk.texts(parameter);
            let anything = parameter.takes == "any value" && !parameter.required;
            if walk.asked == before && !anything {
                walk.broken.push(format!("{}: no case for {}\n", taken.operation, parameter.path));
            }
        }
        walk.legacy = taken.is_legacy("");
        walk.names();
        asked += walk.asked;
        broken.append(&mut walk.broken);
    }
    assert!(broken.is_empty(), "{} of {asked}:\n{:.20000}", broken.len(), broken.concat());
    assert!(asked > 6_000, "only {asked}");
}

impl Walk<'_> {
    /// Another JSON type than it takes.
    fn types(&mut self, parameter: &Parameter) {
        // A model has sentences of its own, which stand in tables.
        if parameter.takes == "the name of a model" {
            return;
        }
        let forms = forms(&parameter.takes);
        let values = [value!(true), value!(5), value!(1.5), value!("zz"), value!([]), value!({})];
        for given in values.into_iter().filter(|given| !forms.iter().any(|(form, _)| form.fits(given))) {
            let expected = self.wrong_type(parameter, &told(&parameter.path), &given);
            self.ask(&self.taken.with(&parameter.path, given), &parameter.path, &expected);
        }
        for (form, words) in forms {
            let given = value!([[[]]]);
            if form == Form::List && !words.contains("an array, each an array") {
                let at = told(&parameter.path);
                let body = self.taken.with(&parameter.path, given);
                let message = if self.legacy {
                    "…".to_owned()
                } else {
                    format!("Invalid type for '{at}…': expected …, but got an array instead.")
                };
                // Plain items are seen at once, the others one by one.
                let param = format!("{at}{}", if self.looks_into(parameter) { "[0]" } else { "" });
                self.ask(&body, &parameter.path, &self.refused(message, "invalid_type", param));
            }
        }
    }

    /// Whether the items of an array have declared parameters, or say what they are.
    fn looks_into(&self, parameter: &Parameter) -> bool {
        let inside = format!("{}[]", parameter.path);
        let is_inside = |other: &Parameter| {
            other.path.strip_prefix(&inside).is_some_and(|rest| rest.starts_with(['.', '(']))
        };
        parameter.cases.iter().any(|one| one.path == inside) || self.taken.parameters().any(is_inside)
    }

    fn wrong_type(&self, parameter: &Parameter, at: &str, given: &Value) -> Expected {
        let message = if !self.legacy {
            format!("Invalid type for '{at}': expected …, but got {} instead.", noun(given))
        } else if parameter.takes.contains("; or ") {
            format!("'$.{at}' is invalid. Please check the API reference: …")
        } else {
            format!("{} is not of type '…' - '{at}'", python(given))
        };
        self.refused(message, "invalid_type", at.to_owned())
    }

    /// Whether it may be left out, and be null.
    fn presence(&mut self, parameter: &Parameter) {
        let Parameter { path, .. } = parameter;
        let at = told(path);
        let known = parameter.takes == "the name of a model";
        if parameter.required && !known {
            let message = format!("Missing required parameter: '{at}'.");
            let missing = Expected::Refused { message, code: "missing_required_parameter", param: Some(at) };
            self.ask(&self.taken.without(path), path, &missing);
        } else if !parameter.required {
            self.ask(&self.taken.with(path, Value::Null), path, &Expected::Taken);
        }
        let good = self.taken.good(parameter, path, &parameter.takes);
        self.ask(&self.taken.with(path, good), path, &Expected::Taken);
    }

    /// One step beyond each limit, and at it.
    fn bounds(&mut self, parameter: &Parameter, bounds: &Bounds) {
        /// A text of more characters than that is dear, and stands in a table.
        const DEAR: f64 = 1_000_000.0;
        for (limit, low) in [(bounds.min, true), (bounds.max.filter(|max| *max < DEAR), false)] {
            let Some(limit) = limit else { continue };
            let (given, at) = self.measured(parameter, bounds, limit);
            if let Some(given) = given {
                self.ask(&self.taken.with(&parameter.path, given), &at, &Expected::Taken);
            }
            let step = if bounds.measure == Measure::Decimal { 0.5 } else { 1.0 };
            let beyond = if low { limit - step } else { limit + step };
            let (Some(given), at) = self.measured(parameter, bounds, beyond) else { continue };
            let step = Step { at: &at, parameter, bounds, low, limit, given: beyond };
            let (message, code) = if self.legacy { (step.legacy(), "") } else { step.current() };
            let expected = self.refused(message, code, at.clone());
            self.ask(&self.taken.with(&parameter.path, given), &at, &expected);
        }
    }

    /// A value whose measure is this, and where in it the measured value stands; none where there is none.
    fn measured(&self, parameter: &Parameter, bounds: &Bounds, measure: f64) -> (Option<Value>, String) {
        let behind = &bounds.path[parameter.path.len()..];
        // What is below 0 is not counted.
        #[allow(clippy::cast_sign_loss)]
        let count = measure as usize;
        let number = || if measure.fract() == 0.0 { value!(measure as i64) } else { value!(measure) };
        let pairs = parameter.takes.starts_with("up to ");
        let biases = behind == "{}" && !pairs;
        let one = match bounds.measure {
            _ if measure < 0.0 && matches!(bounds.measure, Measure::Characters | Measure::Items) => None,
            Measure::Integer | Measure::Decimal => Some(number()),
            Measure::Characters => Some(Value::from("x".repeat(count))),
            Measure::Items if pairs => {
                Some(Value::Object((0..count).map(|at| (at.to_string(), "v".into())).collect()))
            }
            Measure::Items => {
                let item = self.item(parameter, bounds);
                Some(Value::from(vec![item; count]))
            }
        };
        let name = if biases { "5" } else { "k" };
        let at = told(&parameter.path);
        let (wrapped, at) = match (behind, one) {
            ("{name}", Some(one)) => {
                let name = one.as_str().expect("a name").to_owned();
                (Some(value!({&name: "v"})), format!("{at}.{name}"))
            }
            ("{}", one) => (one.map(|one| value!({name: one})), format!("{at}.{name}")),
            (behind, one) => {
                let depth = behind.len() / 2;
                let wrapped = one.map(|one| (0..depth).fold(one, |one, _| value!([one])));
                (wrapped, format!("{at}{}", "[0]".repeat(depth)))
            }
        };
        (wrapped, at)
    }

    /// An item of the array that has these limits.
    fn item(&self, parameter: &Parameter, bounds: &Bounds) -> Value {
        let length = match (bounds.min, bounds.max) {
            (min, Some(max)) => format!("of {} to {max} items", min.unwrap_or(0.0)),
            (min, None) => format!("of at least {} items", min.unwrap_or(0.0)),
        };
        let mut path = parameter.path.clone();
        let forms = forms(&parameter.takes);
        let of = |words: &str, path: &str| self.taken.good(parameter, &format!("{path}[]"), inner(words));
        for (_, words) in &forms {
            let mut words = *words;
            while words.starts_with("an array") {
                if path == bounds.path && words.starts_with(&format!("an array {length}")) {
                    return of(words, &path);
                }
                words = inner(words);
                path.push_str("[]");
            }
            path.clone_from(&parameter.path);
        }
        panic!("no array {length} in {}", parameter.takes)
    }

    /// A word that is not known, and each that is.
    fn words(&mut self, parameter: &Parameter) {
        for one in &parameter.words {
            let depth = (one.path.len() - parameter.path.len()) / 2;
            let at = format!("{}{}", told(&parameter.path), "[0]".repeat(depth));
            let body = |word: &str| {
                let given = (0..depth).fold(Value::from(word), |one, _| value!([one]));
                self.taken.with(&parameter.path, given)
            };
            let message = if self.legacy {
                let words: Vec<String> = one.words.iter().map(|word| format!("'{word}'")).collect();
                format!("'bogus' is not one of [{}] - '{at}'", words.join(", "))
            } else {
                format!("Invalid value: 'bogus'. Supported values are: {}.", listed(one.words))
            };
            let unknown = (body("bogus"), self.refused(message, "invalid_value", at.clone()));
            let known: Vec<Value> = one.words.iter().map(|word| body(word)).collect();
            self.ask(&unknown.0, &at, &unknown.1);
            for body in known {
                self.ask(&body, &at, &Expected::Taken);
            }
        }
    }

    /// An object of a kind that is not known, and of each that is.
    fn cases(&mut self, parameter: &Parameter) {
        for one in &parameter.cases {
            let depth = (one.path.len() - parameter.path.len()) / 2;
            let at = format!("{}{}", told(&parameter.path), "[0]".repeat(depth));
            let tag = format!("{at}.{}", one.tag);
            let wrapped = |object: Value| (0..depth).fold(object, |one, _| value!([one]));
            let mut ask = |object: Value, expected: &Expected| {
                let body = self.taken.with(&parameter.path, wrapped(object));
                self.ask(&body, &at, expected);
            };
            let refused = |message: String, code: &'static str, param: &str| Expected::Refused {
                message,
                code,
                param: Some(param.to_owned()),
            };
            let message = format!("Invalid value: 'bogus'. Supported values are: {}.", listed(&one.words));
            // Some are held against the object, some against the field that says what it is.
            ask(value!({one.tag: "bogus"}), &refused(message, "invalid_value", &format!("{at}…")));
            let message = format!("Invalid type for '{tag}': expected a string, but got an integer instead.");
            ask(value!({one.tag: 5}), &refused(message, "invalid_type", &tag));
            if one.untagged.is_none() {
                let message = format!("Missing required parameter: '{tag}'.");
                ask(value!({}), &refused(message, "missing_required_parameter", &tag));
            }
            for word in &one.words {
                let object = self.taken.object(&format!("{}({}={word})", one.path, one.tag));
                let body = self.taken.with(&parameter.path, wrapped(object));
                self.ask(&body, &at, &Expected::Taken);
            }
        }
    }

    /// A text that does not match its pattern, or does not begin as it must.
    fn texts(&mut self, parameter: &Parameter) {
        let at = told(&parameter.path);
        for (_, words) in forms(&parameter.takes).into_iter().filter(|(form, _)| *form == Form::Text) {
            let given = "a <b>";
            let message = if let Some((_, pattern)) = words.split_once("matches `") {
                let pattern = pattern.trim_end_matches('`');
                format!(
                    "Invalid '{at}': string does not match pattern. Expected a string that matches the pattern '{pattern}'."
                )
            } else if let Some((_, prefix)) = words.split_once("begins with `") {
                let prefix = prefix.trim_end_matches('`');
                format!("Invalid '{at}': '{given}'. Expected an ID that begins with '{prefix}'.")
            } else {
                continue;
            };
            let expected = self.refused(message, "invalid_value", at.clone());
            self.ask(&self.taken.with(&parameter.path, given.into()), &parameter.path, &expected);
        }
    }

    /// A name that is not declared, in each object that has declared ones.
    fn names(&mut self) {
        let object = |parameter: &Parameter| {
            parameter.path.rsplit_once('.').map_or("", |(object, _)| object).to_owned()
        };
        let objects: BTreeSet<String> = self.taken.parameters().map(object).collect();
        let is_open = |object: &str| {
            let root = object.split(['.', '[', '(']).next();
            self.taken.parameters().any(|parameter| parameter.open && Some(parameter.path.as_str()) == root)
        };
        let (open, closed): (Vec<String>, Vec<String>) =
            objects.into_iter().partition(|object| is_open(object));
        for object in open {
            let path = format!("{object}.zzzzzz");
            self.ask(&self.taken.with(&path, 1.into()), &path, &Expected::Taken);
        }
        for object in closed {
            let path = if object.is_empty() { "zzzzzz".to_owned() } else { format!("{object}.zzzzzz") };
            let at = told(&path);
            let message = if self.legacy {
                "Unrecognized request argument supplied: zzzzzz".to_owned()
            } else {
                format!("Unknown parameter: '{at}'.")
            };
            let expected = self.refused(message, "unknown_parameter", at);
            self.ask(&self.taken.with(&path, 1.into()), &path, &expected);
        }
    }

    /// A refusal as the operation's dialect has it: the older one names neither parameter nor code.
    fn refused(&self, message: String, code: &'static str, param: String) -> Expected {
        if self.legacy {
            Expected::Refused { message, code: "", param: None }
        } else {
            Expected::Refused { message, code, param: Some(param) }
        }
    }

    fn ask(&mut self, body: &Value, path: &str, expected: &Expected) {
        self.asked += 1;
        let request = Request::new("POST", &self.taken.path).with_header("authorization", "Bearer sk-test");
        // Not held against the reply's shape: a value of the right kind need not make sense.
        let reply = answer(&self.state, &Arc::new(request.with_json(&body.to_string())));
        let at = told(path);
        let fine = match expected {
            Expected::Taken if reply.status == 200 => true,
            Expected::Taken => {
                let error = &json(&reply)["error"];
                let here = error["param"].as_str().is_some_and(|param| param.starts_with(&at));
                let in_older_words =
                    error["message"].as_str().is_some_and(|text| text.contains(&format!(" - '{at}")));
                !(here && error["code"].as_str().is_some_and(|code| CODES.contains(&code)) || in_older_words)
            }
            Expected::Refused { message, code, param } => {
                let body = json(&reply);
                let error = &body["error"];
                reply.status == 400
                    && error["type"] == "invalid_request_error"
                    && error["message"].as_str().is_some_and(|found| is_like(found, message))
                    && error["code"].as_str().unwrap_or_default() == *code
                    && match (error["param"].as_str(), param) {
                        (Some(found), Some(param)) => is_like(found, param),
                        (found, param) => found.is_none() && param.is_none(),
                    }
            }
        };
        if !fine {
            let told = match expected {
                Expected::Taken => "taken".to_owned(),
                Expected::Refused { message, code, param } => format!("{message} {code} {param:?}"),
            };
            let found = String::from_utf8_lossy(reply.bytes()).into_owned();
            self.broken.push(format!(
                "{} {path}\n  {:.300}\n  {told}\n  {} {found:.400}\n",
                self.taken.operation,
                body.to_string(),
                reply.status
            ));
        }
    }
}
