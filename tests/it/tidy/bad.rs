//! Every rule can fail: small files, and what is said of each.

use crate::tidy::rules;
use crate::tidy::rules::Arrows;
use crate::tidy::source;
use crate::tidy::source::Source;

type Rule = fn(&[Source]) -> Vec<String>;

const ALLOWED: Arrows<'_> =
    &[("api", &["plan"]), ("plan", &[]), ("model", &[]), ("server", &[]), ("state", &[]), ("lib", &[])];

fn arrows(sources: &[Source]) -> Vec<String> {
    rules::arrows(sources, ALLOWED)
}

fn idle_arrows(sources: &[Source]) -> Vec<String> {
    rules::idle_arrows(sources, ALLOWED)
}

/// A file's name and its text.
type File = (&'static str, &'static str);

/// A rule, files, and what it finds in them; nothing where they are good.
const CASES: &[(Rule, &[File], &[&str])] = &[
    // Arrows between rooms.
    (arrows, &[("src/api/chat.rs", "use crate::plan::Plan;\nuse crate::api::ask;")], &[]),
    (arrows, &[("src/plan.rs", "use crate::api::ask;")], &["src/plan.rs:1 must not use api"]),
    (arrows, &[("src/plan.rs", "fn f() {\n    crate::api::f();\n}")], &["src/plan.rs:2 must not use api"]),
    (arrows, &[("src/plan.rs", "pub(crate) use crate::api::ask;")], &["src/plan.rs:1 must not use api"]),
    (arrows, &[("src/plan.rs", "make! {\n    x: crate::api::X\n}")], &["src/plan.rs:2 must not use api"]),
    (
        arrows,
        &[("src/plan.rs", "#[cfg(test)]\nmod tests {}\nuse crate::api::X;")],
        &["src/plan.rs:3 must not use api"],
    ),
    (arrows, &[("src/plan/answer.rs", "use crate::api::X;")], &["src/plan/answer.rs:1 must not use api"]),
    (arrows, &[("src/plan.rs", "pub(in crate::api) fn f() {}")], &[]),
    (
        arrows,
        &[("src/plan.rs", "// crate::api::X\n/// crate::api::X\nconst A: &str = \"crate::api::X\";")],
        &[],
    ),
    (
        arrows,
        &[(
            "src/plan.rs",
            "#[cfg(test)]\nuse crate::api::{A, B};\n#[cfg(test)]\nmod tests { use crate::api::C; }",
        )],
        &[],
    ),
    (
        arrows,
        &[("src/plan.rs", "#[cfg(test)]\nmod proof;"), ("src/plan/proof.rs", "use crate::api::X;")],
        &[],
    ),
    (arrows, &[("src/cellar.rs", "")], &["src/cellar.rs has no room"]),
    (idle_arrows, &[("src/api/chat.rs", "fn f() { crate::plan::f(); }")], &[]),
    (
        idle_arrows,
        &[("src/api/chat.rs", "#[cfg(test)]\nuse crate::plan::Plan;")],
        &["api need not know plan"],
    ),
    // How names are imported.
    (rules::imports, &[("src/plan.rs", "use crate::plan::bias;\npub(super) fn f() {}")], &[]),
    (
        rules::imports,
        &[("src/plan.rs", "use crate::api::{A, B};")],
        &["src/plan.rs:1 imports several names at once"],
    ),
    (
        rules::imports,
        &[("src/plan.rs", "use crate::{api, plan};")],
        &["src/plan.rs:1 imports several names at once"],
    ),
    (rules::imports, &[("src/plan.rs", "use super::*;")], &["src/plan.rs:1 says super"]),
    (rules::imports, &[("src/plan.rs", "fn f() {\n    super::g();\n}")], &["src/plan.rs:2 says super"]),
    (rules::imports, &[("src/plan.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n}")], &[]),
    // Circles of files.
    (
        rules::circles_of_files,
        &[("src/api/a.rs", "use crate::api::b::B;"), ("src/api/b.rs", "use crate::api::a::A;")],
        &["api::a -> api::b is part of a circle", "api::b -> api::a is part of a circle"],
    ),
    (
        rules::circles_of_files,
        &[
            ("src/api.rs", "mod a;\nmod b;\npub(crate) use b::B;"),
            ("src/api/a.rs", "pub(crate) struct A;\nfn f() { crate::api::B::new(); }"),
            ("src/api/b.rs", "use crate::api::a::A;"),
        ],
        &["api::a -> api::b is part of a circle", "api::b -> api::a is part of a circle"],
    ),
    (
        rules::circles_of_files,
        &[
            ("src/api.rs", "mod a;\nuse crate::api::a::A;\npub(crate) struct B;"),
            ("src/api/a.rs", "use crate::api::B;\nuse crate::plan::C;"),
            ("src/plan.rs", "use crate::api::B;"),
        ],
        &[],
    ),
    // Waiting.
    (rules::waits, &[("src/server/crew.rs", "use std::thread;\nuse std::net::TcpStream;")], &[]),
    (rules::waits, &[("src/api.rs", "use std::thread;")], &["src/api.rs:1 has thread"]),
    (
        rules::waits,
        &[("src/api.rs", "fn f() { std::thread::sleep(A); }")],
        &["src/api.rs:1 has thread", "src/api.rs:1 has sleep"],
    ),
    (rules::waits, &[("src/api.rs", "use std::net::TcpStream;")], &["src/api.rs:1 has TcpStream"]),
    (
        rules::waits,
        &[("src/api.rs", "const A: fn() -> std::time::Instant = std::time::Instant::now;")],
        &["src/api.rs:1 has Instant", "src/api.rs:1 has Instant"],
    ),
    (
        rules::waits,
        &[("src/api.rs", "#[cfg(test)]\nconst A: u8 = 1;\nuse std::time::SystemTime;")],
        &["src/api.rs:3 has SystemTime"],
    ),
    (rules::waits, &[("src/state/time.rs", "fn f() { SystemTime::now(); }")], &[]),
    (rules::waits, &[("src/state/log.rs", "fn f(at: SystemTime) {}")], &[]),
    (
        rules::waits,
        &[("src/state/log.rs", "fn f() { SystemTime::now(); }")],
        &["src/state/log.rs:1 has SystemTime"],
    ),
    (rules::waits, &[("src/api.rs", "fn f(thread: &str) -> &str { \"sleep\" }")], &[]),
    // Panics.
    (rules::panics, &[("src/api.rs", "fn f() { a.unwrap_or(1); a.expected(); }")], &[]),
    (rules::panics, &[("src/api.rs", "fn f() { a\n.unwrap(); }")], &["src/api.rs:2 has unwrap"]),
    (rules::panics, &[("src/api.rs", "fn f() { a.map(Option::unwrap); }")], &["src/api.rs:1 has unwrap"]),
    (rules::panics, &[("src/api.rs", "fn f() { a.expect(\"b\"); }")], &["src/api.rs:1 has expect"]),
    (rules::panics, &[("src/api.rs", "fn f() { todo!() }")], &["src/api.rs:1 has todo"]),
    (rules::panics, &[("src/api.rs", "fn f() { unimplemented!() }")], &["src/api.rs:1 has unimplemented"]),
    (rules::panics, &[("src/api.rs", "fn f() { dbg!(1) }")], &["src/api.rs:1 has dbg"]),
    (rules::panics, &[("src/api.rs", "fn f() { panic!() }")], &["src/api.rs:1 has panic"]),
    (
        rules::panics,
        &[("src/api.rs", "#[cfg(test)]\npub(crate) use a::b;\nfn f() { panic!() }")],
        &["src/api.rs:3 has panic"],
    ),
    (rules::panics, &[("src/api.rs", "#[cfg(test)]\nmod tests { fn f() { panic!() } }")], &[]),
    (
        rules::panics,
        &[("src/api.rs", "struct S {\n    #[cfg(test)]\n    a: u8,\n    b: fn() -> ! = panic!(),\n}")],
        &["src/api.rs:4 has panic"],
    ),
    // What a file opens with.
    (rules::openings, &[("src/api.rs", "//! The operations.\n")], &[]),
    (rules::openings, &[("src/api.rs", "// The operations.\n")], &["src/api.rs does not say what it is for"]),
    // Types that share a name.
    (
        rules::doubles,
        &[("src/api.rs", "struct A;"), ("src/plan.rs", "enum B {}\nimpl A for B { type A = u8; }")],
        &[],
    ),
    (
        rules::doubles,
        &[("src/api.rs", "struct A;"), ("src/plan.rs", "enum A {}")],
        &["A is declared in src/api.rs:1 and src/plan.rs:1"],
    ),
    (
        rules::doubles,
        &[("src/api.rs", "trait A {}\nfn f() { struct B; }"), ("src/plan.rs", "type A = u8;\nstruct B;")],
        &[
            "A is declared in src/api.rs:1 and src/plan.rs:1",
            "B is declared in src/api.rs:2 and src/plan.rs:2",
        ],
    ),
    // Names of models.
    (rules::models, &[("src/model.rs", "const A: &str = \"gpt-4o\";")], &[]),
    (
        rules::models,
        &[("src/api.rs", "const A: &str = \"gpt-4o\";")],
        &["src/api.rs:1 names a model: \"gpt-4o\""],
    ),
    (rules::models, &[("src/api.rs", "fn f() { a == Family::B }")], &["src/api.rs:1 asks for a family"]),
    (rules::models, &[("src/api.rs", "/// \"gpt-4o\"\nconst A: &str = \"gpt\"; // \"gpt-4o\"")], &[]),
];

fn found(rule: Rule, files: &[File]) -> Vec<String> {
    let files: Vec<(String, String)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    rule(&source::read(&files))
}

#[test]
fn every_rule_can_fail() {
    for (rule, files, expected) in CASES {
        assert_eq!(found(*rule, files), *expected, "{files:#?}");
    }
}

#[test]
fn the_longest_that_is_not_too_long() {
    let file = |lines: usize| {
        let text = format!("{}#[cfg(test)]\nmod tests {{\n\n\n}}\n", "// Nothing.\n".repeat(lines));
        rules::lengths(&source::read(&[("src/api.rs".to_owned(), text)]))
    };
    assert!(file(400).is_empty());
    assert_eq!(file(401), ["src/api.rs has 401 lines"]);
    let function = |lines: usize| {
        let body = "    one();\n".repeat(lines - 2);
        let text = format!("trait A {{\n    fn a();\n}}\nfn f(g: fn(u8)) -> u8 {{\n{body}}}\nfn h() {{}}\n");
        rules::lengths(&source::read(&[("src/api.rs".to_owned(), text)]))
    };
    assert!(function(60).is_empty());
    assert_eq!(function(61), ["src/api.rs:4 f has 61 lines"]);
}

#[test]
fn rooms_that_know_each_other_are_found() {
    assert!(rules::circles_of_rooms(ALLOWED).is_empty());
    let circle: Arrows<'_> = &[("a", &["b"]), ("b", &["c"]), ("c", &["a", "d"]), ("d", &[])];
    let found = ["a -> b", "b -> c", "c -> a"].map(|arrow| format!("{arrow} is part of a circle"));
    assert_eq!(rules::circles_of_rooms(circle), found);
}
