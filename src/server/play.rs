//! Plays replies: the one file that sends them, whole ones, events and live ones alike, at once or as their
//! [`Play`] has it. Knows nothing of what they say, nor of the configuration.

#[cfg(test)]
mod noted;
mod performance;

use crate::json;
use crate::play::Finish;
use crate::reply::Body;
use crate::reply::Made;
use crate::reply::Notice;
use crate::reply::Reply;
use crate::server::ending::Ending;
use crate::server::halt::Halt;
use crate::server::handover::Aside;
use crate::server::message;
use crate::server::message::Framing;
use crate::server::message::LAST_CHUNK;
use crate::server::tiny;
use crate::server::tiny::Connection;
use crate::state::State;
use performance::Performance;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;
use std::time::Instant;
use tiny_http::Request;

/// More than this may not fit into a socket's buffer at once.
const SENT_AHEAD: usize = 128 * 1024;

/// Of a body that is made meanwhile so much leaves at a time.
const PIECE: usize = 64 * 1024;

/// How long a refused client may go on sending before it is cut off.
const LINGER: Duration = Duration::from_secs(5);

/// What playing a reply takes.
pub(super) struct Player<'a> {
    pub(super) state: &'a State,
    pub(super) halt: &'a Halt,
    pub(super) connection: Option<Connection>,
    /// Sends another worker to take requests.
    pub(super) step_aside: &'a dyn Fn() -> Aside,
    /// Takes what the webhook is to be told.
    pub(super) deliver: &'a dyn Fn(Vec<Notice>),
    pub(super) framing: Framing,
}

/// Why a reply was not sent to its end.
enum Stop {
    Cut(Finish),
    Failed(io::Error),
}

/// Bytes that have not all been sent.
struct Unsent {
    /// How many have.
    sent: usize,
    error: io::Error,
}

impl From<Unsent> for Stop {
    fn from(unsent: Unsent) -> Stop {
        Stop::Failed(unsent.error)
    }
}

/// Bytes that fit into a socket's buffer, so that sending them does not wait for the client.
struct Fitting<'a>(&'a [u8]);

impl Fitting<'_> {
    fn of(bytes: &[u8]) -> Option<Fitting<'_>> {
        (bytes.len() <= SENT_AHEAD).then_some(Fitting(bytes))
    }

    fn send(self, writer: &mut dyn Write) -> Result<(), Unsent> {
        send(writer, self.0)
    }
}

/// Sends bytes that the client may be slow to take.
fn send_slowly(writer: &mut dyn Write, bytes: &[u8], _: &Aside) -> Result<(), Unsent> {
    send(writer, bytes)
}

/// One write and one flush: anything else would be more than one packet.
fn send(writer: &mut dyn Write, bytes: &[u8]) -> Result<(), Unsent> {
    let mut sent = 0;
    while sent < bytes.len() {
        match writer.write(&bytes[sent..]) {
            Ok(0) => return Err(Unsent { sent, error: io::ErrorKind::WriteZero.into() }),
            Ok(more) => sent += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Unsent { sent, error }),
        }
    }
    // What is longer than a buffer is not held back: there was only a buffer to be sent.
    writer.flush().map_err(|error| Unsent { sent: 0, error })
}

impl Player<'_> {
    /// Sends the reply to a request, and ends the connection where it has to end. Says whether anything of it has left,
    /// and whether all of it has.
    pub(super) fn answer(mut self, request: Request, mut reply: Reply) -> (bool, bool) {
        let effects = std::mem::take(&mut reply.effects);
        let mut ending = Ending::new(self.state, effects, self.deliver);
        if reply.hang_up {
            self.framing.head_only = false;
            self.refuse(request, reply, &mut ending);
            return ending.has_left();
        }
        // Without chunks the end of the connection is that of the body, whatever the client wishes.
        let is_endless = self.framing.old && !self.framing.close && reply.body.is_stream();
        self.framing.close |= is_endless;
        let mut writer = request.into_writer();
        let sent = self.send(&mut writer, reply, &mut ending);
        if let Err(stop) = &sent {
            self.end_connection(stop, &mut ending);
        }
        if let (true, Ok(()) | Err(Stop::Cut(Finish::Clean)), Some(connection)) =
            (is_endless, sent, self.connection)
        {
            connection.hang_up();
        }
        ending.has_left()
    }

    /// Answers a request whose rest must not be read, and ends the connection.
    fn refuse(&self, request: Request, reply: Reply, ending: &mut Ending<'_>) {
        let aside = (self.step_aside)();
        let Some(mut socket) = self.connection.and_then(Connection::socket) else {
            if let Some(request) = tiny::safe_to_drop(request) {
                let _ = self.send(&mut request.into_writer(), reply, ending);
            }
            return;
        };
        // Past tiny_http, which would first wait for the rest of the body.
        match self.send(&mut socket, reply, ending) {
            Ok(()) | Err(Stop::Cut(Finish::Clean)) => {
                if socket.shutdown(Shutdown::Write).is_ok() {
                    read_away(&mut socket, &aside);
                }
                let _ = socket.shutdown(Shutdown::Both);
            }
            Err(stop) => self.end_connection(&stop, ending),
        }
        // Without the writer it would answer 500 now.
        drop(tiny::safe_to_drop(request).map(Request::into_writer));
    }

    /// What was sent of a reply that has come to a stop is no whole reply: without an end of the connection
    /// the client would wait for the rest.
    fn end_connection(&self, stop: &Stop, ending: &mut Ending<'_>) {
        ending.fail();
        let Some(connection) = self.connection else { return };
        match stop {
            Stop::Cut(Finish::Clean) => {}
            Stop::Cut(Finish::Reset) => connection.reset(),
            Stop::Failed(error) if is_gone(error) => {}
            Stop::Cut(Finish::Hard) | Stop::Failed(_) => connection.hang_up(),
        }
    }

    fn send(&self, writer: &mut dyn Write, mut reply: Reply, ending: &mut Ending<'_>) -> Result<(), Stop> {
        if let Body::Made(made) = reply.body {
            reply.body = Body::Empty;
            return self.send_made(writer, &reply, made, ending);
        }
        let is_live = matches!(reply.body, Body::Live(_));
        if is_live || !reply.play.is_at_once(reply.body.is_stream()) {
            return self.perform(writer, &reply, ending);
        }
        let (message, head) = self.message(&reply);
        let Framing { old, head_only, .. } = self.framing;
        let (is_unseen, is_chunked) = (head_only && reply.body.is_stream(), !old && reply.body.is_stream());
        if ending.is_kept() {
            ending.say(reply.into_transcript(head_only));
        } else if let Body::Whole(body) = reply.body {
            json::reuse(body);
        }
        ending.settle(!is_unseen);
        let sent = match Fitting::of(&message) {
            Some(message) => message.send(writer),
            None => send_slowly(writer, &message, &(self.step_aside)()),
        };
        if let Err(unsent) = sent {
            ending.some_left(&message[..unsent.sent], head, is_chunked);
            return Err(unsent.into());
        }
        ending.sent();
        message::reuse(message);
        Ok(())
    }

    /// Sends a body that is made meanwhile, each piece when the one before it has left. It is not played: what the
    /// server tells of itself has no faults.
    fn send_made(
        &self,
        writer: &mut dyn Write,
        reply: &Reply,
        made: Made,
        ending: &mut Ending<'_>,
    ) -> Result<(), Stop> {
        let mut message = message::head(reply, self.framing, None);
        let aside = (self.step_aside)();
        let Framing { old, head_only, .. } = self.framing;
        for piece in made.filter(|piece| !head_only && !piece.is_empty()) {
            // A short body leaves together with its head and its end.
            if message.len() >= PIECE {
                send_slowly(writer, &message, &aside)?;
                message.clear();
            }
            if old {
                message.extend_from_slice(&piece);
            } else {
                message::chunk(&mut message, &piece);
            }
        }
        if !old && !head_only {
            message.extend_from_slice(LAST_CHUNK);
        }
        ending.settle(!head_only);
        send_slowly(writer, &message, &aside)?;
        ending.sent();
        message::reuse(message);
        Ok(())
    }

    /// All of a reply's bytes, and how many of them are its head.
    fn message(&self, reply: &Reply) -> (Vec<u8>, usize) {
        let mut message = message::head(reply, self.framing, self.length(reply));
        let head = message.len();
        match &reply.body {
            _ if self.framing.head_only => {}
            Body::Events(events) if !self.framing.old => {
                message.reserve(events.size() + events.len() * 8 + 8);
                events.iter().for_each(|event| message::chunk(&mut message, event));
                message.extend_from_slice(LAST_CHUNK);
            }
            _ => message.extend_from_slice(reply.bytes()),
        }
        (message, head)
    }

    /// The length of the body as the head tells it; `None` for a stream.
    fn length(&self, reply: &Reply) -> Option<usize> {
        match &reply.body {
            Body::Live(_) | Body::Made(_) => None,
            Body::Events(_) if !self.framing.head_only => None,
            _ => Some(reply.bytes().len()),
        }
    }

    /// Plays a reply piece by piece.
    fn perform(&self, writer: &mut dyn Write, reply: &Reply, ending: &mut Ending<'_>) -> Result<(), Stop> {
        let play = &reply.play;
        let head_only = self.framing.head_only;
        let length = self.length(reply).map(|length| match &reply.body {
            Body::Whole(body) if !head_only => {
                play.told_length(play.damaged(0, body).map_or(length, |damaged| damaged.len()))
            }
            _ => length,
        });
        let is_chunked = !head_only && !self.framing.old && length.is_none();
        let is_stream = reply.body.is_stream() && !head_only;
        let head = |ending: &mut Ending<'_>| {
            ending.begin(&reply.head, is_stream);
            message::head(reply, self.framing, length)
        };
        let body = if head_only { &Body::Empty } else { &reply.body };
        let aside = (self.step_aside)();
        let has_left = |since| self.connection.is_some_and(|connection| tiny::has_left(connection, since));
        let mut performance = Performance::new(play, self.halt, &aside, &has_left, writer, ending);
        performance.run(head, body, is_chunked, !(head_only && reply.body.is_stream()))?;
        message::reuse(performance.into_buffer());
        Ok(())
    }
}

/// Whether an error says that the connection is dead. There is nothing to end then, and its client's
/// port may be another client's by now.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected)
}

/// Takes what the client still sends: a connection closed on unread bytes is reset, and the reset can
/// overtake the reply.
fn read_away(socket: &mut socket2::Socket, _: &Aside) {
    let end = Instant::now() + LINGER;
    let mut scratch = [0; 16 * 1024];
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        if socket.set_read_timeout(Some(left)).is_err() || !matches!(socket.read(&mut scratch), Ok(1..)) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::http;
    use crate::play::Corrupt;
    use crate::play::Cut;
    use crate::play::Damage;
    use crate::play::Events;
    use crate::play::Mark;
    use crate::play::Pace;
    use crate::play::Play;
    use crate::play::Stall;
    use crate::play::Wait;
    use crate::reply::Feed;
    use crate::reply::Live;
    use crate::reply::Piece;
    use crate::rules::Verdict;
    use crate::server::listener;
    use crate::server::workers::Workers;
    use crate::state::KeyId;
    use std::cell::RefCell;
    use std::io::BufRead;
    use std::io::BufReader;
    use std::net::SocketAddr;
    use std::net::TcpStream;
    use std::panic::AssertUnwindSafe;
    use std::panic::catch_unwind;
    use std::sync::Arc;
    use std::sync::Mutex;

    /// Long enough for anything on a busy machine, short enough for a hang to be noticed.
    const PATIENCE: Duration = Duration::from_secs(30);
    const MOMENT: Duration = Duration::from_millis(1);

    const DEFAULT: Play = Play {
        delay: Duration::ZERO,
        pace: Pace::even(Duration::ZERO),
        split: 0,
        stall: None,
        cut: None,
        corrupt: None,
    };

    /// What becomes of the connection.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum End {
        /// The next request is answered on it.
        GoesOn,
        Fin,
        Rst,
        /// Nothing more comes until the server stops.
        Held,
    }
    use End::{Fin, GoesOn, Held, Rst};

    struct Case {
        body: fn() -> Body,
        play: Play,
        /// The body as it comes: the length that is told, or `chunked`, and what comes of it, chunks ended by
        /// a bar, the last one by a dot. Empty where there is not even a head.
        comes: &'static str,
        end: End,
    }

    /// Three events of 9 bytes.
    fn events() -> Body {
        let mut events = Events::default();
        for data in [b"1", b"2", b"3"] {
            events.data(data);
        }
        Body::Events(events)
    }

    fn live() -> Body {
        let (feed, live) = Live::new();
        assert!(feed.data(b"1") && feed.data(b"2") && feed.send(Piece::Bytes(b"data: 3\n\n".to_vec())));
        Body::Live(live)
    }

    fn whole() -> Body {
        Body::Whole(b"0123456789".to_vec())
    }

    fn cut(at: Mark, finish: Finish) -> Play {
        Play { cut: Some(Cut { at, finish }), ..DEFAULT }
    }

    fn stalled(at: Mark, wait: Wait) -> Play {
        Play { stall: Some(Stall { at, wait }), ..DEFAULT }
    }

    fn corrupt(event: usize, damage: Damage) -> Play {
        Play { corrupt: Some(Corrupt { event, damage }), ..DEFAULT }
    }

    fn case(body: fn() -> Body, play: Play, comes: &'static str, end: End) -> Case {
        Case { body, play, comes, end }
    }

    use Finish::{Clean, Hard, Reset};
    use Mark::{Bytes, Start, Time};
    use Wait::{For, ForEver};

    /// The first event never comes.
    const FIRST: Pace =
        Pace { first: Duration::MAX, between: Duration::ZERO, recorded: Vec::new(), jitter: None };

    const ALL: &str = "chunked data: 1  |data: 2  |data: 3  |.";

    #[rustfmt::skip]
    fn cases() -> Vec<Case> { vec![
        case(events, DEFAULT, ALL, GoesOn),
        case(events, Play { delay: MOMENT, ..DEFAULT }, ALL, GoesOn),
        case(events, Play { pace: Pace::even(MOMENT), ..DEFAULT }, ALL, GoesOn),
        case(events, Play { split: 6, ..DEFAULT }, "chunked data: |1  |data: |2  |data: |3  |.", GoesOn),
        case(events, Play { split: 6, pace: Pace::even(MOMENT), ..DEFAULT }, "chunked data: |1  |data: |2  |data: |3  |.", GoesOn),
        case(events, corrupt(1, Damage::InvalidByte), "chunked data: 1  |data: \u{fffd}  |data: 3  |.", GoesOn),
        case(events, corrupt(2, Damage::Truncated), "chunked data: 1  |data: 2  |data:   |.", GoesOn),
        case(events, corrupt(3, Damage::Truncated), ALL, GoesOn),
        case(events, cut(Start, Clean), "", Fin),
        case(events, cut(Start, Hard), "", Fin),
        case(events, cut(Start, Reset), "", Rst),
        case(events, cut(Mark::Events(0), Clean), "chunked .", GoesOn),
        case(events, cut(Mark::Events(0), Hard), "chunked ", Fin),
        case(events, cut(Mark::Events(0), Reset), "chunked ", Rst),
        case(events, cut(Mark::Events(2), Clean), "chunked data: 1  |data: 2  |.", GoesOn),
        case(events, cut(Mark::Events(2), Hard), "chunked data: 1  |data: 2  |", Fin),
        case(events, cut(Mark::Events(2), Reset), "chunked data: 1  |data: 2  |", Rst),
        case(events, cut(Mark::Events(3), Clean), ALL, GoesOn),
        case(events, cut(Mark::Events(3), Hard), "chunked data: 1  |data: 2  |data: 3  |", Fin),
        case(events, cut(Mark::Events(4), Hard), ALL, GoesOn),
        case(events, cut(Bytes(12), Clean), "chunked data: 1  |dat|.", GoesOn),
        case(events, cut(Bytes(12), Hard), "chunked data: 1  |dat|", Fin),
        case(events, cut(Bytes(9), Hard), "chunked data: 1  |", Fin),
        case(events, cut(Bytes(27), Hard), "chunked data: 1  |data: 2  |data: 3  |", Fin),
        case(events, Play { split: 5, ..cut(Bytes(12), Hard) }, "chunked data:| 1  |dat|", Fin),
        case(events, Play { pace: Pace::even(MOMENT), ..cut(Mark::Events(1), Hard) }, "chunked data: 1  |", Fin),
        case(events, stalled(Start, For(MOMENT)), ALL, GoesOn),
        case(events, stalled(Mark::Events(1), For(MOMENT)), ALL, GoesOn),
        case(events, stalled(Bytes(12), For(MOMENT)), "chunked data: 1  |dat|a: 2  |data: 3  |.", GoesOn),
        case(events, stalled(Start, ForEver), "", Held),
        case(events, stalled(Mark::Events(0), ForEver), "chunked ", Held),
        case(events, stalled(Mark::Events(1), ForEver), "chunked data: 1  |", Held),
        case(events, stalled(Mark::Events(3), ForEver), "chunked data: 1  |data: 2  |data: 3  |", Held),
        case(events, stalled(Bytes(5), ForEver), "chunked data:|", Held),
        case(events, Play { delay: Duration::MAX, ..DEFAULT }, "", Held),
        case(events, Play { pace: Pace::even(Duration::MAX), ..DEFAULT }, "chunked data: 1  |", Held),
        case(events, Play { cut: Some(Cut { at: Mark::Events(1), finish: Reset }), ..stalled(Mark::Events(1), For(MOMENT)) }, "chunked data: 1  |", Rst),
        case(events, Play { stall: Some(Stall { at: Mark::Events(1), wait: ForEver }), ..cut(Time(MOMENT), Hard) }, "chunked data: 1  |", Fin),
        case(events, Play { pace: Pace::even(Duration::MAX), ..cut(Time(MOMENT), Reset) }, "chunked data: 1  |", Rst),
        case(events, Play { pace: FIRST, ..cut(Time(MOMENT), Clean) }, "chunked .", GoesOn),
        case(events, Play { pace: FIRST, ..DEFAULT }, "chunked ", Held),
        case(events, cut(Time(Duration::MAX), Hard), ALL, GoesOn),
        case(live, DEFAULT, ALL, GoesOn),
        case(live, Play { pace: Pace::even(MOMENT), ..DEFAULT }, ALL, GoesOn),
        case(live, corrupt(2, Damage::Truncated), "chunked data: 1  |data: 2  |data:   |.", GoesOn),
        case(live, cut(Mark::Events(2), Clean), "chunked data: 1  |data: 2  |.", GoesOn),
        case(live, cut(Bytes(12), Hard), "chunked data: 1  |dat|", Fin),
        case(live, stalled(Mark::Events(3), ForEver), "chunked data: 1  |data: 2  |data: 3  |", Held),
        case(whole, DEFAULT, "10 0123456789", GoesOn),
        case(whole, Play { delay: MOMENT, ..DEFAULT }, "10 0123456789", GoesOn),
        case(whole, Play { pace: Pace::even(Duration::MAX), ..DEFAULT }, "10 0123456789", GoesOn),
        case(whole, Play { split: 3, pace: Pace::even(MOMENT), ..DEFAULT }, "10 0123456789", GoesOn),
        case(whole, Play { split: 3, pace: Pace::even(Duration::MAX), ..DEFAULT }, "10 012", Held),
        case(whole, corrupt(0, Damage::Truncated), "5 01234", GoesOn),
        case(whole, corrupt(0, Damage::InvalidByte), "10 01234\u{fffd}6789", GoesOn),
        case(whole, corrupt(1, Damage::Truncated), "10 0123456789", GoesOn),
        case(whole, cut(Start, Clean), "", Fin),
        case(whole, cut(Start, Reset), "", Rst),
        case(whole, cut(Mark::Events(0), Clean), "0 ", GoesOn),
        case(whole, cut(Mark::Events(0), Hard), "10 ", Fin),
        case(whole, cut(Mark::Events(1), Clean), "10 0123456789", GoesOn),
        case(whole, cut(Mark::Events(1), Hard), "10 0123456789", Fin),
        case(whole, cut(Bytes(4), Clean), "4 0123", GoesOn),
        case(whole, cut(Bytes(4), Hard), "10 0123", Fin),
        case(whole, cut(Bytes(4), Reset), "10 0123", Rst),
        case(whole, cut(Bytes(11), Clean), "10 0123456789", GoesOn),
        case(whole, cut(Bytes(11), Hard), "10 0123456789", GoesOn),
        case(whole, stalled(Bytes(4), For(MOMENT)), "10 0123456789", GoesOn),
        case(whole, stalled(Start, ForEver), "", Held),
        case(whole, stalled(Mark::Events(0), ForEver), "10 ", Held),
        case(whole, stalled(Bytes(4), ForEver), "10 0123", Held),
        case(|| Body::Empty, DEFAULT, "0 ", GoesOn),
        case(|| Body::Empty, cut(Mark::Events(0), Hard), "0 ", Fin),
    ] }

    /// Feeds of live bodies that were asked for.
    static FEEDS: Mutex<Vec<(String, Feed)>> = Mutex::new(Vec::new());

    /// Answers with the case whose number is the path, where the query says so as what cannot be trusted;
    /// `/feed...` with a live body.
    fn respond(_: &State, request: &Arc<http::Request>) -> Reply {
        let path = request.path.trim_start_matches('/');
        let Some(case) = path.parse::<usize>().ok().and_then(|number| cases().into_iter().nth(number)) else {
            let (feed, live) = Live::new();
            FEEDS.lock().expect("the feeds").push((path.to_owned(), feed));
            return Reply::new(200, "", Body::Live(live));
        };
        let mut reply = Reply::new(200, "", (case.body)());
        reply.play = case.play.clone();
        reply.hang_up = request.query == "hang-up";
        reply
    }

    fn server() -> (Arc<Workers>, SocketAddr) {
        let listener = listener::bind("127.0.0.1", 0).expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State::new(Config::default()));
        (Workers::start(state, respond, listener, address, None, None).expect("to start"), address)
    }

    struct Client(BufReader<TcpStream>);

    impl Client {
        fn connect(address: SocketAddr) -> Client {
            let stream = TcpStream::connect(address).expect("a connection");
            stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
            Client(BufReader::new(stream))
        }

        fn request(&mut self, line: &str) {
            let request = format!("{line} HTTP/1.1\r\nhost: fake\r\n\r\n");
            self.0.get_mut().write_all(request.as_bytes()).expect("to write");
        }

        /// A line without its end; empty where there is none.
        fn line(&mut self) -> String {
            let mut line = String::new();
            // A reset is the end as well.
            let _ = self.0.read_line(&mut line);
            line.trim_end().to_owned()
        }

        /// How the length of the body is told; `None` where there is no head.
        fn head(&mut self) -> Option<String> {
            let mut told = None;
            loop {
                let line = self.line();
                if line.is_empty() {
                    return told;
                }
                if let Some((_, value)) = line
                    .split_once(": ")
                    .filter(|(name, _)| ["content-length", "transfer-encoding"].contains(name))
                {
                    told = Some(value.to_owned());
                }
            }
        }

        fn bytes(&mut self, count: usize) -> String {
            let mut bytes = vec![0; count];
            self.0.read_exact(&mut bytes).expect("the bytes");
            String::from_utf8_lossy(&bytes).replace('\n', " ")
        }

        /// A chunk and a bar, or a dot for the last one.
        fn chunk(&mut self) -> String {
            let size = usize::from_str_radix(&self.line(), 16).expect("a size");
            let chunk = self.bytes(size);
            self.line();
            if size == 0 { ".".to_owned() } else { format!("{chunk}|") }
        }

        /// So much as is expected; a case fails where something else comes.
        fn reads(&mut self, expected: &str) -> String {
            if expected.is_empty() {
                return String::new();
            }
            let told = self.head().expect("a head");
            let mut read = format!("{told} ");
            let body = expected.split_once(' ').expect("a body").1;
            if told == "chunked" {
                while read.len() < expected.len() && !read.ends_with('.') {
                    read.push_str(&self.chunk());
                }
            } else {
                read.push_str(&self.bytes(body.chars().count()));
            }
            read
        }

        /// How the connection ends, which it has to.
        fn end(&mut self) -> End {
            match self.0.read(&mut [0]) {
                Ok(0) => Fin,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Rst,
                other => panic!("more of it: {other:?}"),
            }
        }
    }

    #[test]
    fn every_play_is_played_on_every_body() {
        let (workers, address) = server();
        let mut held = Vec::new();
        let cases = cases();
        let twice = cases.iter().enumerate().flat_map(|case| [(case, ""), (case, "?hang-up")]);
        for ((number, Case { play, comes, end, .. }), query) in twice {
            let mut client = Client::connect(address);
            client.request(&format!("GET /{number}{query}"));
            assert_eq!(client.reads(comes), *comes, "{play:?}");
            match end {
                GoesOn if !query.is_empty() => {
                    client.0.get_ref().shutdown(Shutdown::Write).expect("to end");
                    assert_eq!(client.end(), Fin, "{play:?}");
                }
                GoesOn => {
                    client.request("GET /0");
                    assert_eq!(client.reads(ALL), ALL, "{play:?}");
                }
                Held => held.push((client, play)),
                Rst if cfg!(not(target_os = "linux")) => assert_eq!(client.end(), Fin, "{play:?}"),
                Fin | Rst => assert_eq!(client.end(), *end, "{play:?}"),
            }
        }
        for (client, play) in &mut held {
            client.0.get_ref().set_nonblocking(true).expect("an option");
            let more = client.0.read(&mut [0]).expect_err("nothing yet").kind();
            assert_eq!(more, io::ErrorKind::WouldBlock, "{play:?}");
            client.0.get_ref().set_nonblocking(false).expect("an option");
        }
        // Whatever waits ends with the server.
        workers.stop(Duration::ZERO);
        for (client, play) in &mut held {
            assert_eq!(client.end(), Fin, "{play:?}");
        }
    }

    #[test]
    fn without_chunks_a_stream_ends_with_its_connection() {
        let (workers, address) = server();
        for (number, Case { play, comes, end, .. }) in cases().iter().enumerate() {
            let Some(chunks) = comes.strip_prefix("chunked ").filter(|_| matches!(end, GoesOn | Fin)) else {
                continue;
            };
            let mut client = Client::connect(address);
            // Also where the client would rather go on.
            let wish = if number % 2 == 0 { "" } else { "connection: keep-alive\r\n" };
            let request = format!("GET /{number} HTTP/1.0\r\n{wish}\r\n");
            client.0.get_mut().write_all(request.as_bytes()).expect("to write");
            assert_eq!(client.head(), None, "{play:?}");
            let mut rest = Vec::new();
            client.0.read_to_end(&mut rest).expect("its end");
            let rest = String::from_utf8_lossy(&rest).replace('\n', " ");
            assert_eq!(rest, chunks.replace(['|', '.'], ""), "{play:?}");
        }
        workers.stop(PATIENCE);
    }

    fn feed(path: &str) -> Feed {
        let mut feeds = FEEDS.lock().expect("the feeds");
        let at = feeds.iter().position(|(known, _)| known == path).expect("the feed");
        feeds.remove(at).1
    }

    #[test]
    fn a_live_body_goes_on_until_nobody_feeds_it() {
        let (workers, address) = server();
        let mut client = Client::connect(address);
        client.request("HEAD /feed-0");
        assert_eq!(client.head().as_deref(), Some("chunked"));
        client.request("GET /feed-1");
        // Each thing is there before the next one is made.
        assert_eq!(client.head().as_deref(), Some("chunked"));
        let feed = feed("feed-1");
        assert!(feed.data(b"1"));
        assert_eq!(client.chunk(), "data: 1  |");
        assert!(feed.named("x", b"2"));
        assert_eq!(client.chunk(), "event: x data: 2  |");
        assert!(feed.send(Piece::Bytes(Vec::new())) && feed.send(Piece::Bytes(b": ping\n\n".to_vec())));
        assert_eq!(client.chunk(), ": ping  |");
        drop(feed);
        assert_eq!(client.chunk(), ".");
        client.request("GET /0");
        assert_eq!(client.reads(ALL), ALL);
        workers.stop(PATIENCE);
    }

    #[test]
    fn a_live_body_ends_when_the_server_stops() {
        let (workers, address) = server();
        let mut client = Client::connect(address);
        client.request("GET /feed-2");
        assert_eq!(client.head().as_deref(), Some("chunked"));
        let feed = feed("feed-2");
        assert!(feed.data(b"1"));
        let started = Instant::now();
        workers.stop(Duration::MAX);
        assert!(started.elapsed() < PATIENCE);
        assert_eq!(
            (client.chunk().as_str(), client.chunk().as_str(), client.end()),
            ("data: 1  |", ".", Fin)
        );
        assert!(!feed.data(b"2"), "nobody reads");
    }

    /// Does something with what is written.
    struct Written<'a>(&'a dyn Fn(&[u8]) -> io::Result<()>);

    impl Write for Written<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            (self.0)(bytes).map(|()| bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Plays a stream, writing by `write`; says whether it is noted as sent to its end, and how often the
    /// webhook was told.
    fn played(
        state: &State,
        head_only: bool,
        play: Play,
        write: &dyn Fn(&[u8]) -> io::Result<()>,
    ) -> (bool, usize) {
        let request = Arc::new(http::Request::new("GET", "/"));
        let ticket = state.capture(KeyId::of("k"), "kind", false, request);
        let mut reply = Reply::new(200, "", events());
        reply.play = play;
        let (status, is_over) = reply.keep(ticket.place);
        state.answered(ticket.place, status, is_over, Verdict::default());
        let mut effects = std::mem::take(&mut reply.effects);
        effects.tell(Some(Notice { id: "wh_1".to_owned(), kind: "kind", body: Vec::new() }));
        let told = RefCell::new(Vec::new());
        let deliver = |notices: Vec<Notice>| told.borrow_mut().extend(notices);
        let player = Player {
            state,
            halt: &Halt::new(),
            connection: None,
            step_aside: &|| Aside::OF_TEST,
            deliver: &deliver,
            framing: Framing { old: false, close: false, head_only },
        };
        // A panic is caught where a request is served.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let mut ending = Ending::new(state, effects, &deliver);
            let sent = player.send(&mut Written(write), reply, &mut ending);
            assert!(told.borrow().is_empty(), "not before all has been sent");
            if let Err(stop) = sent {
                player.end_connection(&stop, &mut ending);
            }
        }));
        (ended(state), told.borrow().len())
    }

    /// Whether the last stream is noted as sent to its end.
    fn ended(state: &State) -> bool {
        state.requests().last().expect("a request")["ended"] == true
    }

    #[test]
    fn what_a_reply_does_is_done_once_before_its_last_bytes_leave() {
        let state = State::new(Config::default());
        let paced = || Play { pace: Pace::even(MOMENT), ..DEFAULT };
        let seen = |bytes: &[u8]| {
            let is_last = bytes.ends_with(LAST_CHUNK);
            assert_eq!(ended(&state), is_last);
            Ok(())
        };
        let unseen = |_: &[u8]| {
            assert!(!ended(&state));
            Ok(())
        };
        let gone = |_: &[u8]| Err(io::ErrorKind::BrokenPipe.into());
        let late = |_: &[u8]| Err(io::ErrorKind::TimedOut.into());
        let panics = |_: &[u8]| -> io::Result<()> { panic!("on purpose") };
        for play in [DEFAULT, paced()] {
            assert_eq!(played(&state, false, play.clone(), &seen), (true, 1));
            assert_eq!(played(&state, true, play.clone(), &unseen), (false, 1), "only the head");
            for failing in [&gone as &dyn Fn(&[u8]) -> io::Result<()>, &late, &panics] {
                assert_eq!(played(&state, false, play.clone(), failing), (false, 1));
            }
        }
        for finish in [Clean, Hard, Reset] {
            assert_eq!(played(&state, false, cut(Mark::Events(2), finish), &unseen), (false, 1));
        }
    }
}
