//! When, by whom and with what something is asked, and what the rules have to say to it. Never makes an answer of
//! it.

use crate::error;
use crate::error::ApiError;
use crate::error::Asker;
use crate::error::Literal;
use crate::faults::FaultLedger;
use crate::faults::FaultOrder;
use crate::faults::FaultSource;
use crate::faults::FaultSubject;
use crate::faults::Struck;
use crate::faults::idle;
use crate::http::KeyId;
use crate::plan::Said;
use crate::rules::answer::AskedError;
use crate::rules::answer::RuleAnswer;
use crate::rules::answer::What;
use crate::rules::book::Book;
use crate::rules::book::Chosen;
use crate::rules::kind::AnswerKind;
use crate::rules::rule::Rule;
use crate::rules::subject::Heard;
use crate::rules::subject::Sent;
use crate::rules::subject::Subject;
use crate::rules::template::Filling;
use crate::rules::verdict::Asked;
use crate::rules::verdict::Verdict;
use crate::rules::why;
use serde_json::Map;
use serde_json::Value;
use std::cell::RefCell;
use std::sync::Arc;

/// What is said of the window of a model where none is asked.
pub(crate) const UNKNOWN_WINDOW: u64 = 128_000;

/// The occasion on which something is asked.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// In seconds since 1970.
    pub(crate) created: u64,
    pub(crate) request_id: &'a str,
    pub(crate) key: KeyId,
    pub(crate) sent: Sent<'a>,
    pub(crate) book: &'a Book,
    pub(crate) ledger: &'a FaultLedger,
    /// Whether what no rule answers is refused.
    pub(crate) strict: bool,
    /// Whether it is only to be heard what is asked: nothing is said to it.
    pub(crate) listens: bool,
    pub(crate) verdict: &'a RefCell<Verdict>,
}

/// A rule's answer, and what it is filled in with.
pub(crate) struct Ruling<'a> {
    request_id: &'a str,
    rule: Arc<Rule>,
    time: u64,
    filling: Filling<'a>,
}

impl Occasion<'_> {
    /// One of a server without rules.
    #[cfg(test)]
    pub(crate) fn at(created: u64) -> Occasion<'static> {
        let (headers, body) = (Box::leak(Box::default()), Box::leak(Box::default()));
        let sent = Sent { method: "POST", path: "/v1/x", headers, body, key: "" };
        let (book, ledger, verdict) =
            (Box::leak(Box::default()), Box::leak(Box::default()), Box::leak(Box::default()));
        let key = KeyId::of("");
        Occasion { created, request_id: "", key, sent, book, ledger, strict: false, listens: false, verdict }
    }

    /// Whether rules have any say here: what they look at need not be told otherwise.
    pub(crate) fn has_rules(&self) -> bool {
        self.strict || self.book.is_in_use()
    }

    /// Has the rule that answers this, if there is one, do so.
    pub(crate) fn ruled<T>(
        &self,
        heard: Heard<'_>,
        answer: impl FnOnce(&Ruling<'_>) -> Result<T, ApiError>,
    ) -> Result<Option<T>, ApiError> {
        let subject = Subject { heard: &heard, sent: self.sent };
        let (chosen, counts) = self.book.choose(&subject, self.key);
        let rule = chosen.as_ref().map(|chosen| chosen.rule.shown());
        let answered = match chosen {
            Some(Chosen { rule, time, count }) => {
                let filling = Filling { subject, groups: rule.groups(&subject), count };
                let ruling = Ruling { request_id: self.request_id, rule, time, filling };
                self.strike(&ruling).and_then(|()| answer(&ruling)).map(Some)
            }
            // What is not asked of a model is answered without a rule as well.
            None if self.strict && heard.wants != AnswerKind::Any => {
                Err(error::no_rule(why::nearest(self.book, &subject, &counts, self.key)))
            }
            None => Ok(None),
        };
        self.keep(Asked { heard: heard.into_owned(), rule, counts });
        answered
    }

    /// Takes down what is asked, and asks no rule.
    pub(crate) fn hear(&self, heard: Heard<'_>) {
        self.keep(Asked { heard: heard.into_owned(), rule: None, counts: Vec::new() });
    }

    fn keep(&self, one: Asked) {
        let asked = &mut self.verdict.borrow_mut().asked;
        // Mostly there is but one.
        if asked.is_empty() {
            asked.reserve_exact(1);
        }
        asked.push(one);
    }

    /// Has the faults of a rule strike, one after the other, up to one that stands in place of an answer.
    fn strike(&self, ruling: &Ruling<'_>) -> Result<(), ApiError> {
        let orders = &ruling.answer().faults;
        if orders.is_empty() {
            return Ok(());
        }
        let asker = ruling.asker(UNKNOWN_WINDOW);
        let Asker { kind, path, model, .. } = asker;
        let streams = self.sent.body.get("stream") == Some(&Value::Bool(true));
        let subject = FaultSubject { kind, path, model, streams };
        let strikes = |order: &&Arc<FaultOrder>| {
            let source = || FaultSource::Rule(order.identity);
            order.when.holds(subject) && self.ledger.strikes(self.key, source, order)
        };
        for order in orders.iter().filter(strikes) {
            self.verdict.borrow_mut().faults.push(Struck(Arc::clone(order)));
            if let Some(error) = order.instead(&asker) {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Changes what is said as the faults have it that strike.
    pub(crate) fn disturb(&self, said: &mut Said) {
        let Verdict { faults, notes, is_disturbed, .. } = &mut *self.verdict.borrow_mut();
        *is_disturbed = true;
        for Struck(order) in &*faults {
            notes.extend(order.disturb(said).into_iter().map(idle));
        }
    }

    /// Notes what a test may want to know of what is answered.
    pub(crate) fn note(&self, note: String) {
        self.verdict.borrow_mut().notes.push(note);
    }
}

impl Ruling<'_> {
    /// What is answered in place of anything that is said: an error, or a whole reply. `window` is that of the
    /// model.
    pub(crate) fn refusal(&self, window: u64) -> Result<Option<ApiError>, ApiError> {
        match &self.answer().what {
            What::Literal { status, headers, body } => {
                let body = self.fill(|filling| body.fill(filling))?;
                let literal = ApiError::literal(*status, "", Literal::Json(body));
                Ok(Some(with_headers(literal, headers)))
            }
            What::Error(asked) => self.error(asked, window).map(Some),
            _ => Ok(None),
        }
    }

    fn error(&self, asked: &AskedError, window: u64) -> Result<ApiError, ApiError> {
        let told = self.asker(window);
        let named = asked.name.as_deref().and_then(|name| error::asked(name, &told));
        let mut error = named.unwrap_or_else(error::bad_request);
        error.status = asked.status.unwrap_or(error.status);
        let mut words = Map::new();
        if let Some(message) = &asked.message {
            words.insert("message".to_owned(), self.fill(|filling| message.fill(filling))?.into());
        }
        let given = [("type", &asked.kind), ("code", &asked.code), ("param", &asked.param)];
        words.extend(given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))));
        if !words.is_empty() {
            error = error.worded(words);
        }
        Ok(with_headers(error, &asked.headers))
    }

    fn asker(&self, window: u64) -> Asker<'_> {
        let Subject { heard, sent } = &self.filling.subject;
        Asker {
            kind: heard.endpoint,
            method: sent.method,
            path: sent.path,
            model: heard.model.first().map_or("", |model| model),
            window,
            key: sent.key,
            request_id: self.request_id,
        }
    }

    pub(crate) fn answer(&self) -> &RuleAnswer {
        self.rule.answer(self.time)
    }

    /// What a template comes to.
    pub(crate) fn fill<T>(
        &self,
        fill: impl FnOnce(&Filling<'_>) -> Result<T, String>,
    ) -> Result<T, ApiError> {
        fill(&self.filling).map_err(|place| error::unfilled(place, self.rule.shown()))
    }
}

fn with_headers(error: ApiError, headers: &[(String, String)]) -> ApiError {
    headers.iter().fold(error, |error, (name, value)| error.with_header(name.clone(), value.clone()))
}
