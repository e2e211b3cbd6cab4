//! How something is sent, as plain data: the events of a stream, and whatever is odd about their sending. Never
//! sends anything, and knows nothing of what is said.

mod events;
mod pace;
mod sending;

pub use events::Events;
pub use pace::Jitter;
pub use pace::Pace;
pub(crate) use pace::scattered;
pub use sending::Corrupt;
pub use sending::Cut;
pub use sending::Damage;
pub use sending::Finish;
pub use sending::Mark;
pub use sending::Play;
pub use sending::Stall;
pub use sending::Wait;
