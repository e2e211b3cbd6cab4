//! The tools that run on the server: which of them a response uses, and what they did. Nothing is searched,
//! run or drawn to order; what they answer is drawn from the request.

mod images;
mod mcp;

use crate::api::ask::Ask;
use crate::api::ask::Tool;
use crate::api::ask::Wish;
use crate::api::ask::called;
use crate::api::ask::kind;
use crate::api::ask::mentions;
use crate::api::ask::since_user;
use crate::api::ask::texts;
use crate::api::responses::ids::Ids;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::params::field;
use crate::plan::Extra;
use crate::plan::Hosted;
use crate::plan::Item;
use crate::plan::Said;
use crate::plan::Step;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// What a response does before it says anything, or instead.
pub(super) struct Means<'a> {
    /// The hosted tools that are used, in the order declared.
    pub(super) hosted: Vec<&'a Value>,
    /// The tools that the client is to run.
    pub(super) called: Vec<Tool<'a>>,
}

/// Chooses among the tools: those that the last message names, or else every hosted one once. After the
/// output of a call, or once the user has said whether a tool may run, nothing hosted is used again.
pub(super) fn means<'a>(ask: &Ask<'a>, tools: &'a [Value], choice: Option<&'a Value>) -> Means<'a> {
    let mut called = called(ask);
    let may = |tool: &&Value| is_hosted(kind(tool)) && choice.is_none_or(|choice| permits(choice, tool));
    let mut hosted: Vec<&Value> = tools.iter().filter(may).collect();
    let (asked, since) = since_user(&ask.turns);
    let Some(message) = asked.filter(|_| since.is_empty()) else {
        hosted.clear();
        return Means { hosted, called };
    };
    let names = |tool: &&Value| mentions(message, name(tool)) || mentions(message, kind(tool));
    let names_one_to_call = ask.tools.iter().any(|tool| mentions(message, tool.name));
    if names_one_to_call || hosted.iter().any(names) {
        hosted.retain(names);
    }
    // A hosted tool is as good as any where one is required.
    if !hosted.is_empty() && !names_one_to_call && ask.wish == Wish::Required {
        called.clear();
    }
    Means { hosted, called }
}

fn is_hosted(kind: &str) -> bool {
    is_web_search(kind) || matches!(kind, "file_search" | "code_interpreter" | "image_generation" | "mcp")
}

pub(super) fn is_web_search(kind: &str) -> bool {
    kind.starts_with("web_search")
}

/// What a message calls a tool: what stands before the date in its type, or the label of its server.
fn name(tool: &Value) -> &str {
    match kind(tool) {
        "mcp" => field(tool, "server_label").as_str().unwrap_or_default(),
        kind if is_web_search(kind) => "web_search",
        kind => kind,
    }
}

/// Whether `tool_choice` lets a hosted tool be used.
fn permits(choice: &Value, tool: &Value) -> bool {
    let is = |chosen: &Value| {
        let same = kind(chosen) == kind(tool) || is_web_search(kind(chosen)) && is_web_search(kind(tool));
        same && (kind(tool) != "mcp" || field(chosen, "server_label") == field(tool, "server_label"))
    };
    match choice {
        Value::String(word) => word != "none",
        choice if kind(choice) == "allowed_tools" => {
            field(choice, "tools").as_array().is_some_and(|allowed| allowed.iter().any(is))
        }
        choice => is(choice),
    }
}

/// What was used, and what that leaves to say.
#[derive(Default)]
pub(super) struct Used {
    pub(super) items: Vec<Item>,
    /// What the text is to cite.
    pub(super) sources: Vec<Source>,
    /// Tokens that the model wrote for the tools.
    pub(super) tokens: usize,
    pub(super) searches: usize,
    /// The tokens of prompt and picture of each picture that was drawn.
    pub(super) pictures: Vec<(u64, u64)>,
    /// Whether the client must allow something before the response goes on.
    pub(super) waits: bool,
}

/// Something to cite.
pub(super) enum Source {
    Page { title: String, url: String },
    File { id: String, name: String },
}

/// What the tools are told about the request.
pub(super) struct Room<'a> {
    pub(super) ask: &'a Ask<'a>,
    /// The items of input and context.
    pub(super) items: &'a [&'a Value],
    pub(super) include: &'a [Value],
    pub(super) ids: &'a Ids,
    pub(super) seed: Seed,
}

impl Room<'_> {
    /// What is searched for or drawn: what the user said last, up to a length that reads well.
    fn query(&self) -> String {
        const LENGTH: usize = 96;
        let (asked, _) = since_user(&self.ask.turns);
        let text = asked.and_then(|message| texts(message).next()).unwrap_or_default();
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(LENGTH) {
            Some((at, _)) => text[..at].to_owned(),
            None => text,
        }
    }

    fn count(&self, text: &str) -> usize {
        self.ask.abilities.encoding.count(text)
    }
}

/// Uses the tools, at most so many of them.
pub(super) fn apply(room: &Room<'_>, tools: &[&Value], most: usize) -> Used {
    let mut used = Used::default();
    mcp::go_on(room, &mut used);
    for (at, tool) in tools.iter().take(most).enumerate() {
        let seed = room.seed.part("hosted", at);
        match kind(tool) {
            "file_search" => file_search(room, seed, &mut used),
            "code_interpreter" => code_interpreter(room, tool, seed, &mut used),
            "image_generation" => images::draw(room, tool, seed, &mut used),
            "mcp" => mcp::call(room, tool, seed, &mut used),
            _ => web_search(room, seed, &mut used),
        }
    }
    used
}

impl Used {
    /// Adds an item whose fields are `done`, and `begun` in place of some of them while it is under way.
    fn add(&mut self, room: &Room<'_>, prefix: &str, done: Value, begun: Value, steps: Vec<Step>) {
        let id = room.ids.item(prefix, self.items.len());
        let done = fields(done);
        let mut under_way = done.clone();
        for (name, value) in fields(begun) {
            under_way.insert(name, value);
        }
        let said = Said::Hosted(Hosted { begun: under_way, done, steps, extra: None });
        self.items.push(Item { id, cut: false, said });
    }

    /// Gives the last item a field that is told where `include` names it.
    fn add_extra(
        &mut self,
        room: &Room<'_>,
        name: &'static str,
        path: &'static [&'static str],
        value: Value,
    ) {
        if let Some(Item { said: Said::Hosted(hosted), .. }) = self.items.last_mut() {
            hosted.extra = Some(Extra { name, path, value });
            hosted.include(|name| room.include.iter().any(|word| word == name));
        }
    }
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn step(name: &'static str) -> Step {
    Step { name, told: Map::new() }
}

fn told(name: &'static str, told: Value) -> Step {
    Step { name, told: fields(told) }
}

/// The pieces of a text as steps.
fn deltas<'a>(room: &Room<'_>, name: &'static str, text: &'a str) -> impl Iterator<Item = Step> + 'a {
    let pieces = room.ask.abilities.encoding.pieces(text);
    pieces.map(move |piece| told(name, json!({"delta": piece})))
}

fn web_search(room: &Room<'_>, seed: Seed, used: &mut Used) {
    let query = room.query();
    let title = capitalized(&words::phrase(seed));
    let url = format!("https://www.example.com/{}", title.to_lowercase().replace(' ', "-"));
    let action = json!({"type": "search", "queries": [query], "query": query});
    used.tokens += room.count(&query);
    used.searches += 1;
    used.add(
        room,
        "ws_",
        json!({"type": "web_search_call", "status": "completed", "action": action}),
        json!({"status": "in_progress"}),
        vec![
            step("web_search_call.in_progress"),
            step("web_search_call.searching"),
            step("web_search_call.completed"),
        ],
    );
    let sources = json!([{"type": "url", "url": url}]);
    used.add_extra(room, "web_search_call.action.sources", &["action", "sources"], sources);
    used.sources.push(Source::Page { title, url });
}

fn file_search(room: &Room<'_>, seed: Seed, used: &mut Used) {
    let query = room.query();
    let id = seed.part("file", 0).id("file-", 22);
    let name = format!("{}.pdf", words::phrase(seed).replace(' ', "-"));
    used.tokens += room.count(&query);
    used.add(
        room,
        "fs_",
        json!({"type": "file_search_call", "status": "completed", "queries": [query], "results": null}),
        json!({"status": "in_progress"}),
        vec![
            step("file_search_call.in_progress"),
            step("file_search_call.searching"),
            step("file_search_call.completed"),
        ],
    );
    let text = words::sentence(seed.part("text", 0));
    let results = json!([{"attributes": {}, "file_id": id, "filename": name, "score": 0.9, "text": text}]);
    used.add_extra(room, "file_search_call.results", &["results"], results);
    used.sources.push(Source::File { id, name });
}

/// A sum of three numbers, and what Python prints of it.
fn code_interpreter(room: &Room<'_>, tool: &Value, seed: Seed, used: &mut Used) {
    let mut draws = seed.draws();
    let numbers: [usize; 3] = std::array::from_fn(|_| 1 + draws.below(99));
    let code = format!("values = {numbers:?}\nprint(sum(values))");
    let container = match field(tool, "container").as_str() {
        Some(id) => id.to_owned(),
        None => room.ids.container(),
    };
    let mut steps = vec![step("code_interpreter_call.in_progress")];
    steps.extend(deltas(room, "code_interpreter_call_code.delta", &code));
    steps.push(told("code_interpreter_call_code.done", json!({"code": code})));
    steps.push(step("code_interpreter_call.interpreting"));
    steps.push(step("code_interpreter_call.completed"));
    used.tokens += room.count(&code);
    used.add(
        room,
        "ci_",
        json!({
            "type": "code_interpreter_call",
            "status": "completed",
            "code": code,
            "container_id": container,
            "outputs": null,
        }),
        json!({"status": "in_progress", "code": ""}),
        steps,
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
