//! Which parameters of a body the API no longer wants. Never refuses one: it still takes them.

use crate::params::Declared;
use crate::params::Kind;
use crate::params::Param;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;

/// A parameter that is given and deprecated.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outdated {
    /// Where it stands, `[]` for any item of an array: `messages[].function_call`.
    pub(crate) path: String,
    /// What is to be sent in its place.
    pub(crate) instead: &'static [&'static str],
}

/// Those of a body, each once. What is `null` is not given.
pub(crate) fn outdated(body: &Map<String, Value>, declared: &Declared) -> BTreeSet<Outdated> {
    let mut found = BTreeSet::new();
    of_object(body, declared.params(body), "", &mut found);
    found
}

fn of_object(fields: &Map<String, Value>, params: &[Param], path: &str, found: &mut BTreeSet<Outdated>) {
    for param in params {
        let Some(value) = fields.get(param.name).filter(|value| !value.is_null()) else { continue };
        let path = if path.is_empty() { param.name.to_owned() } else { format!("{path}.{}", param.name) };
        of_value(value, &param.kind, &path, found);
        if let Some(instead) = param.deprecated {
            found.insert(Outdated { path, instead });
        }
    }
}

fn of_value(value: &Value, kind: &Kind, path: &str, found: &mut BTreeSet<Outdated>) {
    match (kind, value) {
        (Kind::Object(params), Value::Object(fields)) => of_object(fields, params, path, found),
        (Kind::List { of, .. }, Value::Array(items)) => {
            let path = format!("{path}[]");
            for item in items {
                of_value(item, of, &path, found);
            }
        }
        (Kind::Tagged { tag, cases }, Value::Object(fields)) => {
            let case = cases.iter().find(|(case, _)| fields.get(*tag).is_some_and(|said| said == case));
            if let Some((_, params)) = case {
                of_object(fields, params, path, found);
            }
        }
        (Kind::Union { tag, cases, .. }, Value::Object(fields)) => {
            let case = cases.iter().find(|(case, _)| fields.get(*tag).is_some_and(|said| said == case));
            if let Some((_, kind)) = case {
                of_value(value, kind, path, found);
            }
        }
        (Kind::Either { kinds, .. }, value) => {
            for kind in *kinds {
                of_value(value, kind, path, found);
            }
        }
        _ => {}
    }
}
