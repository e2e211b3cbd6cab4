//! The tools that run on the server: which of them a response uses, and what they did. Nothing is searched,
//! run or drawn to order; what they answer is drawn from the request.

mod given;
mod images;
pub(crate) mod mcp;

pub(super) use given::given;

use crate::ask::Ask;
use crate::ask::Order;
use crate::ask::tools::Tool;
use crate::ask::tools::Wish;
use crate::ask::tools::called;
use crate::ask::tools::mentions;
use crate::ask::turn::since_user;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::plan::Extra;
use crate::plan::Hosted;
use crate::plan::HostedStep;
use crate::plan::HostedWork;
use crate::tokens::Encoding;
use mcp::McpTool;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// What the server is to run.
pub(crate) struct Hosting<'a> {
    /// The tools that may be used.
    pub(crate) tools: Vec<HostedTool<'a>>,
    /// How often in all.
    pub(crate) most: usize,
    /// What is to be told besides.
    pub(crate) include: Vec<&'a str>,
    /// The types of all tools of the request, which the model is told of whether they may be used or not.
    pub(crate) declared: Vec<&'a str>,
}

impl Default for Hosting<'_> {
    fn default() -> Self {
        Hosting { tools: Vec::new(), most: usize::MAX, include: Vec::new(), declared: Vec::new() }
    }
}

/// A tool that runs on the server.
pub(crate) struct HostedTool<'a> {
    /// Its type.
    pub(crate) kind: &'a str,
    /// What a message calls it: what stands before the date in its type, or the label of its server.
    pub(crate) name: &'a str,
    pub(crate) what: HostedKind<'a>,
}

/// What it does, with what.
pub(crate) enum HostedKind<'a> {
    WebSearch,
    FileSearch,
    CodeInterpreter {
        /// The id of the container that it runs in; `None` where it gets a new one.
        container: Option<&'a str>,
    },
    ImageGeneration(Order),
    Mcp(McpTool<'a>),
}

/// What is done before anything is said, or instead.
pub(super) struct Means<'a, 'b> {
    /// The hosted tools that are used, in the order declared.
    pub(super) hosted: Vec<&'b HostedTool<'a>>,
    /// The tools that the client is to run.
    pub(super) called: Vec<Tool<'a>>,
}

/// Chooses among the tools: those that the last message names, or else every hosted one once. After the
/// output of a call, or once the user has said whether a tool may run, nothing hosted is used again.
pub(super) fn means<'a, 'b>(ask: &'b Ask<'a>) -> Means<'a, 'b> {
    let mut called = called(ask);
    if ask.hosting.tools.is_empty() {
        return Means { hosted: Vec::new(), called };
    }
    let mut hosted: Vec<&HostedTool<'_>> = ask.hosting.tools.iter().collect();
    let (asked, since) = since_user(&ask.turns);
    let Some(message) = asked.filter(|_| since.is_empty()) else {
        return Means { hosted: Vec::new(), called };
    };
    let names = |tool: &&HostedTool<'_>| mentions(message, tool.name) || mentions(message, tool.kind);
    let names_one_to_call = ask.calling.tools.iter().any(|tool| mentions(message, tool.name));
    if names_one_to_call || hosted.iter().any(names) {
        hosted.retain(names);
    }
    // A hosted tool is as good as any where one is required.
    if !hosted.is_empty() && !names_one_to_call && ask.calling.wish == Wish::Required {
        called.clear();
    }
    Means { hosted, called }
}

/// What was used, and what that leaves to say.
#[derive(Default)]
pub(super) struct Used {
    pub(super) done: HostedWork,
    /// What the text is to cite.
    pub(super) sources: Vec<Source>,
}

/// Something to cite.
pub(super) enum Source {
    Page { title: String, url: String },
    File { id: String, name: String },
}

/// What the tools are told about the request.
pub(super) struct Room<'a> {
    ask: &'a Ask<'a>,
    seed: Seed,
}

impl Room<'_> {
    /// What is searched for or drawn: what the user said last, up to a length that reads well.
    fn query(&self) -> String {
        const LENGTH: usize = 96;
        let (asked, _) = since_user(&self.ask.turns);
        let text = asked.and_then(|message| message.texts().next()).unwrap_or_default();
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(LENGTH) {
            Some((at, _)) => text[..at].to_owned(),
            None => text,
        }
    }

    fn count(&self, text: &str) -> usize {
        self.ask.encoding.count(text)
    }
}

/// Uses the tools, as many of them as may be.
pub(super) fn apply(ask: &Ask<'_>, tools: &[&HostedTool<'_>], seed: Seed) -> Used {
    let mut used = Used::default();
    let room = Room { ask, seed };
    mcp::go_on(&room, &mut used);
    for (at, tool) in tools.iter().take(ask.hosting.most).enumerate() {
        let seed = seed.part("hosted", at);
        match &tool.what {
            HostedKind::WebSearch => web_search(&room, seed, &mut used),
            HostedKind::FileSearch => file_search(&room, seed, &mut used),
            HostedKind::CodeInterpreter { container } => code_interpreter(&room, *container, seed, &mut used),
            HostedKind::ImageGeneration(order) => images::draw(&room, order, seed, &mut used),
            HostedKind::Mcp(tool) => mcp::call(&room, tool, seed, &mut used),
        }
    }
    used
}

impl Used {
    /// Adds an item whose fields are `done`, and `begun` in place of some of them while it is under way.
    fn add(&mut self, prefix: &'static str, done: Value, begun: Value, steps: Vec<HostedStep>) {
        let done = fields(done);
        let mut under_way = done.clone();
        for (name, value) in fields(begun) {
            under_way.insert(name, value);
        }
        self.done.items.push(Hosted { id: None, prefix, begun: under_way, done, steps, extra: None });
    }

    /// Gives the last item a field that is told where `include` names it.
    fn add_extra(
        &mut self,
        room: &Room<'_>,
        name: &'static str,
        path: &'static [&'static str],
        value: Value,
    ) {
        if let Some(hosted) = self.done.items.last_mut() {
            hosted.extra = Some(Extra { name, path, value });
            hosted.include(|name| room.ask.hosting.include.contains(&name));
        }
    }
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn step(name: &'static str) -> HostedStep {
    HostedStep { name, told: Map::new() }
}

fn told(name: &'static str, told: Value) -> HostedStep {
    HostedStep { name, told: fields(told) }
}

fn steps(names: &[&'static str]) -> Vec<HostedStep> {
    names.iter().map(|name| step(name)).collect()
}

/// The pieces of a text as steps.
fn deltas(encoding: Encoding, name: &'static str, text: &str) -> impl Iterator<Item = HostedStep> {
    encoding.pieces(text).map(move |piece| told(name, json!({"delta": piece})))
}

/// How the search of the web goes.
const WEB_SEARCH: [&str; 3] =
    ["web_search_call.in_progress", "web_search_call.searching", "web_search_call.completed"];

/// How the search of files goes.
const FILE_SEARCH: [&str; 3] =
    ["file_search_call.in_progress", "file_search_call.searching", "file_search_call.completed"];

/// How code is written and run.
fn interpreting(encoding: Encoding, code: &str) -> Vec<HostedStep> {
    let mut steps = vec![step("code_interpreter_call.in_progress")];
    steps.extend(deltas(encoding, "code_interpreter_call_code.delta", code));
    steps.push(told("code_interpreter_call_code.done", json!({"code": code})));
    steps.push(step("code_interpreter_call.interpreting"));
    steps.push(step("code_interpreter_call.completed"));
    steps
}

fn web_search(room: &Room<'_>, seed: Seed, used: &mut Used) {
    let query = room.query();
    let title = capitalized(&words::phrase(seed));
    let url = format!("https://www.example.com/{}", title.to_lowercase().replace(' ', "-"));
    let action = json!({"type": "search", "queries": [query], "query": query});
    used.done.tokens += room.count(&query);
    used.done.searches += 1;
    used.add(
        "ws_",
        json!({"type": "web_search_call", "status": "completed", "action": action}),
        json!({"status": "in_progress", "action": {"type": "search"}}),
        steps(&WEB_SEARCH),
    );
    let sources = json!([{"type": "url", "url": url}]);
    used.add_extra(room, "web_search_call.action.sources", &["action", "sources"], sources);
    used.sources.push(Source::Page { title, url });
}

fn file_search(room: &Room<'_>, seed: Seed, used: &mut Used) {
    let query = room.query();
    let id = seed.part("file", 0).id("file-", 22);
    let name = format!("{}.pdf", words::phrase(seed).replace(' ', "-"));
    used.done.tokens += room.count(&query);
    used.add(
        "fs_",
        json!({"type": "file_search_call", "status": "completed", "queries": [query], "results": null}),
        json!({"status": "in_progress"}),
        steps(&FILE_SEARCH),
    );
    let text = words::sentence(seed.part("text", 0));
    let results = json!([{"attributes": {}, "file_id": id, "filename": name, "score": 0.9, "text": text}]);
    used.add_extra(room, "file_search_call.results", &["results"], results);
    used.sources.push(Source::File { id, name });
}

/// A sum of three numbers, and what Python prints of it.
fn code_interpreter(room: &Room<'_>, container: Option<&str>, seed: Seed, used: &mut Used) {
    let mut draws = seed.draws();
    let numbers: [usize; 3] = std::array::from_fn(|_| 1 + draws.below(99));
    let code = format!("values = {numbers:?}\nprint(sum(values))");
    used.done.tokens += room.count(&code);
    used.add(
        "ci_",
        json!({
            "type": "code_interpreter_call",
            "status": "completed",
            "code": code,
            // The id of a new one is not known before that of the response is.
            "container_id": container,
            "outputs": null,
        }),
        json!({"status": "in_progress", "code": ""}),
        interpreting(room.ask.encoding, &code),
    );
    let outputs = json!([{"type": "logs", "logs": format!("{}\n", numbers.iter().sum::<usize>())}]);
    used.add_extra(room, "code_interpreter_call.outputs", &["outputs"], outputs);
}

fn capitalized(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
