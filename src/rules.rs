//! What a test says shall be answered: files of rules, read into conditions and answers, an index over them, and
//! the choice of the one that answers. Knows neither requests nor replies: it is told what was asked, and the
//! door says what it answers.

mod aimock;
mod answer;
mod book;
mod condition;
mod counts;
mod files;
mod index;
mod keys;
mod kind;
mod load;
mod matcher;
mod matching;
mod occasion;
mod problem;
mod read;
mod rule;
mod schema;
mod shape;
mod shelf;
mod subject;
mod template;
mod text;
mod verdict;
mod why;

pub(crate) use answer::CallArguments;
pub(crate) use answer::GivenImage;
pub(crate) use answer::ImageSource;
pub(crate) use answer::ModelWords;
pub(crate) use answer::Pieces;
pub(crate) use answer::RuleAnswer;
pub(crate) use answer::Spoken;
pub(crate) use answer::SpokenCall;
pub(crate) use answer::SpokenText;
pub(crate) use answer::What;
pub(crate) use book::Book;
pub use files::check;
pub(crate) use files::counted;
pub(crate) use files::find_files;
pub(crate) use files::load_files;
pub(crate) use kind::AnswerKind;
pub(crate) use matching::Difference;
pub(crate) use matching::Matching;
pub(crate) use occasion::Occasion;
pub(crate) use occasion::Ruling;
pub(crate) use occasion::UNKNOWN_WINDOW;
pub(crate) use problem::Problem;
pub(crate) use rule::Rule;
pub use schema::schema;
pub(crate) use subject::Heard;
pub(crate) use subject::Sent;
pub(crate) use template::JsonTemplate;
pub(crate) use template::Template;
pub(crate) use text::of_body;
#[cfg(test)]
pub(crate) use verdict::Asked;
pub(crate) use verdict::Verdict;
pub(crate) use why::told;
