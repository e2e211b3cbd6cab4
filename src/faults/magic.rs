//! Faults that need no set-up: behind the name of a key (`sk-fault-429`, `sk-mine-fault-500-twice`) or of a model
//! (`gpt-4o:fault-stall-3`). Turned into the grammar of all faults, and read by it.

use crate::error;
use crate::faults::order::FaultOrder;
use crate::faults::table::kind_of;
use crate::faults::value::FaultTakes;

/// What stands between a key and its faults.
const KEY_MARK: &str = "-fault-";
/// What stands between a model and its faults.
pub(crate) const MODEL_MARK: &str = ":fault-";

/// The faults that a key asks for, if it does.
pub(crate) fn of_key(key: &str) -> Option<Result<FaultOrder, String>> {
    let at = position(key, KEY_MARK)?;
    Some(read(&key[at + KEY_MARK.len()..]))
}

/// A model's own name, and the faults behind it.
pub(crate) fn of_model(model: &str) -> Option<(&str, Result<FaultOrder, String>)> {
    let at = position(model, MODEL_MARK)?;
    Some((&model[..at], read(&model[at + MODEL_MARK.len()..])))
}

/// Where a mark begins. Each request's key and model is looked at: in texts as short as these, a search that prepares
/// itself costs ten times as much.
fn position(text: &str, mark: &str) -> Option<usize> {
    text.as_bytes().windows(mark.len()).position(|part| part == mark.as_bytes())
}

fn read(words: &str) -> Result<FaultOrder, String> {
    FaultOrder::read(&spelled(words))
}

/// `500-twice` as `500; times=2`, `stall-3` as `stall=3`.
fn spelled(words: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut words = words.split('-').filter(|word| *word != "fault").peekable();
    while let Some(word) = words.next() {
        let often = match word {
            "once" => "times=1",
            "twice" => "times=2",
            "thrice" => "times=3",
            _ => "",
        };
        if !often.is_empty() {
            parts.push(often.to_owned());
            continue;
        }
        // `rate-limit`, as some would write it.
        let joined = words.peek().map(|next| format!("{word}_{next}")).filter(|_| !is_named(word));
        let name = match joined.filter(|name| is_named(name)) {
            Some(name) => {
                words.next();
                name
            }
            None => word.to_owned(),
        };
        let value = words.peek().copied().filter(|next| match kind_of(&name) {
            Some(kind) => kind.takes != FaultTakes::Nothing && kind.takes.read(next).is_ok(),
            None => ["times", "after", "probability", "seed"].contains(&word),
        });
        if value.is_some() {
            words.next();
        }
        parts.push(value.map_or(name.clone(), |value| format!("{name}={value}")));
    }
    parts.join("; ")
}

fn is_named(name: &str) -> bool {
    kind_of(name).is_some() || error::is_asked_by(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_faults() {
        for (words, text) in [
            ("429", "429"),
            ("500-twice", "500; times=2"),
            ("503-once", "503; times=1"),
            ("stall-3", "stall=3"),
            ("stall", "stall"),
            ("stall-start", "stall=start"),
            ("stall-3-for-2s", "stall=3; for=2s"),
            ("cut-3", "cut=3"),
            ("cut-120b", "cut=120b"),
            ("reset-3", "reset=3"),
            ("delay-200ms", "delay=200ms"),
            ("delay-200ms-429-twice", "delay=200ms; 429; times=2"),
            ("delay-200ms-fault-429", "delay=200ms; 429"),
            ("rate_limit", "rate_limit"),
            ("rate-limit", "rate_limit"),
            ("bad-json-2", "bad_json=2"),
            ("bad_json-2", "bad_json=2"),
            ("error-3-as-overloaded", "error=3; as=overloaded"),
            ("500-after-2-times-1", "500; after=2; times=1"),
            ("nonsense", "nonsense"),
            ("", ""),
        ] {
            assert_eq!(spelled(words), text, "{words}");
        }
    }

    #[test]
    fn where_they_stand() {
        for (key, is_fault) in [
            ("sk-fault-429", true),
            ("sk-mine-fault-500-twice", true),
            ("sk-fault-nonsense", false),
            ("sk-fault-", false),
        ] {
            assert_eq!(of_key(key).expect(key).is_ok(), is_fault, "{key}");
        }
        for key in ["sk-test", "fault-429", "sk-fault", "sk-default-429"] {
            assert!(of_key(key).is_none(), "{key}");
        }
        let (model, order) = of_model("gpt-4o:fault-429").expect("a fault");
        assert!(model == "gpt-4o" && order.is_ok());
        let (model, order) = of_model("ft:gpt-4o:me::1:fault-cut-3").expect("a fault");
        assert!(model == "ft:gpt-4o:me::1" && order.is_ok());
        assert!(of_model("gpt-4o").is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_key_panics(words in "[a-z0-9_-]{0,40}|.*") {
            let _ = of_key(&format!("sk-fault-{words}"));
            let _ = of_model(&format!("m:fault-{words}"));
        }
    }
}
