//! Rules in any of the forms in which they are given: a file of rules, a list of them, one alone. Never opens a
//! file by itself.

use crate::http::KeyId;
use crate::rules::problem::Problem;
use crate::rules::read::RuleSource;
use crate::rules::read::read;
use crate::rules::rule::Rule;
use serde_json::Value;
use serde_json::json;
use std::borrow::Cow;

/// What rules that were given at run time are said to be from.
const AT_RUN_TIME: &str = "run-time";

/// Rules that were given at run time, for a key or for all.
pub(crate) fn at_run_time(given: &Value, key: Option<KeyId>) -> Result<Vec<Rule>, Vec<Problem>> {
    let open =
        |_: &str| Err("a file can be named in a rules file alone; give the picture as base64".to_owned());
    let file = match given {
        Value::Array(_) => Cow::Owned(json!({"rules": given})),
        Value::Object(fields) if fields.contains_key("match") => Cow::Owned(json!({"rules": [given]})),
        file => Cow::Borrowed(file),
    };
    read(&file, &RuleSource { name: AT_RUN_TIME, key, numbers: None, weight: None, open: &open })
}
