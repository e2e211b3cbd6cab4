//! Fixtures of aimock, `{"fixtures": [{"match": {...}, "response": {...}}]}`, as rules that do the same. Reads values
//! alone: it never opens a file, and never serves.

mod faults;
mod findings;
mod matched;
mod response;
mod said;
mod script;
mod written;

use crate::rules::aimock::findings::Findings;
use crate::rules::aimock::findings::unknown;
use crate::rules::aimock::matched::Surface;
use crate::rules::aimock::response::ResponseKind;
use crate::rules::aimock::script::Scene;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashMap;
use std::collections::HashSet;

/// What a file of aimock's means here.
pub(crate) struct Translated {
    /// In the order in which they are to be tried. All weigh the same.
    pub(crate) rules: Vec<Value>,
    /// The fixture that each rule is from. One may have become several, and a sequence of them one.
    pub(crate) of: Vec<usize>,
    /// What is wrong: a JSON pointer, and why.
    pub(crate) problems: Vec<(String, String)>,
    /// What has no effect here.
    pub(crate) notes: Vec<String>,
}

const NAMES: &[&str] = &[
    "match",
    "response",
    "latency",
    "chunkSize",
    "truncateAfterChunks",
    "disconnectAfterMs",
    "streamingProfile",
    "recordedTimings",
    "replaySpeed",
    "chaos",
    "openRouterProcessing",
    "metadata",
];

/// Whether a file has the settings of aimock's servers, and no fixtures. aimock passes over such in a folder.
pub(crate) fn is_settings(file: &Value) -> bool {
    const SERVERS: [&str; 6] = ["llm", "mcp", "a2a", "agui", "vector", "services"];
    ["fixtures", "rules", "match"].iter().all(|name| file.get(name).is_none())
        && SERVERS.iter().any(|name| file.get(name).is_some_and(Value::is_object))
}

/// Reads all fixtures of a file.
pub(crate) fn translate(file: &Value) -> Translated {
    let mut findings = Findings::default();
    let fixtures = file.get("fixtures").and_then(Value::as_array);
    if fixtures.is_none() {
        findings.problems.push(("/fixtures".to_owned(), "must be a list".to_owned()));
    }
    let mut read = Vec::new();
    for (at, fixture) in fixtures.into_iter().flatten().enumerate() {
        findings.fixture = at;
        read.extend(one(fixture, &mut findings));
    }
    let (of, rules) = script::rules(&scenes(read, &mut findings)).into_iter().unzip();
    Translated { rules, of, problems: findings.problems, notes: findings.notes }
}

/// A fixture by itself.
struct Fixture<'a> {
    at: usize,
    asked: &'a Map<String, Value>,
    surface: Surface,
    conditions: Map<String, Value>,
    sequence: Option<u64>,
    turn: Option<u64>,
    answer: Value,
}

/// None where it cannot be read, or has no place here.
fn one<'a>(fixture: &'a Value, findings: &mut Findings) -> Option<Fixture<'a>> {
    let Some(fixture) = fixture.as_object() else {
        findings.wrong("", "must be an object");
        return None;
    };
    for (name, meant) in unknown(fixture, NAMES) {
        findings.note(&format!("{name} is not known, and passed over{meant}"));
    }
    let mut part = |name: &str| {
        let found = fixture.get(name).and_then(Value::as_object);
        if found.is_none() {
            findings.wrong(&format!("/{name}"), "there must be one, and it must be an object");
        }
        found
    };
    let (asked, response) = (part("match"), part("response"));
    let (asked, response) = (asked?, response?);
    let Some(given) = ResponseKind::of(response) else {
        let known = "content, toolCalls, blocks, error, embedding, image, images, transcription or json";
        findings.wrong("/response", format!("is of no known kind: it must have {known}"));
        return None;
    };
    let surface = matched::surface(asked, given, findings);
    let placed = surface
        .and_then(|surface| matched::conditions(asked, surface, findings).map(|found| (surface, found)));
    let (surface, conditions) = match placed {
        Ok(placed) => placed,
        Err(why) => {
            findings.note(&format!("is left out: {why}"));
            return None;
        }
    };
    let mut answer = response::answer(given, response, findings);
    if let Some(size) = findings.count(fixture, "", "chunkSize")
        && given == ResponseKind::Said
    {
        answer["pieces"] = size.max(1).into();
    }
    let faults = faults::faults(fixture, given == ResponseKind::Said, findings);
    if !faults.is_empty() {
        answer["faults"] = faults.into();
    }
    let sequence = findings.count(asked, "/match", "sequenceIndex");
    let turn = findings.count(asked, "/match", "turnIndex").filter(|_| surface == Surface::Chat);
    Some(Fixture { at: findings.fixture, asked, surface, conditions, sequence, turn, answer })
}

/// Fixtures that ask for the same and have an index in a sequence share a counter in aimock: together they are one
/// scene, with an answer after the other.
fn scenes<'a>(fixtures: Vec<Fixture<'a>>, findings: &mut Findings) -> Vec<Scene<'a>> {
    let mut groups: Vec<Vec<Fixture<'a>>> = Vec::new();
    let mut sequences: HashMap<String, usize> = HashMap::new();
    for fixture in fixtures {
        let group = fixture.sequence.map(|_| sequence_of(fixture.asked));
        if let Some(at) = group.as_ref().and_then(|group| sequences.get(group)) {
            groups[*at].push(fixture);
        } else {
            sequences.extend(group.map(|group| (group, groups.len())));
            groups.push(vec![fixture]);
        }
    }
    groups.iter().filter_map(|group| scene(group, findings)).collect()
}

/// All that is asked for but the index.
fn sequence_of(asked: &Map<String, Value>) -> String {
    let mut rest: Vec<_> = asked.iter().filter(|(name, _)| *name != "sequenceIndex").collect();
    rest.sort_by_key(|(name, _)| *name);
    format!("{rest:?}")
}

/// The answers that are reached: those of a sequence are counted from 0, and end where one is missing.
fn scene<'a>(group: &[Fixture<'a>], findings: &mut Findings) -> Option<Scene<'a>> {
    let narrow = group.iter().position(|fixture| fixture.surface != Surface::Both).unwrap_or(0);
    let surface = group[narrow].surface;
    let fits = |fixture: &Fixture<'_>| [surface, Surface::Both].contains(&fixture.surface);
    let is_sequence = group[0].sequence.is_some();
    let mut order: Vec<&Fixture<'_>> = Vec::new();
    if is_sequence {
        let mut indexed: HashMap<u64, &Fixture<'_>> = HashMap::new();
        for fixture in group.iter().filter(|fixture| fits(fixture)) {
            // Of several with one index the first is meant.
            indexed.entry(fixture.sequence.unwrap_or_default()).or_insert(fixture);
        }
        while let Some(fixture) = indexed.get(&(order.len() as u64)) {
            order.push(fixture);
        }
    } else {
        order.extend(group);
    }
    let told: HashSet<usize> = order.iter().map(|fixture| fixture.at).collect();
    for fixture in group.iter().filter(|fixture| !told.contains(&fixture.at)) {
        findings.fixture = fixture.at;
        findings.note("is left out: sequenceIndex: its turn never comes");
    }
    let fixture = order.iter().map(|fixture| fixture.at).min()?;
    let answers = order.iter().map(|fixture| fixture.answer.clone()).collect();
    let Fixture { asked, ref conditions, turn, .. } = group[narrow];
    Some(Scene { fixture, asked, conditions: conditions.clone(), turn, answers, is_sequence })
}

#[cfg(test)]
mod tests;
