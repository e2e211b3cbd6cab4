//! The tool that draws: the pictures of `/v1/images/generations`, as an item.

use crate::ask::Order;
use crate::ask::hosted::Room;
use crate::ask::hosted::Used;
use crate::ask::hosted::steps;
use crate::ask::hosted::told;
use crate::generate::seed::Seed;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// How the drawing of a picture goes.
pub(super) const DRAWING: [&str; 3] = [
    "image_generation_call.in_progress",
    "image_generation_call.generating",
    "image_generation_call.completed",
];

pub(super) fn draw(room: &Room<'_>, order: &Order, seed: Seed, used: &mut Used) {
    let prompt = room.query();
    let partial = order.partial.unwrap_or(0);
    let (background, format, quality) = (order.background(), order.output_format(), order.quality());
    let size = order.size();
    let mut steps = steps(&DRAWING);
    let completed = steps.pop();
    steps.extend((0..partial).map(|index| {
        let picture = STANDARD.encode(order.draw(seed, partial - index));
        told(
            "image_generation_call.partial_image",
            json!({
                "background": background,
                "output_format": format,
                "partial_image_b64": picture,
                "partial_image_index": index,
                "quality": quality,
                "size": size,
            }),
        )
    }));
    steps.extend(completed);
    used.done.pictures.push(order.tokens(&prompt));
    used.done.tokens += room.count(&prompt);
    let file = order.draw(seed, 0);
    let mut item = json!({
        "type": "image_generation_call",
        "status": "completed",
        "action": "generate",
        "background": background,
        "output_format": format,
        "quality": quality,
        "result": STANDARD.encode(&file),
        "revised_prompt": prompt,
        "size": size,
    });
    if let Some(author) = &order.author {
        let (read, written) = (order.tokens(&prompt).0, author.tokens(&file));
        item["svg_usage"] = json!({
            "input_tokens": read,
            "model": author.model,
            "output_tokens": written,
            "reasoning_tokens": author.thoughts,
            "total_tokens": read + written,
        });
    }
    used.add("ig_", item, json!({"status": "in_progress", "result": null, "revised_prompt": null}), steps);
}
