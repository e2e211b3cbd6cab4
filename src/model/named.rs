//! From a model's name to what is known of it.

use crate::model::abilities::Abilities;
use crate::model::drawing::Drawing;
use crate::model::families::OTHER;
use crate::model::table::TABLE;

/// What a model can do. A snapshot and a fine-tuned model can do what their base can.
pub(crate) fn abilities(model: &str) -> &'static Abilities {
    let base = model.strip_prefix("ft:").and_then(|rest| rest.split(':').next()).unwrap_or(model);
    let find = |id: &str| TABLE.iter().find(|row| row.id == id);
    find(base).or_else(|| find(undated(base))).unwrap_or(&OTHER)
}

/// A name without the date of its snapshot: `-2024-08-06`, or the older `-0613`.
fn undated(model: &str) -> &str {
    let is_date = |tail: &str, shape: &str| {
        tail.len() == shape.len()
            && tail.bytes().zip(shape.bytes()).all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    for shape in ["-0000-00-00", "-0000"] {
        let cut = model.len().saturating_sub(shape.len());
        if model.get(cut..).is_some_and(|tail| is_date(tail, shape)) {
            return &model[..cut];
        }
    }
    model
}

/// How a model draws.
pub(crate) fn drawing(model: &str) -> &'static Drawing {
    abilities(model).drawing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_can_do_what_its_alias_can() {
        let id = |model| abilities(model).id;
        assert_eq!(id("gpt-4o-2024-08-06"), "gpt-4o");
        assert_eq!(id("gpt-4o-2024-05-13"), "gpt-4o-2024-05-13");
        assert_eq!(id("gpt-4-0613"), "gpt-4");
        assert_eq!(id("gpt-3.5-turbo-0125"), "gpt-3.5-turbo");
        assert_eq!(id("gpt-4-0125-preview"), "gpt-4-0125-preview");
        assert_eq!(id("ft:gpt-4o-mini-2024-07-18:acme::abc"), "gpt-4o-mini");
        assert_eq!(id("gpt-image-2-2026-04-21"), "gpt-image-2");
        assert_eq!(id("came-out-yesterday"), "");
        assert_eq!(id("-2024-08-06"), "");
        assert_eq!(id("ü"), "");
    }

    #[test]
    fn no_model_stands_twice() {
        let mut ids: Vec<&str> = TABLE.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
