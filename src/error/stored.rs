//! Refusals of what is stored: objects and items that are looked up, gone on from, or changed, and the
//! pages of their lists.

use crate::error::refusals;

refusals! {
    /// A response that was never stored, was deleted, or had to make room
    no_such_response(id): 404 "Response with id '{id}' not found.";
    /// A chat completion that is not stored, or is no longer
    no_such_completion(id): 404 "Completion {id} not found", param "completion_id", code "not_found";
    /// A conversation that does not exist
    no_such_conversation(id): 404 "Conversation with id '{id}' not found.";
    /// A turn of a conversation in which another one is under way
    conversation_locked(): 400 "Another process is currently operating on this conversation. Please retry in a few seconds.", code "conversation_locked";
    /// An item that its conversation does not have. Our words
    no_such_item(item, conversation): 404 "Item with id '{item}' not found in conversation with id '{conversation}'.";
    /// `prompt` with an id that does not begin with `pmpt_`; every other one is taken to be stored
    no_such_prompt(id): 404 "Prompt with id '{id}' not found.";
    /// The id of a response that does not begin as one
    bad_response_id(id): 400 "Invalid 'response_id': '{id}'. Expected an ID that begins with 'resp'.", param "response_id", code "invalid_value";
    /// `after` that names nothing in the list. Our words
    not_in_list(id): 404 "There is nothing with id '{id}' in this list.", param "after";

    /// `previous_response_id` of a response that was never stored, was deleted, or had to make room
    no_previous_response(id): 400 "Previous response with id '{id}' not found.", param "previous_response_id", code "previous_response_not_found";
    /// An item that is referred to and is in no stored response or conversation
    no_referred_item(id): 404 "Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", param "input";
    /// An item of a stored response without the `reasoning` item that stands before it there
    without_thought(id, kind, thought): 400 "Item '{id}' of type '{kind}' was provided without its required 'reasoning' item: '{thought}'.", param "input";
    /// An item whose id the conversation, or another item of the request, has already
    duplicate_item(id, path): 400 "Duplicate item found with id {id}. Remove duplicate items from your input and try again.", param "{path}";

    /// Cancelling a response that was not created with `background`
    synchronous_response(): 400 "Cannot cancel a synchronous response.";
    /// Streaming a stored response that was not created with `background`
    not_in_background(): 400 "This response cannot be streamed because it was not created with background=true.", param "stream";
}
