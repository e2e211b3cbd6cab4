//! A printed reply that faults are about to change, and the tools for it: places in it, and its events as JSON. Never
//! sends it.

use crate::error::ApiError;
use crate::error::Asker;
use crate::play::Corrupt;
use crate::play::Cut;
use crate::play::Damage;
use crate::play::Events;
use crate::play::Finish;
use crate::play::Mark;
use crate::play::Play;
use serde_json::Value;

/// What a reply says.
#[derive(Debug)]
pub(crate) enum Payload<'a> {
    Whole(&'a mut Vec<u8>),
    Events(&'a mut Events),
    /// Nothing, or what is still to be made.
    Other,
}

/// A reply that is about to be sent.
#[derive(Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) payload: Payload<'a>,
    pub(crate) play: &'a mut Play,
    /// Who asked.
    pub(crate) asker: Asker<'a>,
    /// Whether anything was said, which faults have changed before it was printed.
    pub(crate) is_said: bool,
    /// An error that takes the reply's place.
    pub(crate) refusal: Option<ApiError>,
}

/// What is noted of a fault that found nothing to change.
pub(crate) fn idle(fault: &str) -> String {
    format!("the fault '{fault}' found nothing to change")
}

impl Sending<'_> {
    /// A place in this reply; `None` where there is none. What is no stream has no events: any number of them is the
    /// middle of its bytes, and 0 is where they begin.
    pub(crate) fn place(&self, wanted: Mark) -> Option<Mark> {
        match (wanted, &self.payload) {
            (Mark::Events(1..), Payload::Whole(body)) => Some(Mark::Bytes(body.len() / 2)),
            (Mark::Events(count), Payload::Events(events)) => (count <= events.len()).then_some(wanted),
            (Mark::Bytes(count), Payload::Events(events)) => (count <= events.size()).then_some(wanted),
            (Mark::Bytes(count), Payload::Whole(body)) => (count <= body.len()).then_some(wanted),
            _ => Some(wanted),
        }
    }

    /// Ends it there.
    pub(crate) fn cut(&mut self, wanted: Mark, finish: Finish) -> bool {
        let place = self.place(wanted);
        self.play.cut = place.map(|at| Cut { at, finish });
        place.is_some()
    }

    /// Damages an event, or the whole reply.
    pub(crate) fn damage(&mut self, event: usize, damage: Damage) -> bool {
        let event = match &self.payload {
            Payload::Events(events) if event < events.len() => event,
            Payload::Whole(body) if !body.is_empty() => 0,
            _ => return false,
        };
        self.play.corrupt = Some(Corrupt { event, damage });
        true
    }

    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.payload, Payload::Events(_))
    }

    /// The events, where it is a stream.
    pub(crate) fn events(&mut self) -> Option<&mut Events> {
        match &mut self.payload {
            Payload::Events(events) => Some(events),
            _ => None,
        }
    }

    /// Changes the JSON of a whole reply; says whether there was anything to change.
    pub(crate) fn edit_body(&mut self, change: impl FnOnce(&mut Value) -> bool) -> bool {
        let Payload::Whole(body) = &mut self.payload else { return false };
        let Ok(mut value) = serde_json::from_slice::<Value>(body) else { return false };
        let is_changed = value.is_object() && change(&mut value);
        if is_changed {
            **body = value.to_string().into_bytes();
        }
        is_changed
    }

    /// Changes the JSON of each event, told its number; says whether there was anything to change.
    pub(crate) fn edit_events(&mut self, mut change: impl FnMut(usize, &mut Value) -> bool) -> bool {
        let Payload::Events(events) = &mut self.payload else { return false };
        let mut is_any = false;
        events.rebuild(|number, bytes, events| {
            let mut event = Event::read(bytes);
            let is_changed = match &mut event.data {
                EventData::Json(value) => change(number, value),
                EventData::Text(_) => false,
            };
            is_any |= is_changed;
            if is_changed { event.write(events) } else { events.raw(bytes) }
        });
        is_any
    }

    /// Puts something in before the event of this number; says whether there is one.
    pub(crate) fn put_in(&mut self, at: usize, mut write: impl FnMut(&mut Events)) -> bool {
        let Some(events) = self.events().filter(|events| at < events.len()) else { return false };
        events.rebuild(|number, bytes, events| {
            if number == at {
                write(events);
            }
            events.raw(bytes);
        });
        true
    }

    /// Leaves events out, told their number; says whether there was any.
    pub(crate) fn leave_out(&mut self, mut is_meant: impl FnMut(usize, &Event) -> bool) -> bool {
        let Payload::Events(events) = &mut self.payload else { return false };
        let before = events.len();
        events.rebuild(|number, bytes, events| {
            if !is_meant(number, &Event::read(bytes)) {
                events.raw(bytes);
            }
        });
        events.len() < before
    }

    /// Numbers the events of the Responses API anew, where others were put in, left out or moved: that is no fault of
    /// their numbers.
    pub(crate) fn renumber(&mut self) {
        let mut due = None;
        self.edit_events(|_, event| {
            let Some(number) = event.get("sequence_number").and_then(Value::as_u64) else { return false };
            let right = due.unwrap_or(number);
            due = Some(right + 1);
            event["sequence_number"] = right.into();
            number != right
        });
    }

    /// The number that an event of the Responses API has at this place, or would have: a stream need not begin with 0.
    pub(crate) fn sequence(&mut self, at: usize) -> u64 {
        let first = self.events().and_then(|events| {
            events.iter().find_map(|event| Event::read(event).json()?.get("sequence_number")?.as_u64())
        });
        first.unwrap_or_default().saturating_add(at as u64)
    }

    /// Whether its events are those of the Responses API.
    pub(crate) fn is_of_responses(&self) -> bool {
        self.asker.kind == "responses"
    }

    /// Whether its events have names.
    pub(crate) fn has_names(&self) -> bool {
        match &self.payload {
            Payload::Events(events) => events.iter().any(|event| event.starts_with(b"event: ")),
            _ => false,
        }
    }
}

/// One event taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: Option<String>,
    /// JSON, or text such as `[DONE]`.
    pub(crate) data: EventData,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum EventData {
    Json(Value),
    Text(String),
}

impl Event {
    /// That of these bytes.
    pub(crate) fn read(bytes: &[u8]) -> Event {
        let text = String::from_utf8_lossy(bytes);
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let data = field("data: ").unwrap_or_default();
        let data = match serde_json::from_str(data) {
            Ok(value) => EventData::Json(value),
            Err(_) => EventData::Text(data.to_owned()),
        };
        Event { name: field("event: ").map(str::to_owned), data }
    }

    /// Appends its bytes.
    pub(crate) fn write(&self, events: &mut Events) {
        let data = match &self.data {
            EventData::Json(value) => value.to_string(),
            EventData::Text(text) => text.clone(),
        };
        match &self.name {
            Some(name) => events.named(name, data.as_bytes()),
            None => events.data(data.as_bytes()),
        }
    }

    /// One that tells this.
    pub(crate) fn of(name: Option<&str>, value: Value) -> Event {
        Event { name: name.map(str::to_owned), data: EventData::Json(value) }
    }

    /// Its JSON, where it is such.
    pub(crate) fn json(&self) -> Option<&Value> {
        match &self.data {
            EventData::Json(value) => Some(value),
            EventData::Text(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_as_they_are_written() {
        let mut events = Events::default();
        events.data(br#"{"b":1,"a":[1.5,"x\n"]}"#);
        events.named("response.created", br#"{"type":"response.created"}"#);
        events.data(b"[DONE]");
        let mut again = Events::default();
        events.iter().for_each(|event| Event::read(event).write(&mut again));
        assert_eq!(events.bytes(), again.bytes());
        assert_eq!(Event::read(b"data: [DONE]\n\n").json(), None);
    }
}
