//! Tests of what is noted with a captured request of the reply that is played to it.

use crate::config::Config;
use crate::http;
use crate::play::Corrupt;
use crate::play::Cut;
use crate::play::Damage;
use crate::play::Events;
use crate::play::Finish;
use crate::play::Mark;
use crate::play::Play;
use crate::play::Stall;
use crate::play::Wait;
use crate::reply::Body;
use crate::reply::Reply;
use crate::rules::Verdict;
use crate::server::ending::Ending;
use crate::server::halt::Halt;
use crate::server::halt::Phase;
use crate::server::handover::Aside;
use crate::server::message::Framing;
use crate::server::play::Player;
use crate::state::KeyId;
use crate::state::Listing;
use crate::state::State;
use serde_json::Value;
use serde_json::json;
use std::io;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// Takes so many bytes, and keeps them.
struct Taking<'a> {
    most: usize,
    taken: Vec<u8>,
    /// The server is over from the first of them on.
    over: Option<&'a Halt>,
}

impl Write for Taking<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.most - self.taken.len());
        if taken == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if let Some(halt) = self.over {
            halt.enter(Phase::Over);
        }
        self.taken.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Three events of 9 bytes.
fn events() -> Body {
    let mut events = Events::default();
    for data in [b"1", b"2", b"3"] {
        events.data(data);
    }
    Body::Events(events)
}

fn whole() -> Body {
    Body::Whole(b"[1,2,3,4]".to_vec())
}

fn long() -> Body {
    Body::Whole(vec![b'x'; 100_000])
}

/// What is noted when a client takes so many bytes of a reply from a server that is over where it would wait, and how
/// long the head was.
fn noted(body: Body, play: Play, framing: Framing, taken: usize) -> (Value, usize) {
    let state = State::new(Config::default());
    let ticket = state.capture(KeyId::of("k"), "kind", false, Arc::new(http::Request::new("GET", "/")));
    let mut reply = Reply::new(200, "", body);
    let waits = play.stall.is_some() || play.split > 0;
    reply.play = play;
    let (status, ended) = reply.keep(ticket.place);
    state.answered(ticket.place, status, ended, Verdict::default());
    let halt = Halt::new();
    if reply.play.waits_for_head() {
        halt.enter(Phase::Over);
    }
    let (connection, step_aside, deliver) = (None, &|| Aside::OF_TEST, &|_| ());
    let player = Player { state: &state, halt: &halt, connection, step_aside, deliver, framing };
    let mut ending = Ending::new(&state, std::mem::take(&mut reply.effects), deliver);
    let mut writer = Taking { most: taken, taken: Vec::new(), over: waits.then_some(&halt) };
    if let Err(stop) = player.send(&mut writer, reply, &mut ending) {
        player.end_connection(&stop, &mut ending);
    }
    drop(ending);
    let listing = Listing { with_replies: true, ..Listing::default() };
    let list = state.list(None, &listing).collect::<Vec<_>>().concat();
    let mut list: Value = serde_json::from_slice(&list).expect("JSON");
    let head = writer.taken.windows(4).position(|bytes| bytes == b"\r\n\r\n").map_or(0, |at| at + 4);
    (list["requests"][0].take(), head)
}

const CHUNKED: Framing = Framing { old: false, close: false, head_only: false };
const UNFRAMED: Framing = Framing { old: true, close: true, head_only: false };
const HEAD: Framing = Framing { old: false, close: false, head_only: true };

/// A body, how it is played and framed, and what is told then.
type Case = (fn() -> Body, Play, Framing, &'static str);

/// `200 true 1 2 3`: the status, whether it ended, and the data of each event or the body.
fn told(request: &Value) -> String {
    let reply = &request["reply"];
    let said = match reply["events"].as_array() {
        Some(events) => events.iter().map(|event| event["data"].to_string()).collect::<Vec<_>>().join(" "),
        None if reply.is_null() => "nothing".to_owned(),
        None => match &reply["body"] {
            Value::String(text) if text.len() > 20 => format!("{} x", text.len()),
            body => body.to_string(),
        },
    };
    format!("{} {} {said}", request["status"], request["ended"])
}

#[test]
fn what_is_noted_is_what_left() {
    let cut = |at, finish| Play { cut: Some(Cut { at, finish }), ..Play::default() };
    let stalled = |at| Play { stall: Some(Stall { at, wait: Wait::ForEver }), ..Play::default() };
    let delayed = || Play { delay: Duration::from_millis(1), ..Play::default() };
    let damaged =
        || Play { corrupt: Some(Corrupt { event: 1, damage: Damage::Truncated }), ..Play::default() };
    let (clean, hard, reset) = (Finish::Clean, Finish::Hard, Finish::Reset);
    #[rustfmt::skip]
    let cases: Vec<Case> = vec![
        (events, Play::default(), CHUNKED, "200 true 1 2 3"),
        (events, Play::default(), UNFRAMED, "200 true 1 2 3"),
        (events, Play::default(), HEAD, "200 false null"),
        (events, damaged(), CHUNKED, r#"200 true 1 "" 3"#),
        (events, Play { split: 4, ..Play::default() }, CHUNKED, "200 false \"data\""),
        (events, cut(Mark::Events(0), clean), CHUNKED, "200 false "),
        (events, cut(Mark::Events(2), clean), CHUNKED, "200 false 1 2"),
        (events, cut(Mark::Events(2), hard), CHUNKED, "200 false 1 2"),
        (events, cut(Mark::Events(2), reset), UNFRAMED, "200 false 1 2"),
        (events, cut(Mark::Bytes(12), hard), CHUNKED, r#"200 false 1 "dat""#),
        (events, cut(Mark::Events(9), hard), CHUNKED, "200 true 1 2 3"),
        (events, cut(Mark::Start, clean), CHUNKED, "null false nothing"),
        (events, cut(Mark::Start, hard), CHUNKED, "null false nothing"),
        (events, cut(Mark::Start, reset), CHUNKED, "null false nothing"),
        (events, delayed(), CHUNKED, "null false nothing"),
        (events, stalled(Mark::Start), CHUNKED, "null false nothing"),
        (events, stalled(Mark::Events(0)), CHUNKED, "200 false "),
        (events, stalled(Mark::Events(1)), CHUNKED, "200 false 1"),
        (events, stalled(Mark::Bytes(4)), CHUNKED, r#"200 false "data""#),
        (whole, Play::default(), CHUNKED, "200 null [1,2,3,4]"),
        (whole, Play::default(), HEAD, "200 null null"),
        (whole, delayed(), CHUNKED, "null false nothing"),
        (whole, stalled(Mark::Start), CHUNKED, "null false nothing"),
        (whole, stalled(Mark::Bytes(2)), CHUNKED, r#"200 false "[1""#),
        (whole, cut(Mark::Start, hard), CHUNKED, "null false nothing"),
        (whole, cut(Mark::Bytes(3), clean), CHUNKED, r#"200 false "[1,""#),
        (whole, cut(Mark::Bytes(3), hard), UNFRAMED, r#"200 false "[1,""#),
        (whole, cut(Mark::Events(9), hard), CHUNKED, "200 true [1,2,3,4]"),
        (long, Play::default(), CHUNKED, "200 null 100000 x"),
        (long, cut(Mark::Bytes(70_000), hard), CHUNKED, "200 false 70000 x"),
        (|| Body::Empty, Play::default(), CHUNKED, "200 null null"),
    ];
    for (body, play, framing, expected) in cases {
        let (request, _) = noted(body(), play.clone(), framing, usize::MAX);
        assert_eq!(told(&request), expected, "{play:?}");
    }
}

#[test]
fn of_a_client_that_takes_no_more_there_is_what_it_took() {
    // Played piece by piece, though nothing is done to it.
    let played = || Play { cut: Some(Cut { at: Mark::Events(99), finish: Finish::Hard }), ..Play::default() };
    for play in [Play::default(), played()] {
        let (_, head) = noted(events(), play.clone(), CHUNKED, usize::MAX);
        for (taken, expected) in [
            (0, "null false nothing"),
            (1, "200 false "),
            (head, "200 false "),
            // A chunk is framed by 3 bytes before it and 2 behind it.
            (head + 3, "200 false "),
            (head + 12, "200 false 1"),
            (head + 14, "200 false 1"),
            (head + 14 + 7, r#"200 false 1 "data""#),
            (head + 42, "200 false 1 2 3"),
            (head + 46, "200 false 1 2 3"),
            (head + 47, "200 true 1 2 3"),
        ] {
            let (request, _) = noted(events(), play.clone(), CHUNKED, taken);
            assert_eq!(told(&request), expected, "{taken} of {head} {play:?}");
        }
        let ended = if play == Play::default() { Value::Null } else { json!(true) };
        let (_, head) = noted(whole(), play.clone(), CHUNKED, usize::MAX);
        for (taken, expected) in [
            (0, "null false nothing".to_owned()),
            (head, "200 false null".to_owned()),
            (head + 2, r#"200 false "[1""#.to_owned()),
            (head + 9, format!("200 {ended} [1,2,3,4]")),
        ] {
            let (request, _) = noted(whole(), play.clone(), CHUNKED, taken);
            assert_eq!(told(&request), expected, "{taken} of {head} {play:?}");
        }
    }
}
