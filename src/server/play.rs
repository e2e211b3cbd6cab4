//! Plays replies: the one file that sends them, whole ones, events and live ones alike, at once or as their
//! [`Play`] has it. Knows nothing of what they say, nor of the configuration.

mod performance;

use crate::json;
use crate::reply::Body;
use crate::reply::Finish;
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

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Failed(error)
    }
}

/// Bytes that fit into a socket's buffer, so that sending them does not wait for the client.
struct Fitting<'a>(&'a [u8]);

impl Fitting<'_> {
    fn of(bytes: &[u8]) -> Option<Fitting<'_>> {
        (bytes.len() <= SENT_AHEAD).then_some(Fitting(bytes))
    }

    fn send(self, writer: &mut dyn Write) -> io::Result<()> {
        send(writer, self.0)
    }
}

/// Sends bytes that the client may be slow to take.
fn send_slowly(writer: &mut dyn Write, bytes: &[u8], _: &Aside) -> io::Result<()> {
    send(writer, bytes)
}

/// One write and one flush: anything else would be more than one packet.
fn send(writer: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    writer.write_all(bytes)?;
    writer.flush()
}

impl Player<'_> {
    /// Sends the reply to a request, and ends the connection where it has to end.
    pub(super) fn answer(mut self, request: Request, mut reply: Reply) {
        let effects = std::mem::take(&mut reply.effects);
        let mut ending = Ending::new(self.state, effects, self.deliver);
        if reply.hang_up {
            self.framing.head_only = false;
            self.refuse(request, reply, &mut ending);
            return;
        }
        let mut writer = request.into_writer();
        if let Err(stop) = self.send(&mut writer, reply, &mut ending) {
            self.end_connection(&stop, &mut ending);
        }
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

    fn send(&self, writer: &mut dyn Write, reply: Reply, ending: &mut Ending<'_>) -> Result<(), Stop> {
        let is_live = matches!(reply.body, Body::Live(_));
        if is_live || !reply.play.is_at_once(reply.body.is_stream()) {
            return self.perform(writer, &reply, ending);
        }
        let message = self.message(&reply);
        let is_unseen = self.framing.head_only && reply.body.is_stream();
        if let Body::Whole(body) = reply.body {
            json::reuse(body);
        }
        ending.settle(!is_unseen);
        match Fitting::of(&message) {
            Some(message) => message.send(writer)?,
            None => send_slowly(writer, &message, &(self.step_aside)())?,
        }
        ending.sent();
        message::reuse(message);
        Ok(())
    }

    /// All of a reply's bytes.
    fn message(&self, reply: &Reply) -> Vec<u8> {
        let mut message = message::head(reply, self.framing, self.length(reply));
        match &reply.body {
            _ if self.framing.head_only => {}
            Body::Events(events) if !self.framing.old => {
                message.reserve(events.size() + events.len() * 8 + 8);
                events.iter().for_each(|event| message::chunk(&mut message, event));
                message.extend_from_slice(LAST_CHUNK);
            }
            _ => message.extend_from_slice(reply.bytes()),
        }
        message
    }

    /// The length of the body as the head tells it; `None` for a stream.
    fn length(&self, reply: &Reply) -> Option<usize> {
        match &reply.body {
            Body::Live(_) => None,
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
        let head = || message::head(reply, self.framing, length);
        let body = if head_only { &Body::Empty } else { &reply.body };
        let aside = (self.step_aside)();
        let mut performance = Performance::new(play, self.halt, &aside, writer, ending);
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
