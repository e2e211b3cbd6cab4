//! The types of JSON Schema, as a set.

use serde_json::Value;

/// A set of JSON Schema's types. An integer is a number too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeSet(u8);

impl TypeSet {
    pub(super) const NONE: TypeSet = TypeSet(0);
    pub(super) const NULL: TypeSet = TypeSet(1);
    pub(super) const BOOLEAN: TypeSet = TypeSet(2);
    pub(super) const INTEGER: TypeSet = TypeSet(4);
    pub(super) const FRACTION: TypeSet = TypeSet(8);
    pub(super) const STRING: TypeSet = TypeSet(16);
    pub(super) const ARRAY: TypeSet = TypeSet(32);
    pub(super) const OBJECT: TypeSet = TypeSet(64);
    pub(super) const ALL: TypeSet = TypeSet(127);

    /// The value of `type`. A name that is not one allows anything.
    pub(super) fn named(types: &Value) -> TypeSet {
        match types {
            Value::String(name) => TypeSet::one(name),
            Value::Array(names) => {
                let each = names.iter().filter_map(Value::as_str).map(TypeSet::one);
                each.fold(TypeSet::NONE, TypeSet::or)
            }
            _ => TypeSet::ALL,
        }
    }

    fn one(name: &str) -> TypeSet {
        match name.to_ascii_lowercase().as_str() {
            "null" => TypeSet::NULL,
            "boolean" => TypeSet::BOOLEAN,
            "integer" => TypeSet::INTEGER,
            "number" => TypeSet(TypeSet::INTEGER.0 | TypeSet::FRACTION.0),
            "string" => TypeSet::STRING,
            "array" => TypeSet::ARRAY,
            "object" => TypeSet::OBJECT,
            _ => TypeSet::ALL,
        }
    }

    pub(super) fn and(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 & other.0)
    }

    pub(super) fn without(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 & !other.0)
    }

    pub(super) fn or(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 | other.0)
    }

    /// Whether any of the others is among these.
    pub(super) fn meet(self, other: TypeSet) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn include(self, value: &Value) -> bool {
        self.meet(match value {
            Value::Null => TypeSet::NULL,
            Value::Bool(_) => TypeSet::BOOLEAN,
            Value::Number(number) if number.as_f64().is_some_and(|float| float.fract() == 0.0) => {
                TypeSet::INTEGER
            }
            Value::Number(_) => TypeSet::FRACTION,
            Value::String(_) => TypeSet::STRING,
            Value::Array(_) => TypeSet::ARRAY,
            Value::Object(_) => TypeSet::OBJECT,
        })
    }
}
