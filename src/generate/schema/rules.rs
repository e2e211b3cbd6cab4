//! Whether a value is what a schema says. Written for the generator, which asks where a value cannot be
//! made to fit directly: `oneOf`, `not`, `if`. What it does not know, it accepts.

use crate::generate::schema::decimal;
use crate::generate::schema::formats;
use crate::generate::schema::formats::Test;
use crate::generate::schema::pattern::RegExp;
use crate::generate::schema::types::TypeSet;
use crate::json::identity;
use percent_encoding::percent_decode_str;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use std::cell::Cell;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::HashSet;
use std::rc::Rc;

/// A schema may refer to itself without end; a value is accepted below so many of its schemas, and
/// after so many in total.
const DEEPEST: usize = 80;
const PATIENCE: usize = 200_000;
const EFFORT: usize = 1_500_000;

/// The document that references point into, and what was learnt about its patterns.
pub(super) struct Rules<'a> {
    root: &'a Value,
    patterns: RefCell<HashMap<&'a str, Option<Rc<RegExp>>>>,
    patience: Cell<usize>,
    /// Steps that patterns may still take.
    pub(super) effort: Cell<usize>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(root: &'a Value) -> Rules<'a> {
        Rules { root, patterns: RefCell::default(), patience: Cell::new(PATIENCE), effort: Cell::new(EFFORT) }
    }

    /// What `$ref` names: the document, a place in it, or an anchor of one of its definitions.
    pub(super) fn resolve(&self, reference: &str) -> Option<&'a Value> {
        let id = self.root.get("$id").and_then(Value::as_str).unwrap_or_default();
        let local = reference.strip_prefix(id).unwrap_or(reference);
        let pointer = local.strip_prefix('#').unwrap_or(local);
        if pointer.is_empty() || pointer.starts_with('/') {
            let decoded = || percent_decode_str(pointer).decode_utf8_lossy();
            return self.root.pointer(pointer).or_else(|| self.root.pointer(&decoded()));
        }
        let definitions =
            ["$defs", "definitions"].into_iter().filter_map(|key| self.root.get(key)?.as_object());
        definitions.flat_map(Map::iter).find_map(|(name, schema)| {
            let named =
                ["$anchor", "$dynamicAnchor", "$id"].into_iter().filter_map(|key| schema.get(key)?.as_str());
            let found =
                name == pointer || named.into_iter().any(|name| name.trim_start_matches('#') == pointer);
            found.then_some(schema)
        })
    }

    /// A pattern, read once. `None` when it is not one.
    pub(super) fn pattern(&self, text: &'a str) -> Option<Rc<RegExp>> {
        let read = || {
            let pattern = RegExp::parse(text).filter(|_| self.effort.get() > 0)?;
            self.effort.set(self.effort.get().saturating_sub(pattern.size()));
            Some(Rc::new(pattern))
        };
        self.patterns.borrow_mut().entry(text).or_insert_with(read).clone()
    }

    pub(super) fn pattern_matches(&self, pattern: &'a str, text: &str) -> bool {
        self.pattern(pattern).is_none_or(|pattern| pattern.matches(text, &self.effort))
    }

    pub(super) fn is_of_format(&self, format: &str, text: &str) -> bool {
        match formats::test(format) {
            None => true,
            Some(Test::Matches(pattern)) => self.pattern_matches(pattern, text),
            Some(Test::Holds(holds)) => holds(text),
        }
    }

    pub(super) fn accepts(&self, schema: &'a Value, value: &Value, depth: usize) -> bool {
        match schema {
            Value::Bool(accepts) => *accepts,
            Value::Object(schema) => self.accepts_by(schema, value, depth),
            _ => true,
        }
    }

    /// As [`accepts`](Rules::accepts), for a schema with keywords.
    pub(super) fn accepts_by(&self, schema: &'a Map<String, Value>, value: &Value, depth: usize) -> bool {
        let patience = self.patience.get();
        if depth > DEEPEST || patience == 0 {
            return true;
        }
        // Long lists take long.
        let listed = ["enum", "required"].iter().filter_map(|key| schema.get(*key)?.as_array()).map(Vec::len);
        self.patience.set(patience.saturating_sub(1 + listed.sum::<usize>() / 16));
        if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return true;
        }
        let plain = match value {
            Value::Number(number) => accepts_number(schema, number),
            Value::String(text) => self.accepts_text(schema, text),
            Value::Array(items) => self.accepts_items(schema, items, depth + 1),
            Value::Object(fields) => self.accepts_fields(schema, fields, depth + 1),
            Value::Null | Value::Bool(_) => true,
        };
        plain
            && schema.get("type").is_none_or(|types| TypeSet::named(types).include(value))
            && schema
                .get("enum")
                .and_then(Value::as_array)
                .is_none_or(|all| all.iter().any(|one| same(one, value)))
            && schema.get("const").is_none_or(|one| same(one, value))
            && self.accepts_all(schema, value, depth + 1)
    }

    /// The keywords that hold other schemas for the same value.
    fn accepts_all(&self, schema: &'a Map<String, Value>, value: &Value, depth: usize) -> bool {
        let list = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice);
        let accepts = |schema: &'a Value| self.accepts(schema, value, depth);
        let reference = ["$ref", "$dynamicRef"].into_iter().filter_map(|key| schema.get(key)?.as_str());
        reference.filter_map(|reference| self.resolve(reference)).all(accepts)
            && list("allOf").is_none_or(|all| all.iter().all(accepts))
            && list("anyOf").is_none_or(|any| any.iter().any(accepts))
            && list("oneOf")
                .is_none_or(|one| one.iter().filter(|schema| accepts(schema)).take(2).count() == 1)
            && schema.get("not").is_none_or(|not| !accepts(not))
            && schema.get("if").is_none_or(|condition| {
                let branch = if accepts(condition) { "then" } else { "else" };
                schema.get(branch).is_none_or(accepts)
            })
    }

    fn accepts_text(&self, schema: &'a Map<String, Value>, text: &str) -> bool {
        let count = |key: &str| schema.get(key).and_then(Value::as_f64);
        let length = || text.chars().count() as f64;
        let word = |key: &str| schema.get(key).and_then(Value::as_str);
        count("minLength").is_none_or(|least| length() >= least)
            && count("maxLength").is_none_or(|most| length() <= most)
            && word("pattern").is_none_or(|pattern| self.pattern_matches(pattern, text))
            && word("format").is_none_or(|format| self.is_of_format(format, text))
    }

    fn accepts_items(&self, schema: &'a Map<String, Value>, items: &[Value], depth: usize) -> bool {
        let count = |key: &str| schema.get(key).and_then(Value::as_f64);
        let length = items.len() as f64;
        if count("minItems").is_some_and(|least| length < least)
            || count("maxItems").is_some_and(|most| length > most)
            || schema.get("uniqueItems") == Some(&Value::Bool(true)) && !all_differ(items)
        {
            return false;
        }
        let each = items
            .iter()
            .enumerate()
            .all(|(at, item)| item_schema(schema, at).is_none_or(|schema| self.accepts(schema, item, depth)));
        each && schema.get("contains").is_none_or(|wanted| {
            let found = items.iter().filter(|item| self.accepts(wanted, item, depth)).count() as f64;
            found >= count("minContains").unwrap_or(1.0)
                && count("maxContains").is_none_or(|most| found <= most)
        })
    }

    fn accepts_fields(
        &self,
        schema: &'a Map<String, Value>,
        fields: &Map<String, Value>,
        depth: usize,
    ) -> bool {
        let count = |key: &str| schema.get(key).and_then(Value::as_f64);
        let length = fields.len() as f64;
        let object = |key: &str| schema.get(key).and_then(Value::as_object).into_iter().flatten();
        let listed = |names: &Value| {
            let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
            names.into_iter().all(|name| fields.contains_key(name))
        };
        count("minProperties").is_none_or(|least| length >= least)
            && count("maxProperties").is_none_or(|most| length <= most)
            && schema.get("required").is_none_or(listed)
            && object("dependentRequired").all(|(name, names)| !fields.contains_key(name) || listed(names))
            && object("dependentSchemas").chain(object("dependencies")).all(|(name, needs)| {
                !fields.contains_key(name)
                    || if needs.is_array() {
                        listed(needs)
                    } else {
                        self.accepts_fields_by(needs, fields, depth)
                    }
            })
            && schema.get("propertyNames").is_none_or(|names| {
                fields.keys().all(|name| self.accepts(names, &Value::String(name.clone()), depth))
            })
            && fields.iter().all(|(name, value)| {
                let mut schemas = Vec::new();
                self.property_schemas(schema, name, &mut schemas);
                schemas.into_iter().all(|schema| self.accepts(schema, value, depth))
            })
    }

    fn accepts_fields_by(&self, schema: &'a Value, fields: &Map<String, Value>, depth: usize) -> bool {
        self.accepts(schema, &Value::Object(fields.clone()), depth)
    }

    /// What a schema asks of one of the properties.
    pub(super) fn property_schemas(
        &self,
        schema: &'a Map<String, Value>,
        name: &str,
        found: &mut Vec<&'a Value>,
    ) {
        let before = found.len();
        found.extend(schema.get("properties").and_then(|properties| properties.get(name)));
        if let Some(patterns) = schema.get("patternProperties").and_then(Value::as_object) {
            let fitting = patterns.iter().filter(|(pattern, _)| self.pattern_matches(pattern, name));
            found.extend(fitting.map(|(_, schema)| schema));
        }
        if found.len() == before {
            found.extend(schema.get("additionalProperties"));
        }
    }
}

/// What a schema asks of one of the items, in the spelling of draft 2020-12 or an older one.
pub(super) fn item_schema(schema: &Map<String, Value>, at: usize) -> Option<&Value> {
    let items = schema.get("items");
    let (first, rest) = match (schema.get("prefixItems"), items) {
        (Some(prefix), rest) => (prefix.as_array(), rest),
        (None, Some(Value::Array(first))) => (Some(first), schema.get("additionalItems")),
        (None, rest) => (None, rest),
    };
    first.and_then(|first| first.get(at)).or(rest)
}

fn accepts_number(schema: &Map<String, Value>, number: &Number) -> bool {
    let limit = |key: &str| schema.get(key).and_then(Value::as_number);
    let ordering = |key: &str| limit(key).map(|limit| compare(number, limit));
    // Draft 4 had a flag where later drafts have a limit.
    let strict = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    ordering("minimum").is_none_or(|found| found.is_gt() || found.is_eq() && !strict("exclusiveMinimum"))
        && ordering("maximum")
            .is_none_or(|found| found.is_lt() || found.is_eq() && !strict("exclusiveMaximum"))
        && ordering("exclusiveMinimum").is_none_or(Ordering::is_gt)
        && ordering("exclusiveMaximum").is_none_or(Ordering::is_lt)
        && limit("multipleOf").is_none_or(|factor| decimal::is_multiple(number, factor))
}

pub(super) fn compare(one: &Number, other: &Number) -> Ordering {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// Equal as JSON Schema has it: 1 is 1.0, and the order of properties does not matter.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other).is_eq(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let alike =
                |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(alike)
        }
        _ => one == other,
    }
}

pub(super) fn all_differ(items: &[Value]) -> bool {
    let mut seen = HashSet::with_capacity(items.len());
    items.iter().all(|item| seen.insert(identity(item)))
}
