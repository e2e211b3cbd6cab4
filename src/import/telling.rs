//! Finds the fewest conditions that tell what was asked apart from all else that was. Never looks at answers.

use crate::import::question::Question;
use crate::import::secrets;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

/// Questions split by conditions until those in one leaf are the same.
#[derive(Default)]
pub(super) struct Tree {
    /// What each leaf's questions have in common, and which these are.
    pub(super) leaves: Vec<(Map<String, Value>, Vec<usize>)>,
}

/// Texts up to this length are told in full.
const SHORT: usize = 300;
/// So many letters of a longer one may tell it apart.
const STARTS: [usize; 2] = [200, 2000];

/// A condition, by what it is of.
type Dimension = (&'static str, fn(&Question) -> Option<Value>);

/// What tells questions apart if nothing before does. None is of use where it is not known of all.
const DIMENSIONS: &[Dimension] = &[
    ("turn", |question| question.turn.map(Value::from)),
    ("tool_result", |question| match question.tool_results.as_slice() {
        [] => Some(Value::Null),
        [one] => matcher(one),
        // One of several is enough for a rule, so that it does not tell their order.
        _ => None,
    }),
    ("model", |question| question.model.as_deref().map(Value::from)),
    ("system", |question| question.system.as_deref().map_or(Some(Value::Null), matcher)),
    ("schema", |question| Some(question.schema.as_deref().map_or(Value::Null, Value::from))),
];

impl Tree {
    pub(super) fn of(questions: &[&Question]) -> Tree {
        let mut tree = Tree::default();
        let texts: HashSet<&str> = questions.iter().filter_map(|question| text(question)).collect();
        for (conditions, members) in classes(0..questions.len(), |at| Some(base(questions[at], &texts))) {
            let conditions = conditions.as_object().cloned().unwrap_or_default();
            tree.split(questions, conditions, members);
        }
        tree
    }

    fn split(&mut self, questions: &[&Question], conditions: Map<String, Value>, members: Vec<usize>) {
        let first = &questions[members[0]].identity;
        if members.iter().all(|at| questions[*at].identity == *first) {
            return self.leaves.push((conditions, members));
        }
        for (name, value) in DIMENSIONS.iter().filter(|_| questions[members[0]].is_spoken()) {
            let known = members.iter().all(|at| value(questions[*at]).is_some());
            let found = classes(members.iter().copied(), |at| value(questions[at]));
            if known && found.len() > 1 {
                for (value, members) in shortened(found) {
                    let mut more = conditions.clone();
                    more.insert((*name).to_owned(), value);
                    self.split(questions, more, members);
                }
                return;
            }
        }
        let Some(pointer) = best_pointer(questions, &members) else {
            return self.leaves.push((conditions, members));
        };
        let found = classes(members.iter().copied(), |at| Some(at_pointer(questions[at], &pointer)));
        for (value, members) in shortened(found) {
            let mut more = conditions.clone();
            more.entry("body").or_insert_with(|| json!({}))[&pointer] = value;
            self.split(questions, more, members);
        }
    }
}

/// The members by what is found for each, in the order in which each is found first.
fn classes(
    members: impl Iterator<Item = usize>,
    of: impl Fn(usize) -> Option<Value>,
) -> Vec<(Value, Vec<usize>)> {
    let mut found: Vec<(Value, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    for at in members {
        let value = of(at).unwrap_or_default();
        let place = *places.entry(value.to_string()).or_insert_with(|| {
            found.push((value, Vec::new()));
            found.len() - 1
        });
        found[place].1.push(at);
    }
    found
}

/// The same, where long texts are told by how they start if that is enough.
fn shortened(found: Vec<(Value, Vec<usize>)>) -> Vec<(Value, Vec<usize>)> {
    let texts: Vec<String> =
        found.iter().filter_map(|(value, _)| value["equals"].as_str().map(str::to_owned)).collect();
    let shorter = |value: &Value| {
        let start = start(value["equals"].as_str()?, &texts.iter().map(String::as_str));
        start.map(|start| json!({"starts": start}))
    };
    found.into_iter().map(|(value, members)| (shorter(&value).unwrap_or(value), members)).collect()
}

/// The start of a long text that no other text has.
fn start<'a>(text: &str, others: &(impl Iterator<Item = &'a str> + Clone)) -> Option<String> {
    STARTS.iter().filter(|_| text.len() > SHORT).find_map(|letters| {
        let start: String = text.chars().take(*letters).collect();
        let is_its_own = start.len() < text.len()
            && others.clone().all(|other| other == text || !other.starts_with(&start));
        is_its_own.then_some(start)
    })
}

/// What a question is about.
fn text(question: &Question) -> Option<&str> {
    match question.inputs.as_slice() {
        [input] => input.as_deref(),
        _ => question.user.as_deref(),
    }
}

/// The conditions that every rule begins with: the endpoint, and what was said or given.
fn base(question: &Question, texts: &HashSet<&str>) -> Value {
    let mut conditions = json!({"endpoint": question.endpoint});
    let name = if question.is_spoken() { "user" } else { "input" };
    match text(question) {
        Some(text) => {
            let found = match start(text, &texts.iter().copied()) {
                Some(start) if !secrets::has_secret(text) => Some(json!({"starts": start})),
                _ => matcher(text),
            };
            if let Some(found) = found {
                conditions[name] = found;
            }
        }
        None if ["chat", "responses"].contains(&question.endpoint.as_str()) => conditions[name] = Value::Null,
        None => {}
    }
    conditions
}

/// What a text must be: all of it, or the part around a secret.
fn matcher(text: &str) -> Option<Value> {
    if !secrets::has_secret(text) {
        return Some(json!({"equals": text}));
    }
    let part = secrets::longest_open(text);
    (!part.trim().is_empty()).then(|| json!({"contains": part}))
}

/// The value of the body that tells the most questions apart, and of these the shortest one.
fn best_pointer(questions: &[&Question], members: &[usize]) -> Option<String> {
    let mut values: BTreeMap<String, HashMap<String, usize>> = BTreeMap::new();
    for at in members {
        leaves(&questions[*at].body, String::new(), &mut |pointer, value| {
            *values.entry(pointer).or_default().entry(value.to_string()).or_default() += 1;
        });
    }
    let told = values.into_iter().filter_map(|(pointer, values)| {
        let given: usize = values.values().sum();
        let classes = values.len() + usize::from(given < members.len());
        let length: usize = values.keys().map(String::len).sum::<usize>() + pointer.len();
        (classes > 1).then_some((pointer, classes, length))
    });
    let best = told.min_by_key(|(_, classes, length)| (usize::MAX - classes, *length));
    best.map(|(pointer, ..)| pointer)
}

/// Each value that holds no others, and may be told.
fn leaves(value: &Value, pointer: String, found: &mut impl FnMut(String, &Value)) {
    let step = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields.iter().filter(|(name, _)| !secrets::is_secret_name(name)) {
                leaves(value, step(name), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(at, value)| leaves(value, step(&at.to_string()), found));
        }
        Value::String(text) if secrets::has_secret(text) => {}
        leaf => found(pointer, leaf),
    }
}

/// What must stand at a pointer.
fn at_pointer(question: &Question, pointer: &str) -> Value {
    match question.body.pointer(pointer) {
        None => json!({"exists": false}),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.clone(),
        Some(value) => json!({"equals": value}),
    }
}
