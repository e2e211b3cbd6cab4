//! What is told as it was given, in place of what follows from the request. Never decides what is given.

/// The fields of a reply that were given; each endpoint tells those that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) id: Option<String>,
    /// In seconds since 1970.
    pub(crate) created: Option<u64>,
    pub(crate) model: Option<String>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) usage: GivenUsage,
}

/// Token counts that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GivenUsage {
    pub(crate) input: Option<u64>,
    /// The part of the input that was read before.
    pub(crate) cached: Option<u64>,
    pub(crate) output: Option<u64>,
    /// The part of the output that the model thought.
    pub(crate) reasoning: Option<u64>,
    /// What is told as the sum, whatever the parts are.
    pub(crate) total: Option<u64>,
}

/// Token counts as they are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) input: u64,
    pub(crate) cached: u64,
    pub(crate) output: u64,
    pub(crate) reasoning: u64,
    pub(crate) total: u64,
}

impl GivenUsage {
    /// These, and what was counted where nothing is given.
    pub(crate) fn or_counted(&self, input: usize, output: usize, reasoning: usize) -> Usage {
        let (input, output) = (self.input.unwrap_or(input as u64), self.output.unwrap_or(output as u64));
        Usage {
            input,
            cached: self.cached.unwrap_or(0),
            output,
            reasoning: self.reasoning.unwrap_or(reasoning as u64),
            total: self.total.unwrap_or_else(|| input.saturating_add(output)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_stands_before_what_was_counted() {
        let told = |usage: GivenUsage| {
            let Usage { input, cached, output, reasoning, total } = usage.or_counted(5, 7, 2);
            [input, cached, output, reasoning, total]
        };
        let none = GivenUsage::default();
        assert_eq!(told(none), [5, 0, 7, 2, 12]);
        assert_eq!(told(GivenUsage { input: Some(9), cached: Some(4), ..none }), [9, 4, 7, 2, 16]);
        assert_eq!(told(GivenUsage { output: Some(0), reasoning: Some(1), ..none }), [5, 0, 0, 1, 5]);
        assert_eq!(told(GivenUsage { total: Some(1), ..none }), [5, 0, 7, 2, 1]);
        assert_eq!(told(GivenUsage { input: Some(u64::MAX), ..none })[4], u64::MAX);
    }
}
