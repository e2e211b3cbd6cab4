//! A reply that is played piece by piece: where it waits, where it ends before its time, and what has to
//! leave before that. Knows no connection.

use crate::play::Cut;
use crate::play::Finish;
use crate::play::Mark;
use crate::play::Play;
use crate::play::Wait;
use crate::reply::Body;
use crate::reply::Live;
use crate::reply::Piece;
use crate::server::ending::Ending;
use crate::server::halt::FOREVER;
use crate::server::halt::Halt;
use crate::server::halt::LOOK_UP;
use crate::server::halt::Phase;
use crate::server::handover::Aside;
use crate::server::message;
use crate::server::message::LAST_CHUNK;
use crate::server::play::Stop;
use crate::server::play::send_slowly;
use std::io;
use std::io::Write;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::TryRecvError;
use std::time::Instant;

/// A reply that is played piece by piece.
pub(super) struct Performance<'a, 'e> {
    play: &'a Play,
    halt: &'a Halt,
    aside: &'a Aside,
    /// Whether the client is known to have left since then.
    has_left: &'a dyn Fn(Instant) -> bool,
    writer: &'a mut dyn Write,
    ending: &'a mut Ending<'e>,
    is_chunked: bool,
    has_begun: bool,
    has_stalled: bool,
    /// What is framed and has not left yet: what need not wait for anything leaves together.
    buffer: Vec<u8>,
    /// How much of that is the head.
    head: usize,
    /// How many pieces, events most of all, are framed.
    pieces: usize,
    /// How many bytes of the body are.
    bytes: usize,
    /// When the last piece was due.
    due: Instant,
    /// When the head left.
    begun: Instant,
}

/// The server is over.
fn halted() -> Stop {
    Stop::Failed(io::Error::other("the server stops"))
}

impl<'a, 'e> Performance<'a, 'e> {
    pub(super) fn new(
        play: &'a Play,
        halt: &'a Halt,
        aside: &'a Aside,
        has_left: &'a dyn Fn(Instant) -> bool,
        writer: &'a mut dyn Write,
        ending: &'a mut Ending<'e>,
    ) -> Performance<'a, 'e> {
        Performance {
            play,
            halt,
            aside,
            has_left,
            writer,
            ending,
            is_chunked: false,
            has_begun: false,
            has_stalled: false,
            buffer: Vec::new(),
            head: 0,
            pieces: 0,
            bytes: 0,
            due: Instant::now(),
            begun: Instant::now(),
        }
    }

    /// Plays a body behind its head, from the first wait to the last byte; `whole` says whether that is all
    /// of the reply.
    pub(super) fn run(
        &mut self,
        head: impl FnOnce(&mut Ending<'_>) -> Vec<u8>,
        body: &Body,
        is_chunked: bool,
        whole: bool,
    ) -> Result<(), Stop> {
        self.is_chunked = is_chunked;
        if !self.play.delay.is_zero() {
            self.hold(Instant::now() + self.play.delay.min(FOREVER), false)?;
        }
        self.stall()?;
        self.cut()?;
        self.has_begun = true;
        self.due = Instant::now();
        self.begun = self.due;
        self.buffer = head(self.ending);
        self.head = self.buffer.len();
        match body {
            // What is made meanwhile is not played.
            Body::Empty | Body::Made(_) => {}
            Body::Whole(body) => self.piece(body)?,
            Body::Events(events) => events.iter().try_for_each(|event| self.piece(event))?,
            Body::Live(live) => self.live(live)?,
        }
        self.end(whole)
    }

    /// The memory that the next message may use.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    fn piece(&mut self, piece: &[u8]) -> Result<(), Stop> {
        let damaged = self.play.damaged(self.pieces, piece);
        let mut rest = damaged.as_deref().unwrap_or(piece);
        self.pace()?;
        self.stall()?;
        self.cut()?;
        while !rest.is_empty() {
            let (part, others) = rest.split_at(self.next_part(rest.len()));
            self.frame(part);
            rest = others;
            if !rest.is_empty() {
                if self.play.split > 0 {
                    self.pace()?;
                }
                self.stall()?;
                self.cut()?;
            }
        }
        self.pieces += 1;
        self.ending.close();
        Ok(())
    }

    /// The pieces of a live body, as they come.
    fn live(&mut self, live: &Live) -> Result<(), Stop> {
        loop {
            let piece = match live.pieces().try_recv() {
                Ok(piece) => piece,
                Err(TryRecvError::Disconnected) => return Ok(()),
                Err(TryRecvError::Empty) => {
                    self.flush()?;
                    let Some(piece) = self.next_piece(live.pieces())? else { return Ok(()) };
                    piece
                }
            };
            match piece {
                Piece::Events(events) => events.iter().try_for_each(|event| self.piece(event))?,
                Piece::Bytes(bytes) => self.piece(&bytes)?,
            }
        }
    }

    /// Waits for a piece; `None` at the end. A server that stops does not wait for more.
    fn next_piece(&mut self, pieces: &Receiver<Piece>) -> Result<Option<Piece>, Stop> {
        loop {
            match pieces.recv_timeout(LOOK_UP) {
                Ok(piece) => {
                    // After a silence the next piece is due now, and those behind it are not late.
                    let before = Instant::now().checked_sub(self.play.pace.before(self.pieces));
                    self.due = before.map_or(self.due, |before| self.due.max(before));
                    return Ok(Some(piece));
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) if self.halt.phase() == Phase::Running => {}
                Err(RecvTimeoutError::Timeout) => return Err(self.finish(Finish::Clean)?),
            }
        }
    }

    fn end(&mut self, whole: bool) -> Result<(), Stop> {
        if !self.is_chunked {
            // There is no sign of the end after these bytes.
            self.ending.settle(whole);
        }
        self.stall()?;
        // What ends cleanly after everything ends as always.
        if !self.play.cut.is_some_and(|cut| cut.finish == Finish::Clean) {
            self.cut()?;
        }
        self.ending.settle(whole);
        if self.is_chunked {
            self.buffer.extend_from_slice(LAST_CHUNK);
        }
        self.flush()?;
        self.ending.sent();
        Ok(())
    }

    /// Waits until the next part is due; each has its time, so that being late once does not make all that
    /// follow late.
    fn pace(&mut self) -> Result<(), Stop> {
        let is_first = self.bytes == 0;
        // The parts of the first event are as far apart as events are.
        let wait = self.play.pace.before(if is_first { 0 } else { self.pieces.max(1) });
        if wait.is_zero() && (is_first || (self.play.pace.is_none() && self.play.split == 0)) {
            return Ok(());
        }
        self.flush()?;
        self.due += wait.min(FOREVER);
        self.pause_until(self.due)
    }

    fn stall(&mut self) -> Result<(), Stop> {
        let Some(stall) = self.play.stall.filter(|stall| !self.has_stalled && self.is_at(stall.at)) else {
            return Ok(());
        };
        self.has_stalled = true;
        self.flush()?;
        let due = match stall.wait {
            Wait::For(wait) => Instant::now() + wait.min(FOREVER),
            Wait::ForEver => Instant::now() + FOREVER,
        };
        self.hold(due, stall.wait == Wait::ForEver)?;
        self.due = Instant::now();
        Ok(())
    }

    /// Waits until then, or until the reply is cut or the client has left. A server that stops has nothing to wait for
    /// where no more would come.
    fn hold(&self, due: Instant, for_ever: bool) -> Result<(), Stop> {
        let due = self.cut_time().map_or(due, |cut| due.min(cut));
        let since = Instant::now();
        loop {
            if for_ever && self.halt.phase() != Phase::Running {
                return Err(halted());
            }
            self.pause_until(due.min(Instant::now() + LOOK_UP))?;
            if Instant::now() >= due {
                return Ok(());
            }
            if (self.has_left)(since) {
                return Err(Stop::Failed(io::ErrorKind::ConnectionAborted.into()));
            }
        }
    }

    /// When the reply is cut, where that is said as a time.
    fn cut_time(&self) -> Option<Instant> {
        match self.play.cut {
            Some(Cut { at: Mark::Time(time), .. }) if self.has_begun => self.begun.checked_add(time),
            _ => None,
        }
    }

    /// Waits until then, or until the reply is cut.
    fn pause_until(&self, due: Instant) -> Result<(), Stop> {
        let due = self.cut_time().map_or(due, |cut| due.min(cut));
        if self.halt.pause_until(self.aside, due) { Ok(()) } else { Err(halted()) }
    }

    fn cut(&mut self) -> Result<(), Stop> {
        match self.play.cut {
            Some(Cut { at, finish }) if self.is_at(at) => Err(self.finish(finish)?),
            _ => Ok(()),
        }
    }

    /// Ends the reply before its time.
    fn finish(&mut self, finish: Finish) -> Result<Stop, Stop> {
        if self.has_begun {
            self.ending.settle(false);
        } else {
            self.ending.fail();
        }
        if finish == Finish::Clean && self.is_chunked && self.has_begun {
            self.buffer.extend_from_slice(LAST_CHUNK);
        }
        self.flush()?;
        let is_nothing = !self.has_begun && finish == Finish::Clean;
        Ok(Stop::Cut(if is_nothing { Finish::Hard } else { finish }))
    }

    fn is_at(&self, mark: Mark) -> bool {
        match mark {
            Mark::Start => !self.has_begun,
            Mark::Events(count) => self.has_begun && self.pieces == count,
            Mark::Bytes(count) => self.has_begun && self.bytes == count,
            Mark::Time(time) => self.has_begun && self.begun.elapsed() >= time,
        }
    }

    /// How many of the bytes that are left of a piece are sent before the next mark.
    fn next_part(&self, left: usize) -> usize {
        let &Play { split, stall, cut, .. } = self.play;
        let marks = [stall.map(|stall| stall.at), cut.map(|cut| cut.at)];
        let ahead = marks.into_iter().filter_map(|mark| match mark {
            Some(Mark::Bytes(at)) => at.checked_sub(self.bytes).filter(|ahead| *ahead > 0),
            _ => None,
        });
        ahead.chain((split > 0).then_some(split)).fold(left, usize::min)
    }

    /// One HTTP chunk for each part, where there are chunks.
    fn frame(&mut self, part: &[u8]) {
        self.bytes += part.len();
        self.ending.add(part, self.begun);
        if self.is_chunked {
            message::chunk(&mut self.buffer, part);
        } else {
            self.buffer.extend_from_slice(part);
        }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        if !self.buffer.is_empty() {
            if let Err(unsent) = send_slowly(self.writer, &self.buffer, self.aside) {
                self.ending.some_left(&self.buffer[..unsent.sent], self.head, self.is_chunked);
                return Err(unsent.into());
            }
            self.ending.all_left();
            self.buffer.clear();
            self.head = 0;
        }
        Ok(())
    }
}
