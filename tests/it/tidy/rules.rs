//! The rules of the code, each from its files to what is against it.

use crate::tidy::source::Source;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Each room, and the rooms that it may know.
pub(super) type Arrows<'a> = &'a [(&'a str, &'a [&'a str])];

/// Rooms use those that they may know, also where a path is written in the middle of the code.
pub(super) fn arrows(sources: &[Source], allowed: Arrows<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let Some((_, known)) = allowed.iter().find(|(room, _)| *room == source.room()) else {
            found.push(format!("{} has no room", source.name));
            continue;
        };
        for (at, path) in used(source) {
            let room = path[0].as_str();
            if room != source.room() && !known.contains(&room) && room != "{" {
                found.push(format!("{} must not use {room}", source.place(at)));
            }
        }
    }
    found
}

/// What a room may know, it does know.
pub(super) fn idle_arrows(sources: &[Source], allowed: Arrows<'_>) -> Vec<String> {
    let arrows = allowed.iter().flat_map(|(room, known)| known.iter().map(move |known| (*room, *known)));
    let is_used = |room: &str, known: &str| {
        let files = sources.iter().filter(|source| source.room() == room);
        files.flat_map(used).any(|(_, path)| path[0] == known)
    };
    let idle = arrows.filter(|(room, known)| !is_used(room, known));
    idle.map(|(room, known)| format!("{room} need not know {known}")).collect()
}

/// The rooms that may know each other, with those between them.
pub(super) fn circles_of_rooms(allowed: Arrows<'_>) -> Vec<String> {
    let arrows = allowed.iter().map(|(room, known)| {
        ((*room).to_owned(), known.iter().map(|known| (*known).to_owned()).collect::<BTreeSet<_>>())
    });
    circles(&arrows.collect())
}

/// Imports are written one a line, and none goes up by `super`.
pub(super) fn imports(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (at, path) in used(source) {
            if path.iter().any(|part| part == "{") {
                found.push(format!("{} imports several names at once", source.place(at)));
            }
        }
        for at in source.find(&["super", "::"]) {
            found.push(format!("{} says super", source.place(at)));
        }
    }
    found
}

/// The paths from the crate on, with where each begins. A path ends before what is no name: `{` or `*` in
/// an import is its last part.
fn used(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut paths = Vec::new();
    for at in source.find(&["crate", "::"]) {
        // `pub(in crate::api)` tells who may see something, and uses nothing.
        if at > 0 && source.text(at - 1) == "in" {
            continue;
        }
        let mut path = vec![source.text(at + 2).to_owned()];
        let mut next = at + 3;
        while source.text(next) == "::" {
            path.push(source.text(next + 1).to_owned());
            next += 2;
        }
        paths.push((at, path));
    }
    paths
}

/// No two files of a room need each other. That a file knows those that it declares is no arrow; a name
/// that it only hands on is used from where it is.
pub(super) fn circles_of_files(sources: &[Source]) -> Vec<String> {
    let files: BTreeMap<String, &Source> = sources.iter().map(|source| (source.module(), source)).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let from = source.module();
        for (_, path) in used(source) {
            let to = home(&files, &path);
            let declares = to.starts_with(&format!("{from}::"));
            if to != from && !declares && to.split("::").next() == from.split("::").next() {
                arrows.entry(from.clone()).or_default().insert(to);
            }
        }
    }
    circles(&arrows)
}

/// The file that a path's name stands in.
fn home(files: &BTreeMap<String, &Source>, path: &[String]) -> String {
    let known = (1..=path.len()).rev().find(|length| files.contains_key(&path[..*length].join("::")));
    let Some(length) = known else { return String::new() };
    let module = path[..length].join("::");
    let Some(name) = path.get(length) else { return module };
    for at in files[&module].find(&["use"]) {
        let source = files[&module];
        let exported = at > 0 && [")", "pub"].contains(&source.text(at - 1));
        let child = format!("{module}::{}", source.text(at + 1));
        if !exported || !files.contains_key(&child) {
            continue;
        }
        let end = (at..source.tokens.len()).find(|end| source.text(*end) == ";").unwrap_or(at);
        if (at..end).any(|one| source.text(one) == name) {
            return child;
        }
        let declares = |one: usize| {
            ["fn", "struct", "enum", "const", "type", "trait"].contains(&files[&child].text(one))
        };
        let has = |one: &usize| declares(*one - 1) || ["(", "!"].contains(&files[&child].text(*one + 1));
        if source.text(end - 1) == "*" && files[&child].find(&[name]).iter().any(|one| *one > 0 && has(one)) {
            return child;
        }
    }
    module
}

/// What can be reached from itself.
fn circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reached = |from: &String| {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&String> = arrows.get(from).into_iter().flatten().collect();
        while let Some(one) = next.pop() {
            if reached.insert(one.clone()) {
                next.extend(arrows.get(one).into_iter().flatten());
            }
        }
        reached
    };
    let all: BTreeMap<&String, BTreeSet<String>> = arrows.keys().map(|from| (from, reached(from))).collect();
    let in_circle = |from: &String, to: &String| all.get(to).is_some_and(|back| back.contains(from));
    let mut found = Vec::new();
    for (from, _) in all.iter().filter(|(from, reached)| reached.contains(**from)) {
        for to in arrows[*from].iter().filter(|to| in_circle(from, to)) {
            found.push(format!("{from} -> {to} is part of a circle"));
        }
    }
    found
}

/// Only the server has sockets, threads and waits. State keeps times.
pub(super) fn waits(sources: &[Source]) -> Vec<String> {
    const WORDS: &[&str] =
        &["TcpListener", "TcpStream", "UdpSocket", "UnixStream", "Instant", "SystemTime", "sleep", "park"];
    let mut found = Vec::new();
    for source in sources {
        if source.room() == "server" || ["src/main.rs", "src/lib.rs"].contains(&source.name.as_str()) {
            continue;
        }
        for (at, token) in source.tokens.iter().enumerate() {
            let is_thread = token.text == "thread" && source.text(at + 1) == "::";
            let is_imported = token.text == "thread" && at > 1 && source.text(at - 2) == "std";
            // One file looks at the clock.
            let is_read = source.text(at + 1) == "::" && source.text(at + 2) == "now";
            let may_read = source.name == "src/state/time.rs";
            let is_clock = token.text == "SystemTime" && source.room() == "state" && (may_read || !is_read);
            if is_thread || is_imported || (WORDS.contains(&token.text.as_str()) && !is_clock) {
                found.push(format!("{} has {}", source.place(at), token.text));
            }
        }
    }
    found
}

/// Nothing panics on purpose.
pub(super) fn panics(sources: &[Source]) -> Vec<String> {
    const METHODS: &[&str] = &["unwrap", "expect", "unwrap_err", "expect_err"];
    const MACROS: &[&str] = &["todo", "unimplemented", "dbg", "panic", "unreachable"];
    let mut found = Vec::new();
    for source in sources {
        for (at, token) in source.tokens.iter().enumerate() {
            let is = |words: &[&str]| words.contains(&token.text.as_str());
            let before = if at > 0 { source.text(at - 1) } else { "" };
            if (is(METHODS) && [".", "::"].contains(&before)) || (is(MACROS) && source.text(at + 1) == "!") {
                found.push(format!("{} has {}", source.place(at), token.text));
            }
        }
    }
    found
}

const MOST_LINES: usize = 400;
const MOST_LINES_OF_A_FUNCTION: usize = 60;

/// Files and functions can be read at once.
pub(super) fn lengths(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        if source.lines > MOST_LINES {
            found.push(format!("{} has {} lines", source.name, source.lines));
        }
        for at in source.find(&["fn"]) {
            let depth = source.tokens[at].depth;
            let outside = |word: &str| {
                (at..source.tokens.len())
                    .find(|one| source.tokens[*one].depth == depth && source.text(*one) == word)
                    .unwrap_or(usize::MAX)
            };
            // A type, or a function of a trait without a body.
            if source.text(at + 1) == "(" || outside("{") > outside(";") {
                continue;
            }
            let Some(end) = source.tokens.get(outside("}")) else { continue };
            let lines = end.line - source.tokens[at].line + 1;
            if lines > MOST_LINES_OF_A_FUNCTION {
                found.push(format!("{} {} has {lines} lines", source.place(at), source.text(at + 1)));
            }
        }
    }
    found
}

/// A file opens with what it is for.
pub(super) fn openings(sources: &[Source]) -> Vec<String> {
    let silent = sources.iter().filter(|source| !source.text.starts_with("//! "));
    silent.map(|source| format!("{} does not say what it is for", source.name)).collect()
}

/// One word, one thing: no two types share a name.
pub(super) fn doubles(sources: &[Source]) -> Vec<String> {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in sources {
        for (at, token) in source.tokens.iter().enumerate() {
            // Deeper inside it is what a trait asks its types to have.
            let declares = ["struct", "enum", "trait", "union"].contains(&token.text.as_str())
                || (token.text == "type" && token.depth == 0);
            let name = source.text(at + 1);
            if declares && name.starts_with(|first: char| first.is_ascii_uppercase()) {
                places.entry(name).or_default().push(source.place(at));
            }
        }
    }
    let doubles = places.into_iter().filter(|(_, places)| places.len() > 1);
    doubles.map(|(name, places)| format!("{name} is declared in {}", places.join(" and "))).collect()
}

/// Only one room knows models by their names.
pub(super) fn models(sources: &[Source]) -> Vec<String> {
    const NAMES: &[&str] = &[
        "gpt-",
        "chatgpt-",
        "o1",
        "o3",
        "o4-mini",
        "codex-",
        "computer-use-",
        "chat-latest",
        "davinci",
        "babbage",
        "dall-e",
        "text-embedding",
        "text-moderation",
        "omni-moderation",
        "whisper-",
        "tts-",
        "sora-",
    ];
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.room() != "model") {
        for (at, token) in source.tokens.iter().enumerate() {
            let is_comment = at > 1 && source.text(at - 2) == "doc" && source.text(at - 1) == "=";
            let is_named = NAMES.iter().any(|model| token.text.starts_with(&format!("\"{model}")));
            if is_named && !is_comment {
                found.push(format!("{} names a model: {:.60}", source.place(at), token.text));
            }
            if token.text == "Family" && source.text(at + 1) == "::" {
                found.push(format!("{} asks for a family", source.place(at)));
            }
        }
    }
    found
}
