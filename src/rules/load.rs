//! Rules in any of the forms in which they are given: a file of rules, a list of them, one alone. Never opens a
//! file by itself.

use crate::http::KeyId;
use crate::rules::aimock;
use crate::rules::problem::Problem;
use crate::rules::problem::Problems;
use crate::rules::read::RuleSource;
use crate::rules::read::read;
use crate::rules::rule::Rule;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

/// What rules that were given at run time are said to be from.
const AT_RUN_TIME: &str = "run-time";

/// Rules that were given at run time, for a key or for all; and what in them has no effect.
pub(crate) fn at_run_time(
    given: &Value,
    key: Option<KeyId>,
) -> Result<(Vec<Rule>, Vec<String>), Vec<Problem>> {
    let open =
        |_: &str| Err("a file can be named in a rules file alone; give the picture as base64".to_owned());
    let file = match given {
        Value::Array(_) => json!({"rules": given}),
        Value::Object(fields) if fields.contains_key("match") => json!({"rules": [given]}),
        file => file.clone(),
    };
    let mut notes = Vec::new();
    let source = RuleSource { name: AT_RUN_TIME, key, numbers: None, weight: None, open: &open };
    Ok((read_file(&Arc::new(file), &source, &mut notes)?, notes))
}

/// The rules of a file: one of rules, or one of aimock's.
pub(crate) fn read_file(
    file: &Arc<Value>,
    source: &RuleSource<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Rule>, Vec<Problem>> {
    if file.get("fixtures").is_none() {
        return read(file, source);
    }
    let translated = aimock::translate(file);
    if !translated.problems.is_empty() {
        let mut problems = Problems::default();
        translated.problems.into_iter().for_each(|(place, what)| problems.add_at(place, what));
        return Err(problems.0);
    }
    notes.extend(translated.notes);
    let fixtures = translated.of;
    // They are asked in their own order.
    let source = RuleSource { numbers: Some(&fixtures), weight: Some(1), ..*source };
    read(&Arc::new(json!({"rules": translated.rules})), &source).map_err(|mut problems| {
        for one in &mut problems {
            let rule = one.place.split('/').nth(2).and_then(|at| at.parse::<usize>().ok());
            let fixture = rule.and_then(|rule| fixtures.get(rule));
            one.place = fixture.map_or(String::new(), |fixture| format!("/fixtures/{fixture}"));
        }
        problems
    })
}
