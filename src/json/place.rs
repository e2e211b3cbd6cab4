//! Finds the line of a place in a text, for messages that name it. Never says whether the text is right.

/// The line of what a JSON pointer leads to, or of the nearest around it that is there; none where the text
/// ends before anything begins. Lines count from one.
pub(crate) fn line_of(text: &str, pointer: &str) -> Option<usize> {
    let mut search = Seeker::of(pointer);
    let mut line = 1;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && !search.found() {
        let start = at;
        at += 1;
        match bytes[start] {
            b'\n' => line += 1,
            b'{' => search.opens(line, true),
            b'[' => search.opens(line, false),
            b'}' | b']' => search.closes(),
            b'"' => {
                at = string_end(bytes, at);
                if search.wants_key() {
                    let key = text.get(start..at).and_then(|quoted| serde_json::from_str(quoted).ok());
                    search.key(key.unwrap_or_default(), line);
                } else {
                    search.value(line);
                }
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => {
                while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
                {
                    at += 1;
                }
                search.value(line);
            }
            _ => {}
        }
    }
    search.line
}

/// Where a string ends that begins before `at`: behind its closing quote.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Follows a reader through a text, until it comes to a place.
pub(crate) struct Seeker {
    wanted: Vec<String>,
    open: Vec<Level>,
    line: Option<usize>,
    done: bool,
}

/// A list or an object that has not ended.
struct Level {
    /// It is on the way to the place.
    leads: bool,
    object: bool,
    /// How many values have begun in it.
    begun: usize,
    /// The name that the next value goes by, and its line.
    key: Option<(String, usize)>,
}

impl Seeker {
    pub(crate) fn of(pointer: &str) -> Seeker {
        let steps = pointer.split('/').skip(1);
        let wanted = steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
        Seeker { wanted, open: Vec::new(), line: None, done: false }
    }

    /// The place was come to: there is nothing more to read.
    pub(crate) fn found(&self) -> bool {
        self.done
    }

    pub(crate) fn line(&self) -> Option<usize> {
        self.line
    }

    /// What comes next is the name of a value.
    pub(crate) fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|level| level.object && level.key.is_none())
    }

    pub(crate) fn key(&mut self, name: String, line: usize) {
        if let Some(level) = self.open.last_mut() {
            level.key = Some((name, line));
        }
    }

    /// A value that holds no others.
    pub(crate) fn value(&mut self, line: usize) {
        self.begins(line);
    }

    /// A list or an object begins.
    pub(crate) fn opens(&mut self, line: usize, object: bool) {
        let leads = self.begins(line);
        self.open.push(Level { leads, object, begun: 0, key: None });
    }

    pub(crate) fn closes(&mut self) {
        self.open.pop();
    }

    /// Whether the place is this value or stands in it.
    fn begins(&mut self, line: usize) -> bool {
        let depth = self.open.len();
        let mut line = line;
        let mut leads = depth == 0 && self.line.is_none();
        if let Some(level) = self.open.last_mut() {
            let step = match level.key.take() {
                Some((name, at)) => {
                    line = at;
                    name
                }
                None => level.begun.to_string(),
            };
            level.begun += 1;
            leads = level.leads && self.wanted.get(depth - 1) == Some(&step);
        }
        if leads {
            self.line = Some(line);
            self.done = depth == self.wanted.len();
        }
        leads
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n  \"rules\": [\n    {\"match\": {}, \"a/b\": 1,\n     \"c\\\"\": [true,\n     -1.5e3, \"x\\\\\"]},\n    {}\n  ]\n}\n";

    #[test]
    fn a_pointer_leads_to_its_line() {
        for (pointer, line) in [
            ("", 1),
            ("/rules", 2),
            ("/rules/0", 3),
            ("/rules/0/match", 3),
            ("/rules/0/a~1b", 3),
            ("/rules/0/c\"", 4),
            ("/rules/0/c\"/0", 4),
            ("/rules/0/c\"/1", 5),
            ("/rules/0/c\"/2", 5),
            ("/rules/1", 6),
            // What is not there: what it is missing from.
            ("/rules/1/match/user", 6),
            ("/rules/9", 2),
            ("/other", 1),
        ] {
            assert_eq!(line_of(TEXT, pointer), Some(line), "{pointer}");
        }
        assert_eq!(line_of(" \n", ""), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in r#"[{}\[\]",:a0\\ \n/-]{0,40}"#, pointer in "[/~a0]{0,6}") {
            line_of(&text, &pointer);
        }
    }
}
