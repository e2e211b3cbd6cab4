//! Everything that reset forgets, and the key it belongs to. No sockets, no replies.

mod captured;
mod completion;
mod conversation;
mod item;
mod limits;
#[cfg(test)]
mod lists;
mod looking;
mod picture;
mod response;
mod shelves;
mod stores;
mod time;

pub(crate) use crate::http::KeyId;
pub(crate) use captured::CapturedRequest;
pub(crate) use captured::Filter;
pub(crate) use captured::Judged;
pub(crate) use captured::Listed;
pub(crate) use captured::Listing;
pub(crate) use captured::RetryAdvice;
pub(crate) use captured::Ticket;
pub(crate) use captured::Transcript;
pub(crate) use captured::Watch;
pub(crate) use captured::model_of;
pub(crate) use item::StoredItem;
pub(crate) use limits::InFlight;
pub(crate) use limits::RateLevel;
pub(crate) use limits::Standing;
pub(crate) use time::MOST_CLOCKS;
pub(crate) use time::ToldTime;
pub(crate) use time::Unmoved;
pub(crate) use time::iso8601;

use crate::config::Config;
use crate::error;
use crate::error::ApiError;
use crate::faults::FaultLedger;
use crate::faults::FaultOrder;
use crate::http::Request;
use crate::rules::Book;
use crate::rules::Verdict;
use captured::Captured;
use captured::Offer;
use limits::Overrun;
use limits::RateLimit;
use limits::RateLimits;
use md5::Digest;
use md5::Md5;
use serde_json::Value;
use shelves::shelves;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::time::Duration;
use std::time::UNIX_EPOCH;
use stores::Stores;
use time::Time;

// What each key stores: a shelf a row.
shelves! {
    completions: completion::StoredCompletion,
    responses: response::StoredResponse,
    conversations: conversation::Conversation,
    pictures: picture::StoredPicture,
}

/// The MD5 of several parts, one after the other.
fn digest(parts: &[&[u8]]) -> u128 {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part);
    }
    u128::from_be_bytes(md5.finalize().into())
}

/// One server's memory.
pub struct State {
    /// How the server was configured.
    pub config: Config,
    /// What is answered in place of what is generated.
    pub(crate) rules: Book,
    /// What is made to go wrong.
    pub(crate) faults: FaultLedger,
    captured: Arc<Mutex<Captured>>,
    stores: Stores,
    time: Time,
    limits: RateLimits,
}

impl State {
    /// Empty memory.
    pub fn new(config: Config) -> State {
        let captured = Arc::new(Mutex::new(Captured::new(config.log_limit)));
        let (time, limits) = (Time::new(config.clock), RateLimits::new(&config));
        let (rules, faults) = (Book::default(), FaultLedger::default());
        State { config, rules, faults, captured, stores: Stores::default(), time, limits }
    }

    /// Adds rules for all keys in the form of a rules file: a whole one, a list of rules, or one. Tells their names.
    ///
    /// # Errors
    /// Tells what is wrong, and where.
    pub fn add_rules(&self, given: &Value) -> Result<Vec<String>, String> {
        let added = self.rules.add_at_run_time(None, given).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            lines.join("\n")
        });
        added.map(|(names, _)| names)
    }

    /// Has something go wrong with the requests of all keys.
    ///
    /// # Errors
    /// Tells what is wrong with the fault.
    pub fn add_fault(&self, given: &Value) -> Result<(), String> {
        self.faults.give(None, vec![FaultOrder::of_json(given)?]).map(drop)
    }

    /// Forgets everything.
    pub fn reset(&self) {
        self.reset_of(None);
    }

    /// Every captured request, as `GET /__parlel/requests` lists them.
    pub fn requests(&self) -> Vec<Value> {
        let json: Vec<Vec<u8>> = self.list(None, &Listing::default()).collect();
        let mut list: Value = serde_json::from_slice(&json.concat()).unwrap_or_default();
        match list["requests"].take() {
            Value::Array(requests) => requests,
            _ => Vec::new(),
        }
    }

    /// Forgets what a key made, or everything.
    pub(crate) fn reset_of(&self, key: Option<KeyId>) {
        self.captured().forget(key, true);
        self.stores.forget(key);
        self.rules.reset(key);
        self.faults.reset(key);
        self.time.put_back(key);
        self.limits.forget(key);
    }

    /// Reads or changes what is stored for a key. `with` runs while the key's lock is held: it must neither
    /// wait nor call this again.
    pub(crate) fn store<R>(&self, key: KeyId, with: impl FnOnce(&mut KeyStore) -> R) -> R {
        self.stores.open(key, with)
    }

    /// Forgets captured requests; their numbers go on.
    pub(crate) fn clear(&self, key: Option<KeyId>) {
        self.captured().forget(key, false);
    }

    /// Captures a request that has arrived; `asks` says whether it asks a model.
    pub(crate) fn capture(
        &self,
        key: KeyId,
        kind: &'static str,
        asks: bool,
        request: Arc<Request>,
    ) -> Ticket {
        let method = request.method.as_bytes();
        let content = digest(&[method, request.path.as_bytes(), request.query.as_bytes(), &request.body]);
        let (ticket, offer) =
            self.captured().open(key, kind, request, asks, content, self.time.now(Some(key)));
        offer.into_iter().for_each(Offer::make);
        ticket
    }

    /// Notes what a captured request will be answered with, and what rules made of it: no status where the reply does
    /// not begin at once, and no `ended` where it is all sent at once.
    pub(crate) fn answered(&self, place: u64, status: Option<u16>, ended: Option<bool>, verdict: Verdict) {
        let offer = self.captured().answered(place, status, ended, verdict);
        offer.into_iter().for_each(Offer::make);
    }

    /// Notes what the reply to a captured request says of trying again.
    pub(crate) fn advised(&self, place: u64, advice: RetryAdvice) {
        self.captured().advised(place, advice);
    }

    /// Notes that a reply has begun.
    pub(crate) fn begun(&self, place: u64, status: u16) {
        let offer = self.captured().begun(place, status);
        offer.into_iter().for_each(Offer::make);
    }

    /// Notes that a reply has ended, and what of it is kept.
    pub(crate) fn ended(&self, place: u64, status: u16, ended: Option<bool>, transcript: Option<Transcript>) {
        let offer = self.captured().ended(place, status, ended, transcript);
        offer.into_iter().for_each(Offer::make);
    }

    /// Notes that no more than so many bytes of a reply's body have left, or not even the head.
    pub(crate) fn cut_short(&self, place: u64, left: Option<usize>) {
        let offer = self.captured().cut_short(place, left);
        offer.into_iter().for_each(Offer::make);
    }

    /// The JSON list of captured requests, to be printed piece by piece.
    pub(crate) fn list(&self, key: Option<KeyId>, listing: &Listing) -> Listed {
        listing.list(&self.captured, key)
    }

    /// A captured request by its number, and what rules made of it.
    pub(crate) fn judged(&self, key: Option<KeyId>, number: u64) -> Option<Judged> {
        self.captured().judged(key, number)
    }

    /// What `created` says to this key now, in seconds since 1970.
    pub(crate) fn created(&self, key: KeyId) -> u64 {
        self.time.of_replies(Some(key)).as_secs()
    }

    /// A key's clock, or everybody's.
    pub(crate) fn told_time(&self, key: Option<KeyId>) -> ToldTime {
        self.time.told(key)
    }

    /// Moves a key's clock, or everybody's, and has it stand or go on.
    pub(crate) fn change_time(
        &self,
        key: Option<KeyId>,
        advance: Duration,
        freeze: Option<bool>,
    ) -> Result<(), Unmoved> {
        self.time.change(key, advance, freeze)
    }

    /// Whether there are any rate limits.
    pub(crate) fn is_limited(&self) -> bool {
        self.limits.are_set()
    }

    /// Lets a request to this model in, if the key may make one more.
    pub(crate) fn enter(&self, key: KeyId, model: &str) -> Result<InFlight, ApiError> {
        self.limits.enter(key, self.since_1970(key)).map_err(|(limit, over)| overrun(limit, over, model))
    }

    /// Takes the tokens of a request that was let in, if the key may use so many.
    pub(crate) fn spend(&self, key: KeyId, model: &str, tokens: u64) -> Result<(), ApiError> {
        let spent = self.limits.spend(key, tokens, self.since_1970(key));
        spent.map_err(|(limit, over)| overrun(limit, over, model))
    }

    /// What is left to the key of its limits.
    pub(crate) fn standing(&self, key: KeyId) -> Standing {
        self.limits.standing(key, self.since_1970(key))
    }

    fn since_1970(&self, key: KeyId) -> Duration {
        self.time.now(Some(key)).duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn captured(&self) -> MutexGuard<'_, Captured> {
        captured::locked(&self.captured)
    }
}

fn overrun(what: RateLimit, over: Overrun, model: &str) -> ApiError {
    let Overrun { limit, used, asked, wait } = over;
    match (what, wait) {
        (RateLimit::AtOnce, _) => error::too_many_at_once(model, limit, used),
        (RateLimit::Requests, wait) => error::over_requests(model, limit, used, wait.unwrap_or_default()),
        (RateLimit::Tokens, Some(wait)) => error::over_tokens(model, limit, used, asked, wait),
        (RateLimit::Tokens, None) => error::too_large_for_a_minute(model, limit, asked),
    }
}
