//! A captured request as expectations look at it: what filters see of it, and what rules would hear.

use crate::api::verify::expectation::Expectation;
use crate::http::Request;
use crate::route::Context;
use crate::rules::Difference;
use crate::rules::Heard;
use crate::rules::Sent;
use crate::state::CapturedRequest;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;

pub(super) struct Examined<'a> {
    context: &'a Context<'a>,
    pub(super) captured: &'a CapturedRequest,
    /// Found out when it is first asked about: most expectations look at no more than what filters see.
    heard: OnceCell<Vec<Heard<'static>>>,
    body: OnceCell<Map<String, Value>>,
}

impl<'a> Examined<'a> {
    pub(super) fn new(context: &'a Context<'a>, captured: &'a CapturedRequest) -> Examined<'a> {
        Examined { context, captured, heard: OnceCell::new(), body: OnceCell::new() }
    }

    /// Whether it is one of those that are expected.
    pub(super) fn meets(&self, one: &Expectation) -> bool {
        self.captured.passes(&one.filter) && self.missed(one).is_empty()
    }

    /// What of it is not as expected.
    pub(super) fn differences(&self, one: &Expectation) -> Vec<Difference> {
        let mut differences = self.captured.differences(&one.filter);
        differences.extend(self.missed(one));
        differences
    }

    /// What is not as the expectation's `match` wants it.
    fn missed(&self, one: &Expectation) -> Vec<Difference> {
        let Some(matching) = &one.matching else { return Vec::new() };
        let request = self.captured.request();
        let path = request.address().map_or(Cow::Borrowed(request.path.as_str()), |address| address.path);
        let key = request.key();
        let sent = Sent {
            method: &request.method,
            path: &path,
            headers: &request.headers,
            body: self.body.get_or_init(|| object(request)),
            key: key.as_deref().unwrap_or_default(),
        };
        matching.differences(self.heard(), sent)
    }

    /// Where rules were asked, it is what they heard then: what is stored may be another thing by now.
    fn heard(&self) -> &[Heard<'static>] {
        self.heard.get_or_init(|| {
            let asked = self.captured.verdict().map_or(&[][..], |verdict| &verdict.asked);
            if asked.is_empty() {
                return (self.context.overhear)(self.context.state, self.captured.request());
            }
            asked.iter().map(|asked| asked.heard.clone()).collect()
        })
    }
}

fn object(request: &Request) -> Map<String, Value> {
    serde_json::from_slice(&request.body).unwrap_or_default()
}
