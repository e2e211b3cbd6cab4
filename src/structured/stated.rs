//! What one schema states, read in one pass: looking up each word by itself takes ten times as long.

use serde_json::Map;
use serde_json::Value;

/// The words that are of interest, each with its place in [`Stated`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Type,
    Reference,
    Format,
    Pattern,
    Items,
    PrefixItems,
    AdditionalProperties,
    AnyOf,
    OneOf,
    AllOf,
    Not,
    Properties,
    Defs,
    Definitions,
    Required,
    Enum,
    Const,
    /// Any other word that strict schemas must not have.
    Forbidden,
}

const WORDS: usize = Keyword::Forbidden as usize + 1;

impl Keyword {
    pub(super) fn of(key: &str) -> Option<Keyword> {
        Some(match key {
            "type" => Keyword::Type,
            "$ref" => Keyword::Reference,
            "format" => Keyword::Format,
            "pattern" => Keyword::Pattern,
            "items" => Keyword::Items,
            "prefixItems" => Keyword::PrefixItems,
            "additionalProperties" => Keyword::AdditionalProperties,
            "anyOf" => Keyword::AnyOf,
            "oneOf" => Keyword::OneOf,
            "allOf" => Keyword::AllOf,
            "not" => Keyword::Not,
            "properties" => Keyword::Properties,
            "$defs" => Keyword::Defs,
            "definitions" => Keyword::Definitions,
            "required" => Keyword::Required,
            "enum" => Keyword::Enum,
            "const" => Keyword::Const,
            "if"
            | "then"
            | "else"
            | "dependentRequired"
            | "dependentSchemas"
            | "dependencies"
            | "patternProperties"
            | "propertyNames"
            | "minProperties"
            | "maxProperties"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "contains"
            | "minContains"
            | "maxContains"
            | "uniqueItems" => Keyword::Forbidden,
            _ => return None,
        })
    }
}

/// The words of a schema.
pub(super) struct Stated<'a> {
    pub(super) map: &'a Map<String, Value>,
    values: [Option<&'a Value>; WORDS],
}

impl<'a> Stated<'a> {
    pub(super) fn by(map: &'a Map<String, Value>) -> Stated<'a> {
        let mut values = [None; WORDS];
        for (key, value) in map {
            if let Some(word) = Keyword::of(key) {
                values[word as usize] = Some(value);
            }
        }
        Stated { map, values }
    }

    pub(super) fn get(&self, word: Keyword) -> Option<&'a Value> {
        self.values[word as usize]
    }

    pub(super) fn has(&self, word: Keyword) -> bool {
        self.get(word).is_some()
    }

    pub(super) fn text(&self, word: Keyword) -> Option<&'a str> {
        self.get(word).and_then(Value::as_str)
    }

    pub(super) fn list(&self, word: Keyword) -> &'a [Value] {
        self.get(word).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(super) fn fields(&self, word: Keyword) -> Option<&'a Map<String, Value>> {
        self.get(word).and_then(Value::as_object)
    }

    /// Whether a type is among those that the value may have.
    pub(super) fn may_be(&self, name: &str) -> bool {
        match self.get(Keyword::Type) {
            Some(Value::String(one)) => one == name,
            Some(Value::Array(all)) => all.iter().any(|one| one == name),
            _ => false,
        }
    }

    /// Whether an object's schema speaks of names that it does not give.
    pub(super) fn is_map(&self) -> bool {
        let said = self.get(Keyword::AdditionalProperties).is_some_and(|more| *more != Value::Bool(true));
        said && !self.has(Keyword::Properties)
    }

    /// The API does not see properties that are maps of any names, or that have no keywords, and then misses
    /// them where they are required. It sees maps that may be null as well.
    pub(super) fn is_dropped(&self) -> bool {
        self.map.is_empty() || self.text(Keyword::Type) == Some("object") && self.is_map()
    }
}
