//! Refusals of what is read or changed by its id, and of the pages of lists.

use crate::error::refusals;

refusals! {
    /// A chat completion that is not stored, or is no longer
    no_such_completion(id): 404 "Completion {id} not found";
    /// A conversation that does not exist
    no_such_conversation(id): 404 "Conversation with id '{id}' not found.";
    /// An item that its conversation does not have. Our words
    no_such_item(item, conversation): 404 "Item with id '{item}' not found in conversation with id '{conversation}'.";
    /// An item whose id the conversation, or another item of the request, has already
    duplicate_item(id, path): 400 "Duplicate item found with id {id}. Remove duplicate items from your input and try again.", param "{path}";
    /// `after` that names nothing in the list. Our words
    not_in_list(id): 404 "There is nothing with id '{id}' in this list.", param "after";
}
