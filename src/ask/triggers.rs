//! What the last message of a user can ask for, so that a test sees an end that is not the usual one.

use crate::ask::turn::Turn;
use crate::ask::turn::since_user;

/// An end that a message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// The model refuses to answer.
    Refusal,
    /// The content filter stops the answer in its midst.
    ContentFilter,
    /// A response fails, and says so.
    Failed,
    /// There is an error in place of a response, or in the midst of its events.
    Error,
}

/// The texts, in the order in which they count. A legacy completion has them in its prompt; the last two are
/// of the Responses API alone.
const TABLE: [(&str, Trigger); 4] = [
    ("[refusal]", Trigger::Refusal),
    ("[content_filter]", Trigger::ContentFilter),
    ("[failed]", Trigger::Failed),
    ("[error]", Trigger::Error),
];

/// Those that a message has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Triggers([bool; TABLE.len()]);

impl Triggers {
    /// Those of the last turn of a user.
    pub(crate) fn of_last(turns: &[&Turn<'_>]) -> Triggers {
        let (asked, _) = since_user(turns);
        asked.map_or(Triggers::default(), |turn| Triggers::of(turn.texts()))
    }

    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Triggers {
        let mut found = Triggers::default();
        // Nearly no text has any, and each of them begins so.
        for text in texts.filter(|text| text.contains('[')) {
            for (place, (written, _)) in found.0.iter_mut().zip(TABLE) {
                *place |= text.contains(written);
            }
        }
        found
    }

    pub(crate) fn has(self, trigger: Trigger) -> bool {
        self.0.iter().zip(TABLE).any(|(found, (_, one))| *found && one == trigger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_of_the_table_is_found_wherever_it_stands() {
        for (text, trigger) in TABLE {
            for said in [text.to_owned(), format!("[ {text} ]"), format!("Please: {text}")] {
                let found = Triggers::of([said.as_str()].into_iter());
                assert!(found.has(trigger), "{said}");
                assert_eq!(TABLE.iter().filter(|(_, one)| found.has(*one)).count(), 1, "{said}");
            }
        }
        assert_eq!(Triggers::of(["refusal", "[Refusal]", "[refusal"].into_iter()), Triggers::default());
    }
}
