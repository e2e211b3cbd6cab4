//! What a conversation consists of, whichever operation carries it. Read once, by `read`; behind it nobody
//! asks for a field by its name.

use serde_json::Value;

/// Who speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    System,
    Developer,
    User,
    Assistant,
    /// The output of a tool, of whatever kind.
    Tool,
    /// The output of a function, in the older form.
    Function,
    /// Nobody: an item that is no message, no call and no output.
    #[default]
    Nobody,
}

impl Role {
    pub(crate) fn of(name: &str) -> Role {
        match name {
            "system" => Role::System,
            "developer" => Role::Developer,
            "user" => Role::User,
            "assistant" => Role::Assistant,
            "tool" => Role::Tool,
            "function" => Role::Function,
            _ => Role::Nobody,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::Developer => "developer",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
            Role::Function => "function",
            Role::Nobody => "",
        }
    }

    /// Whether it tells the model what to do, before anyone speaks.
    pub(crate) fn instructs(self) -> bool {
        matches!(self, Role::System | Role::Developer)
    }
}

/// A message, or an item: a call, an output, a thought.
#[derive(Debug, Default)]
pub(crate) struct Turn<'a> {
    /// `message`, or the item's type.
    pub(crate) kind: &'a str,
    pub(crate) id: Option<&'a str>,
    pub(crate) role: Role,
    /// The name of the message's author.
    pub(crate) author: Option<&'a str>,
    /// What is said, where it is one string.
    pub(crate) text: Option<&'a str>,
    /// What is said, where it is several parts.
    pub(crate) parts: Vec<Part<'a>>,
    /// What the model said instead, in an earlier answer.
    pub(crate) refusal: Option<&'a str>,
    /// The calls of an assistant; the item itself where it is one.
    pub(crate) calls: Vec<CallRef<'a>>,
    /// A call in the older form.
    pub(crate) function_call: Option<CallRef<'a>>,
    /// The id of the call that this is, or that it is the output of.
    pub(crate) call_id: &'a str,
    /// Whether a message or an item has a content, be it empty.
    pub(crate) has_content: bool,
    /// Whether it refers to sound that was answered.
    pub(crate) has_audio: bool,
    /// What only a model can read.
    pub(crate) encrypted: Option<&'a str>,
    /// What it has to do with an MCP server.
    pub(crate) mcp: McpRef<'a>,
    /// The name of the tool that an output is of, where it is told.
    pub(crate) tool: &'a str,
    /// Whether the one part is the content itself, not one of several in it.
    pub(crate) is_part: bool,
    /// What is asked for from here on.
    pub(crate) update: Update<'a>,
}

/// What is asked for in the midst of a conversation, in place of what the request says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Update<'a> {
    /// How hard the model is to think.
    pub(crate) effort: Option<&'a str>,
    /// What a text is held to.
    pub(crate) format: Option<&'a Value>,
}

/// A part of what is said.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    /// A text in tokens, as the older operations take it.
    Tokens(Vec<u32>),
    Refusal(&'a str),
    Image(ImageRef<'a>),
    Sound(SoundRef<'a>),
    File(FileRef<'a>),
    /// One that nothing depends on.
    Other,
}

/// An image that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageRef<'a> {
    pub(crate) url: Option<&'a str>,
    pub(crate) has_file_id: bool,
    /// Whether a small picture of it is enough.
    pub(crate) in_low_detail: bool,
}

/// A sound that is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SoundRef<'a> {
    /// In base64.
    pub(crate) data: &'a str,
    pub(crate) is_wav: bool,
}

/// A file that is handed over: by its id, by an address, or its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileRef<'a> {
    /// In base64, alone or behind a comma.
    pub(crate) data: Option<&'a str>,
    /// Where it is to be fetched.
    pub(crate) url: Option<&'a str>,
    pub(crate) is_named: bool,
}

/// A call that was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallRef<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) name: &'a str,
    /// What it was given: JSON, or any text.
    pub(crate) arguments: &'a str,
    /// Whether it takes any text.
    pub(crate) custom: bool,
}

/// What an item says of an MCP server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct McpRef<'a> {
    pub(crate) server: &'a str,
    /// The tool, and what it is to be given.
    pub(crate) name: &'a str,
    pub(crate) arguments: &'a str,
    /// The request that an approval answers, and what it says.
    pub(crate) request: &'a str,
    pub(crate) approves: bool,
}

impl<'a> Turn<'a> {
    /// What a user says who says but this.
    pub(crate) fn of_user(text: &'a str) -> Turn<'a> {
        Turn { kind: "message", role: Role::User, text: Some(text), ..Turn::default() }
    }

    /// The same in parts.
    pub(crate) fn of_parts(parts: Vec<Part<'a>>) -> Turn<'a> {
        Turn { kind: "message", role: Role::User, parts, ..Turn::default() }
    }

    /// Every text in what is said.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a str> {
        let of_part = |part: &Part<'a>| match part {
            Part::Text(text) => Some(*text),
            _ => None,
        };
        self.text.into_iter().chain(self.parts.iter().filter_map(of_part))
    }

    /// The addresses of the images in it.
    pub(crate) fn image_urls(&self) -> impl Iterator<Item = &'a str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Image(image) => image.url,
            _ => None,
        })
    }

    /// The sounds in it.
    pub(crate) fn sounds(&self) -> impl Iterator<Item = SoundRef<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Sound(sound) => Some(*sound),
            _ => None,
        })
    }

    /// Whether the model reads it as a turn. Its own thoughts and what ran on the server it does not.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.kind, "message" | "function_call" | "custom_tool_call" | "mcp_approval_response")
            || self.kind.ends_with("_call_output")
    }
}

/// The last turn of a user, and what came behind it.
pub(crate) fn since_user<'a, 'b>(turns: &'b [&'a Turn<'a>]) -> (Option<&'a Turn<'a>>, &'b [&'a Turn<'a>]) {
    match turns.iter().rposition(|turn| turn.role == Role::User) {
        Some(at) => (Some(turns[at]), &turns[at + 1..]),
        None => (None, turns),
    }
}
