//! A file of the crate as the rules see it: its tokens, without comments and with the tests cut out.

use proc_macro2::Delimiter;
use proc_macro2::Spacing;
use proc_macro2::TokenStream;
use proc_macro2::TokenTree;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A file, named from the folder of the manifest: `src/api/chat.rs`.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    /// How many lines it has without its tests.
    pub(super) lines: usize,
}

pub(super) struct Token {
    /// As it is written; `::` is one, and so is a literal.
    pub(super) text: String,
    pub(super) line: usize,
    /// How many brackets it stands in.
    pub(super) depth: usize,
}

/// Reads files. Those that only tests are built of are left out.
pub(super) fn read(files: &[(String, String)]) -> Vec<Source> {
    let mut tests = BTreeSet::new();
    let mut sources: Vec<Source> = files.iter().map(|(name, text)| source(name, text, &mut tests)).collect();
    sources.retain(|source| {
        let module = source.module();
        !tests.iter().any(|test| module == *test || module.starts_with(&format!("{test}::")))
    });
    sources
}

fn source(name: &str, text: &str, tests: &mut BTreeSet<String>) -> Source {
    let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut source = Source {
        name: name.to_owned(),
        text: text.to_owned(),
        tokens: Vec::new(),
        lines: text.lines().count(),
    };
    let mut reader = Reader { source: &mut source, modules: Vec::new() };
    reader.read(stream, 0);
    let modules = reader.modules;
    let parent = source.module();
    let path =
        |module: &String| if parent == "crate" { module.clone() } else { format!("{parent}::{module}") };
    tests.extend(modules.iter().map(path));
    source
}

impl Source {
    /// `api::chat`; `crate` of what is no module.
    pub(super) fn module(&self) -> String {
        let path = self.name.trim_start_matches("src/").trim_end_matches(".rs");
        if ["lib", "main"].contains(&path) { "crate".to_owned() } else { path.replace('/', "::") }
    }

    /// The first part of the module's path.
    pub(super) fn room(&self) -> &str {
        self.name.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default()
    }

    /// Where some tokens follow each other.
    pub(super) fn find(&self, words: &[&str]) -> Vec<usize> {
        let fits =
            |at: &usize| words.iter().zip(&self.tokens[*at..]).all(|(word, token)| token.text == *word);
        (0..(self.tokens.len() + 1).saturating_sub(words.len())).filter(fits).collect()
    }

    /// A token's text; empty behind the last.
    pub(super) fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// `src/api/chat.rs:12`
    pub(super) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.name, self.tokens.get(at).map_or(0, |token| token.line))
    }
}

struct Reader<'a> {
    source: &'a mut Source,
    /// Files that are modules of tests.
    modules: Vec<String>,
}

impl Reader<'_> {
    fn read(&mut self, stream: TokenStream, depth: usize) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            if is_test(&trees[at..]) {
                let length = item(&trees[at..]);
                self.cut(&trees[at..at + length]);
                at += length;
                continue;
            }
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    self.push(open, group.span_open().start().line, depth);
                    self.read(group.stream(), depth + 1);
                    self.push(close, group.span_close().end().line, depth);
                }
                TokenTree::Punct(first) if first.as_char() == ':' && first.spacing() == Spacing::Joint => {
                    self.push("::", first.span().start().line, depth);
                    at += 1;
                }
                other => self.push(&other.to_string(), other.span().start().line, depth),
            }
            at += 1;
        }
    }

    fn push(&mut self, text: &str, line: usize, depth: usize) {
        self.source.tokens.push(Token { text: text.to_owned(), line, depth });
    }

    fn cut(&mut self, item: &[TokenTree]) {
        let lines = lines(item);
        self.source.lines -= lines.count();
        if let [.., TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Punct(_)] = item
            && word == "mod"
        {
            self.modules.push(name.to_string());
        }
    }
}

fn lines(item: &[TokenTree]) -> RangeInclusive<usize> {
    let first = item.first().map_or(0, |tree| tree.span().start().line);
    first..=item.last().map_or(0, |tree| tree.span().end().line)
}

/// Whether `#[cfg(test)]` or `#[test]` begins here.
fn is_test(trees: &[TokenTree]) -> bool {
    let [TokenTree::Punct(hash), TokenTree::Group(attribute), ..] = trees else { return false };
    let written: String = attribute.stream().to_string().split_whitespace().collect();
    hash.as_char() == '#' && ["cfg(test)", "test"].contains(&written.as_str())
}

/// How many trees an item and its attributes are: up to a semicolon, or up to the braces of what needs none.
fn item(trees: &[TokenTree]) -> usize {
    let word =
        |tree: &TokenTree| if let TokenTree::Ident(word) = tree { word.to_string() } else { String::new() };
    let is =
        |tree: &TokenTree, mark: char| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark);
    let mut at = 0;
    while trees.get(at).is_some_and(|tree| is(tree, '#')) {
        at += 2;
    }
    if trees.get(at).is_some_and(|tree| word(tree) == "pub") {
        at += 1 + usize::from(matches!(trees.get(at + 1), Some(TokenTree::Group(_))));
    }
    let keyword = trees.get(at).map(word).unwrap_or_default();
    let is_function = trees.get(at + 1).is_some_and(|tree| word(tree) == "fn");
    let to_semicolon = ["use", "const", "static", "type", "let"].contains(&keyword.as_str()) && !is_function;
    let is_field = trees.get(at + 1).is_some_and(|tree| is(tree, ':'));
    let ends = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !to_semicolon && !is_field,
        TokenTree::Punct(punct) => punct.as_char() == if is_field { ',' } else { ';' },
        _ => false,
    };
    trees.iter().skip(at).position(ends).map_or(trees.len(), |length| at + length + 1)
}
