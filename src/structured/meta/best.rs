//! Which of several faults is told, and how it reads.

use crate::structured::meta::Culprit;
use crate::structured::meta::Either;
use crate::structured::meta::Inspection;
use crate::structured::meta::SchemaFault;
use crate::structured::meta::Spot;
use crate::structured::meta::Step;
use crate::structured::meta::Wrong;
use crate::structured::python;
use std::cmp::Ordering;

/// What faults are ordered by: how near the root, where, and two flags.
type Rank<'a> = (Vec<Step<'a>>, bool, bool);

fn rank<'a>(place: Option<&Spot<'a, '_>>, fault: &SchemaFault<'_>) -> Rank<'a> {
    let mut steps: Vec<Step<'a>> =
        std::iter::successors(place, |place| place.above).map(|place| place.step).collect();
    steps.reverse();
    (steps, !matches!(fault.what, Wrong::Neither(_)), !fault.typed)
}

/// The fewer steps the greater.
fn compare(one: &Rank<'_>, other: &Rank<'_>) -> Ordering {
    other.0.len().cmp(&one.0.len()).then_with(|| one.cmp(other))
}

/// The first of the greatest faults.
#[derive(Default)]
pub(super) struct Best<'a>(Option<(Rank<'a>, SchemaFault<'a>)>);

impl<'a> Best<'a> {
    pub(super) fn hear(&mut self, place: Option<&Spot<'a, '_>>, fault: SchemaFault<'a>) {
        let new = rank(place, &fault);
        if self.0.as_ref().is_none_or(|(best, _)| compare(&new, best).is_gt()) {
            self.0 = Some((new, fault));
        }
    }

    pub(super) fn fault(self) -> Option<SchemaFault<'a>> {
        self.0.map(|(_, fault)| fault)
    }
}

/// The least fault, where it is one alone. Of alternatives that all fail, the one that came furthest is meant.
#[derive(Default)]
struct Least<'a> {
    fault: Option<(Rank<'a>, SchemaFault<'a>)>,
    shared: bool,
}

impl<'a> Least<'a> {
    fn hear(&mut self, place: Option<&Spot<'a, '_>>, fault: SchemaFault<'a>) {
        let new = rank(place, &fault);
        let order = self.fault.as_ref().map_or(Ordering::Less, |(least, _)| compare(&new, least));
        match order {
            Ordering::Less => {
                self.shared = fault.times > 1;
                self.fault = Some((new, fault));
            }
            Ordering::Equal => self.shared = true,
            Ordering::Greater => {}
        }
    }
}

/// What the alternatives say against a value, where one of them says most.
fn closest<'a>(fault: &SchemaFault<'a>) -> Option<SchemaFault<'a>> {
    let (Wrong::Neither(either), Culprit::Value(value)) = (fault.what, fault.of) else { return None };
    let mut least = Least::default();
    let mut walk = Inspection { hear: &mut |place, fault| least.hear(place, fault) };
    match either {
        Either::TypeOrTypes => {
            (walk.hear)(None, SchemaFault::new(value, Wrong::NoType));
            walk.list_of_types(value);
        }
        Either::SchemaOrNames => {
            walk.schema(value, None);
            walk.names(value, None);
        }
    }
    least.fault.filter(|_| !least.shared).map(|(_, fault)| fault)
}

/// The sentence, without its full stop.
pub(super) fn sentence(mut fault: SchemaFault<'_>) -> String {
    while let Some(closer) = closest(&fault) {
        fault = closer;
    }
    let shown = match fault.of {
        Culprit::Value(value) => python::repr(value),
        Culprit::Name(name) => python::quoted(name),
    };
    let why = match fault.what {
        Wrong::Type(types) => return format!("{shown} is not of type {types}"),
        Wrong::Unlike(pattern) => return format!("{shown} does not match '{pattern}'"),
        Wrong::Empty => "should be non-empty",
        Wrong::Repeats => "has non-unique elements",
        Wrong::NoRegex => "is not a 'regex'",
        Wrong::Negative => "is less than the minimum of 0",
        Wrong::NotPositive => "is less than or equal to the minimum of 0",
        Wrong::NoType => {
            "is not one of ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']"
        }
        Wrong::Neither(_) => "is not valid under any of the given schemas",
    };
    format!("{shown} {why}")
}
