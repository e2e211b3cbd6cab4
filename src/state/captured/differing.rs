//! What of a captured request is not as a filter wants it, field by field. Never decides whether it passes: it has an
//! answer for each field that the filter looks at.

use crate::rules::Difference;
use crate::rules::Verdict;
use crate::state::captured::entry::Entry;
use crate::state::captured::filter::Filter;
use crate::state::captured::filter::contains;
use crate::state::captured::filter::failed;
use crate::state::captured::filter::model_of;
use serde_json::Value;
use serde_json::json;

/// So many bytes of a body are told.
const MOST_TOLD: usize = 1024;

impl Filter {
    /// The fields of a request by which it does not pass; none where it passes.
    pub(super) fn differences(&self, entry: &Entry, number: u64) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut hold = |field: &str, is_wanted: bool, wanted: Value, got: Value| {
            if !is_wanted {
                found.push(Difference { field: field.to_owned(), wanted, got });
            }
        };
        let request = &entry.request;
        let texts = [
            ("kind", &self.kind, entry.kind.to_owned()),
            ("path", &self.path, request.path.clone()),
            ("model", &self.model, self.model.as_ref().map(|_| model_of(request)).unwrap_or_default()),
        ];
        for (field, wanted, got) in texts {
            if let Some(wanted) = wanted {
                hold(field, *wanted == got, wanted.as_str().into(), got.into());
            }
        }
        if let Some(status) = self.status {
            hold("status", entry.status == Some(status), status.into(), entry.status.into());
        }
        let verdict = entry.verdict.as_deref();
        let rules: Vec<&str> = verdict.into_iter().flat_map(Verdict::rules).collect();
        if let Some(rule) = &self.rule {
            let got = if let [one] = rules[..] { json!(one) } else { json!(rules) };
            hold("rule", rules.contains(&rule.as_str()), rule.as_str().into(), got);
        }
        if let Some(fault) = &self.fault {
            hold(
                "fault",
                failed(verdict, fault),
                fault.as_str().into(),
                verdict.and_then(Verdict::fault).into(),
            );
        }
        if let Some(text) = &self.text {
            // It is to be read by somebody.
            let begin = &request.body[..request.body.len().min(MOST_TOLD)];
            let body = String::from_utf8_lossy(begin);
            hold("text", contains(&request.body, text), text.as_str().into(), body.into());
        }
        if let Some(key) = self.key {
            hold("key", entry.key == key, "this key".into(), "another key".into());
        }
        if let Some(ended) = self.ended {
            hold("ended", entry.ended == Some(ended), ended.into(), entry.ended.into());
        }
        if self.unmatched {
            hold("rule", entry.is_unmatched(), Value::Null, json!(rules));
        }
        let is_in = number > self.above && self.below.is_none_or(|below| number < below);
        let wanted = match self.below {
            None => json!({"after": self.above}),
            Some(below) => json!({"after": self.above, "before": below}),
        };
        hold("n", is_in, wanted, number.into());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::FaultOrder;
    use crate::faults::Struck;
    use crate::http::Request;
    use crate::rules::Heard;
    use crate::state::KeyId;
    use crate::state::captured::Captured;
    use serde_json::json;
    use std::sync::Arc;
    use std::time::SystemTime;

    /// Requests that differ in everything that a filter looks at.
    fn entries() -> Vec<Entry> {
        let mut captured = Captured::new(1_000_000);
        for (at, (method, path, body)) in [
            ("POST", "/v1/chat/completions", r#"{"model":"gpt-4o","messages":[]}"#),
            ("POST", "/v1/embeddings", r#"{"model":"ada"}"#),
            ("GET", "/v1/models", ""),
            ("POST", "/v1/chat/completions", r#"{"model":"ada"}"#),
        ]
        .into_iter()
        .enumerate()
        {
            let request = Arc::new(Request::new(method, path).with_json(body));
            let kind = ["chat", "embeddings", "models", "chat"][at];
            let key = KeyId::of(["a", "b"][at % 2]);
            let (ticket, _) = captured.open(key, kind, request, at != 2, 0, SystemTime::UNIX_EPOCH);
            let rule = (at == 0).then(|| "greeting".to_owned());
            let asked = vec![crate::rules::Asked { heard: Heard::default(), rule, counts: Vec::new() }];
            let order = FaultOrder::read("429; times=2").expect("a fault");
            let faults = if at == 1 { vec![Struck(Arc::new(order))] } else { Vec::new() };
            let verdict = Verdict { asked, faults, ..Verdict::default() };
            let _ = captured.answered(
                ticket.place,
                Some([200, 429, 200, 200][at]),
                (at == 3).then_some(false),
                verdict,
            );
        }
        captured.behind(0)
    }

    #[test]
    fn what_passes_differs_in_nothing_and_what_does_not_in_something() {
        let text = |text: &str| Some(text.to_owned());
        let none = Filter::default();
        let filters = [
            Filter { kind: text("chat"), ..none.clone() },
            Filter { path: text("/v1/models"), ..none.clone() },
            Filter { model: text("ada"), ..none.clone() },
            Filter { model: text(""), ..none.clone() },
            Filter { status: Some(200), ..none.clone() },
            Filter { rule: text("greeting"), ..none.clone() },
            Filter { fault: text("429"), ..none.clone() },
            Filter { text: text("messages"), ..none.clone() },
            Filter { key: Some(KeyId::of("a")), ..none.clone() },
            Filter { ended: Some(false), ..none.clone() },
            Filter { above: 2, ..none.clone() },
            Filter { below: Some(3), ..none.clone() },
            Filter { unmatched: true, ..none.clone() },
            Filter { kind: text("chat"), model: text("ada"), status: Some(400), ..none.clone() },
            none,
        ];
        for filter in &filters {
            let mut passing = 0;
            for entry in entries() {
                let passes = filter.lets_pass(&entry, entry.number);
                let differences = filter.differences(&entry, entry.number);
                assert_eq!(passes, differences.is_empty(), "{filter:?}: {differences:?}");
                assert!(differences.iter().all(|one| one.wanted != one.got), "{differences:?}");
                passing += usize::from(passes);
            }
            let is_narrow = *filter != Filter::default();
            assert!((passing < 4) == is_narrow, "{filter:?} tells nothing apart");
        }
    }

    #[test]
    fn each_field_is_told_with_what_was_wanted_and_what_is_there() {
        let filter =
            Filter { kind: Some("images".to_owned()), status: Some(500), above: 9, ..Filter::default() };
        let told = |difference: Difference| json!([difference.field, difference.wanted, difference.got]);
        let entry = &entries()[1];
        let differences: Vec<Value> = filter.differences(entry, entry.number).into_iter().map(told).collect();
        assert_eq!(
            Value::from(differences),
            json!([["kind", "images", "embeddings"], ["status", 500, 429], ["n", {"after": 9}, 2]])
        );
    }
}
