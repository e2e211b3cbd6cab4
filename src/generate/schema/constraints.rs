//! Everything that is asked of one value at once: a schema with what it refers to and what its `allOf`
//! adds, as a list of keyword maps that must all hold.

use crate::generate::schema::rules::Rules;
use crate::generate::schema::rules::item_schema;
use crate::generate::schema::types::TypeSet;
use serde_json::Map;
use serde_json::Value;

/// A value that more schemas than this are asked of is hostile.
const MOST_MEMBERS: usize = 500;

pub(super) struct Constraints<'a> {
    pub(super) members: Vec<&'a Map<String, Value>>,
    pub(super) types: TypeSet,
    /// What was referred to, by address.
    pub(super) followed: Vec<*const Value>,
    /// `false` is among the schemas, or types that exclude each other.
    pub(super) never: bool,
    /// OpenAPI's way to allow null beside a type.
    pub(super) nullable: bool,
}

/// Schemas of which one is to be chosen.
#[derive(Clone, Copy)]
pub(super) enum Fork<'a> {
    OneOf(&'a [Value]),
    /// `if`, `then` and `else`.
    Condition(&'a Map<String, Value>),
}

impl<'a> Constraints<'a> {
    /// A list on the heap takes the place of recursion: references may form chains of any length.
    pub(super) fn of(schemas: &[&'a Value], rules: &Rules<'a>) -> Constraints<'a> {
        let mut constraints = Constraints {
            members: Vec::new(),
            types: TypeSet::ALL,
            followed: Vec::new(),
            never: false,
            nullable: false,
        };
        let mut open: Vec<&'a Value> = schemas.iter().rev().copied().collect();
        while let Some(schema) = open.pop() {
            let Value::Object(map) = schema else {
                constraints.never |= *schema == Value::Bool(false);
                continue;
            };
            if constraints.members.len() >= MOST_MEMBERS
                || constraints.members.iter().any(|known| std::ptr::eq(*known, map))
            {
                continue;
            }
            constraints.members.push(map);
            if let Some(types) = map.get("type") {
                constraints.types = constraints.types.and(TypeSet::named(types));
            }
            // Most of what `not` says can only be checked, but types are easily left out.
            if let Some(types) = map.get("not").and_then(Value::as_object).filter(|not| not.len() == 1) {
                constraints.types =
                    constraints.types.without(types.get("type").map_or(TypeSet::NONE, TypeSet::named));
            }
            constraints.nullable |= map.get("nullable") == Some(&Value::Bool(true));
            let dependent =
                map.get("dependentSchemas").or(map.get("dependencies")).and_then(Value::as_object);
            open.extend(dependent.into_iter().flat_map(Map::values).filter(|schema| schema.is_object()));
            open.extend(map.get("allOf").and_then(Value::as_array).into_iter().flatten().rev());
            for key in ["$ref", "$dynamicRef"] {
                if let Some(target) =
                    map.get(key).and_then(Value::as_str).and_then(|text| rules.resolve(text))
                {
                    constraints.followed.push(std::ptr::from_ref(target));
                    open.push(target);
                }
            }
        }
        constraints.never |= constraints.types == TypeSet::NONE;
        constraints
    }

    /// The values of a keyword, wherever it stands.
    pub(super) fn each(&self, key: &str) -> impl Iterator<Item = &'a Value> {
        self.members.iter().filter_map(move |member| member.get(key))
    }

    pub(super) fn has(&self, keys: &[&str]) -> bool {
        self.members.iter().any(|member| keys.iter().any(|key| member.contains_key(*key)))
    }

    /// The greatest of the counts that a keyword such as `minItems` gives.
    pub(super) fn at_least(&self, key: &str) -> usize {
        self.each(key).filter_map(count).max().unwrap_or(0)
    }

    /// The least of the counts that a keyword such as `maxItems` gives.
    pub(super) fn at_most(&self, key: &str) -> usize {
        self.each(key).filter_map(count).min().unwrap_or(usize::MAX)
    }

    pub(super) fn is_set(&self, key: &str) -> bool {
        self.each(key).any(|value| *value == Value::Bool(true))
    }

    pub(super) fn forks(&self) -> impl Iterator<Item = Fork<'a>> {
        self.members.iter().flat_map(|member| {
            let lists = ["anyOf", "oneOf"].map(|key| member.get(key).and_then(Value::as_array));
            let lists = lists.into_iter().flatten().map(|list| Fork::OneOf(list));
            let decides =
                member.contains_key("if") && (member.contains_key("then") || member.contains_key("else"));
            lists.chain(decides.then_some(Fork::Condition(member)))
        })
    }

    /// What is asked of one of the properties.
    pub(super) fn property(&self, name: &str, rules: &Rules<'a>) -> Vec<&'a Value> {
        let mut schemas = Vec::new();
        for member in &self.members {
            rules.property_schemas(member, name, &mut schemas);
        }
        schemas
    }

    /// What is asked of one of the items.
    pub(super) fn item(&self, at: usize) -> Vec<&'a Value> {
        self.members.iter().filter_map(|member| item_schema(member, at)).collect()
    }
}

impl<'a> Fork<'a> {
    /// What distinguishes this fork from others.
    pub(super) fn address(self) -> *const u8 {
        match self {
            Fork::OneOf(list) => list.as_ptr().cast(),
            Fork::Condition(map) => std::ptr::from_ref(map).cast(),
        }
    }

    pub(super) fn count(self) -> usize {
        match self {
            Fork::OneOf(list) => list.len(),
            Fork::Condition(_) => 2,
        }
    }

    /// The schemas that the branch adds.
    pub(super) fn branch(self, at: usize) -> Vec<&'a Value> {
        match self {
            Fork::OneOf(list) => list.get(at).into_iter().collect(),
            Fork::Condition(map) => {
                let keys: &[&str] = if at == 0 { &["if", "then"] } else { &["else"] };
                keys.iter().filter_map(|key| map.get(*key)).collect()
            }
        }
    }
}

/// The value of a keyword such as `minItems`.
pub(super) fn count(value: &Value) -> Option<usize> {
    let whole = value.as_u64().or_else(|| u64::try_from(value.as_f64()? as i64).ok())?;
    Some(usize::try_from(whole).unwrap_or(usize::MAX))
}
