//! The words that the name of a property suggests: a city for `city`, a sentence for `summary`.

use crate::generate::schema::digits;
use crate::generate::schema::pick::Pick;
use crate::generate::words;

/// What stands for a name.
enum Word {
    OneOf(&'static [&'static str]),
    By(fn(&mut Pick) -> String),
}

/// Further turns get a number.
const TURNS: usize = 12;

const FIRST_NAMES: &[&str] =
    &["Ada", "Ben", "Clara", "David", "Elena", "Felix", "Grace", "Hugo", "Iris", "Jonas", "Lena", "Marco"];
const LAST_NAMES: &[&str] = &[
    "Andersen", "Brown", "Costa", "Dupont", "Evans", "Fischer", "Garcia", "Haas", "Ito", "Jensen", "Novak",
    "Rossi",
];
const CITIES: &[&str] = &[
    "Paris", "Oslo", "Lisbon", "Kyoto", "Toronto", "Berlin", "Nairobi", "Lima", "Dublin", "Vienna", "Boston",
    "Sydney",
];
const COUNTRIES: &[&str] =
    &["France", "Norway", "Portugal", "Japan", "Canada", "Germany", "Kenya", "Peru", "Ireland", "Austria"];
const STATES: &[&str] =
    &["California", "Texas", "Bavaria", "Ontario", "Tuscany", "Oregon", "Catalonia", "Victoria"];
const COUNTRY_CODES: &[&str] = &["FR", "NO", "PT", "JP", "CA", "DE", "KE", "PE", "IE", "AT"];
const LANGUAGES: &[&str] =
    &["English", "French", "Norwegian", "Portuguese", "Japanese", "German", "Swahili", "Spanish"];
const LOCALES: &[&str] = &["en", "fr", "de", "es", "pt", "ja", "it", "nl"];
const CURRENCIES: &[&str] = &["EUR", "USD", "GBP", "JPY", "NOK", "CAD", "CHF"];
const COLOURS: &[&str] = &["blue", "green", "red", "yellow", "orange", "purple", "white", "black"];
const COMPANIES: &[&str] = &[
    "Harbour Works",
    "Northern Press",
    "Lantern Labs",
    "Heron & Sons",
    "Bridge Foods",
    "Clock House",
    "River Tools",
];
const PRODUCTS: &[&str] =
    &["desk lamp", "coffee grinder", "rain jacket", "notebook", "garden chair", "water bottle", "travel mug"];
const JOBS: &[&str] =
    &["engineer", "teacher", "designer", "nurse", "editor", "gardener", "baker", "astronomer"];
const CATEGORIES: &[&str] = &["books", "travel", "music", "garden", "science", "food", "sports", "history"];
const STATUSES: &[&str] = &["active", "pending", "done", "open", "closed"];
const TAGS: &[&str] =
    &["harbour", "spring", "garden", "letters", "music", "travel", "winter", "market", "river", "maps"];
const UNITS: &[&str] = &["celsius", "kg", "km", "litres", "hours", "percent"];
const WEATHER: &[&str] = &["sunny", "cloudy", "light rain", "windy", "snow", "clear"];
const LEVELS: &[&str] = &["low", "medium", "high"];
const SENTIMENTS: &[&str] = &["positive", "neutral", "negative"];
const GENDERS: &[&str] = &["female", "male", "other"];
const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: &[&str] = &["January", "March", "April", "June", "August", "October", "November"];
const ZONES: &[&str] =
    &["Europe/Paris", "Europe/Oslo", "Asia/Tokyo", "America/Toronto", "Africa/Nairobi", "UTC"];
const TYPES: &[&str] = &["standard", "basic", "extended", "simple"];
const INGREDIENTS: &[&str] = &["flour", "butter", "tomatoes", "basil", "olive oil", "rice", "lemons", "salt"];
const DISHES: &[&str] = &["lemon cake", "tomato soup", "risotto", "apple pie", "fish stew", "bean salad"];
const FILES: &[&str] = &["report.pdf", "notes.txt", "map.png", "letters.csv", "index.html", "song.mp3"];
const PATHS: &[&str] = &["/docs/report.pdf", "/home/ada/notes.txt", "/data/letters.csv", "/src/main.py"];
const COMMANDS: &[&str] = &["ls -la", "cat notes.txt", "pwd", "echo hello", "date"];
const STREETS: &[&str] =
    &["Harbour Street", "Mill Lane", "Station Road", "Garden Row", "Bridge Street", "Park Avenue"];
const SOURCES: &[&str] = &["library", "survey", "archive", "interview", "newspaper"];
const QUESTIONS: &[&str] = &[
    "What is the weather in Paris?",
    "Who wrote the first letter?",
    "How far is the harbour?",
    "When does the train leave?",
    "Where is the northern library?",
    "Why do the bells ring?",
];
const QUERIES: &[&str] = &[
    "weather in Paris",
    "trains to Oslo",
    "northern library opening hours",
    "history of the harbour",
    "winter market dates",
    "garden tools",
];
const KEYS: &[&str] = &["note", "label", "detail", "source", "origin", "remark", "option", "extra"];

const WORDS: &[(&[&str], Word)] = &[
    (&["first_name", "given_name", "forename", "nickname"], Word::OneOf(FIRST_NAMES)),
    (&["last_name", "surname", "family_name"], Word::OneOf(LAST_NAMES)),
    (
        &[
            "city_name",
            "city",
            "town",
            "location",
            "destination",
            "origin",
            "place",
            "departure",
            "arrival",
            "capital",
        ],
        Word::OneOf(CITIES),
    ),
    (&["country_name", "country", "nationality"], Word::OneOf(COUNTRIES)),
    (&["country_code"], Word::OneOf(COUNTRY_CODES)),
    (&["state", "region", "province"], Word::OneOf(STATES)),
    (
        &[
            "company_name",
            "company",
            "organization",
            "organisation",
            "employer",
            "brand",
            "vendor",
            "manufacturer",
            "merchant",
        ],
        Word::OneOf(COMPANIES),
    ),
    (&["product_name", "item_name", "product", "item", "sku_name"], Word::OneOf(PRODUCTS)),
    (&["file_name", "filename", "file", "attachment"], Word::OneOf(FILES)),
    (&["path", "file_path", "filepath", "directory"], Word::OneOf(PATHS)),
    (&["user_name", "username", "login", "handle"], Word::By(username)),
    (
        &[
            "name",
            "full_name",
            "person",
            "author",
            "customer",
            "user",
            "owner",
            "contact",
            "participant",
            "attendee",
            "assignee",
            "speaker",
            "recipient",
            "sender",
            "employee",
            "student",
            "character",
        ],
        Word::By(full_name),
    ),
    (&["email", "email_address", "mail", "to", "cc"], Word::By(email)),
    (&["phone", "phone_number", "telephone", "mobile"], Word::By(digits::phone)),
    (&["url", "uri", "link", "website", "homepage", "href", "image_url", "avatar"], Word::By(url)),
    (&["street", "address", "street_address", "address_line", "line1"], Word::By(street)),
    (&["zip", "zip_code", "zipcode", "postal_code", "postcode"], Word::By(digits::postal_code)),
    (&["currency", "currency_code"], Word::OneOf(CURRENCIES)),
    (&["language", "lang"], Word::OneOf(LANGUAGES)),
    (&["locale", "language_code"], Word::OneOf(LOCALES)),
    (&["color", "colour"], Word::OneOf(COLOURS)),
    (&["unit", "units"], Word::OneOf(UNITS)),
    (
        &["date", "birthday", "birthdate", "date_of_birth", "dob", "deadline", "due_date", "start", "end"],
        Word::By(digits::date),
    ),
    (&["time", "start_time", "end_time"], Word::By(digits::clock)),
    (
        &["timestamp", "datetime", "date_time", "created_at", "updated_at", "due_at"],
        Word::By(digits::timestamp),
    ),
    (&["timezone", "time_zone", "tz"], Word::OneOf(ZONES)),
    (&["day", "weekday", "day_of_week"], Word::OneOf(WEEKDAYS)),
    (&["month"], Word::OneOf(MONTHS)),
    (&["year"], Word::By(digits::year)),
    (&["uuid", "guid"], Word::By(digits::uuid)),
    (&["title", "headline", "subject", "heading"], Word::By(title)),
    (
        &[
            "description",
            "summary",
            "reason",
            "explanation",
            "reasoning",
            "rationale",
            "justification",
            "analysis",
            "answer",
            "response",
            "result",
            "message",
            "text",
            "content",
            "body",
            "comment",
            "review",
            "note",
            "thought",
            "thinking",
            "output",
            "details",
            "instruction",
            "feedback",
            "conclusion",
            "abstract",
            "bio",
            "plan",
            "sentence",
            "story",
            "evidence",
            "quote",
            "observation",
            "recommendation",
            "step",
            "goal",
            "final_answer",
            "completion",
            "translation",
            "prompt",
            "fact",
            "claim",
            "finding",
            "setup",
            "punchline",
            "objective",
            "argument",
            "insight",
        ],
        Word::By(sentence),
    ),
    (&["question"], Word::OneOf(QUESTIONS)),
    (&["query", "q", "search", "search_query", "search_term", "keyword_query"], Word::OneOf(QUERIES)),
    (&["category", "genre", "department"], Word::OneOf(CATEGORIES)),
    (&["topic", "tag", "keyword", "label", "term", "hobby", "interest", "theme", "skill"], Word::OneOf(TAGS)),
    (&["status"], Word::OneOf(STATUSES)),
    (&["type", "kind", "mode", "format", "variant"], Word::OneOf(TYPES)),
    (&["priority", "severity", "level", "urgency", "difficulty", "risk"], Word::OneOf(LEVELS)),
    (&["sentiment", "tone", "mood"], Word::OneOf(SENTIMENTS)),
    (&["gender", "sex"], Word::OneOf(GENDERS)),
    (&["job", "job_title", "occupation", "profession", "role", "position"], Word::OneOf(JOBS)),
    (&["weather", "condition", "conditions", "forecast"], Word::OneOf(WEATHER)),
    (&["ingredient"], Word::OneOf(INGREDIENTS)),
    (&["recipe", "dish", "meal", "recipe_name"], Word::OneOf(DISHES)),
    (&["command", "cmd"], Word::OneOf(COMMANDS)),
    (&["source"], Word::OneOf(SOURCES)),
    (&["slug"], Word::By(slug)),
    (&["code", "sku", "reference", "isbn", "token"], Word::By(digits::code)),
    (&["version"], Word::By(digits::version)),
    (&["key"], Word::OneOf(KEYS)),
];

/// A text for a name, and whether the name said which.
pub(super) fn text(name: &str, pick: &mut Pick) -> (String, bool) {
    let (text, meant) = match lookup(WORDS, name) {
        Some(Word::OneOf(list)) => {
            let word = list[pick.index(list.len())];
            (if pick.turn < list.len() { word.to_owned() } else { format!("{word} {}", pick.turn) }, true)
        }
        Some(Word::By(write)) => (write(pick), true),
        None => match id_prefix(name) {
            Some(prefix) => (pick.seed().id(&prefix, 6), true),
            None => (words::phrase(pick.seed()), false),
        },
    };
    // Words run out where very many must differ.
    let plain = text.chars().all(|letter| letter.is_alphabetic() || letter == ' ');
    (if plain && pick.turn > TURNS { format!("{text} {}", pick.turn) } else { text }, meant)
}

/// The name of a property that nobody described.
pub(super) fn key(pick: &mut Pick) -> String {
    let key = KEYS[pick.index(KEYS.len())];
    if pick.turn < KEYS.len() { key.to_owned() } else { format!("{key}_{}", pick.turn) }
}

/// Finds a row by the whole name, its last two words, its last word, or any word, the last first;
/// each also in the singular.
pub(super) fn lookup<T>(table: &'static [(&'static [&'static str], T)], name: &str) -> Option<&'static T> {
    let parts = parts(name);
    let find = |name: &str| table.iter().find(|(names, _)| names.contains(&name)).map(|(_, row)| row);
    let find = |name: &str| find(name).or_else(|| find(&singular(name)));
    let last_two = parts.len().checked_sub(2).map(|from| parts[from..].join("_"));
    let found = find(&parts.join("_")).or_else(|| last_two.and_then(|name| find(&name)));
    // A `city_id` is not a city.
    let any = || {
        if id_prefix(name).is_some() { find("id") } else { parts.iter().rev().find_map(|part| find(part)) }
    };
    found.or_else(any)
}

/// `userId` and `user_ids` begin with `user_`.
fn id_prefix(name: &str) -> Option<String> {
    let parts = parts(name);
    let (last, before) = parts.split_last()?;
    if !matches!(last.as_str(), "id" | "ids" | "identifier") {
        return None;
    }
    Some(format!("{}_", before.last().map_or("id", String::as_str)))
}

/// The words of `snake_case`, `camelCase`, `kebab-case` and plain text, in small letters.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before_small = false;
    for letter in name.chars().take(60) {
        if !letter.is_alphanumeric() || letter.is_uppercase() && before_small {
            parts.push(String::new());
        }
        before_small = letter.is_lowercase() || letter.is_ascii_digit();
        if let Some(part) = parts.last_mut().filter(|_| letter.is_alphanumeric()) {
            part.extend(letter.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(word).to_owned(),
    }
}

fn one_of(list: &'static [&'static str], pick: &mut Pick) -> &'static str {
    list[pick.draws.below(list.len())]
}

fn full_name(pick: &mut Pick) -> String {
    format!("{} {}", FIRST_NAMES[pick.index(FIRST_NAMES.len())], one_of(LAST_NAMES, pick))
}

fn username(pick: &mut Pick) -> String {
    format!("{}{}", one_of(FIRST_NAMES, pick).to_lowercase(), 10 + pick.index(90))
}

pub(super) fn email(pick: &mut Pick) -> String {
    let number = if pick.turn > TURNS { pick.turn.to_string() } else { String::new() };
    format!("{}{number}@example.com", full_name(pick).to_lowercase().replace(' ', "."))
}

pub(super) fn url(pick: &mut Pick) -> String {
    format!("https://example.com/{}", slug(pick))
}

pub(super) fn slug(pick: &mut Pick) -> String {
    let slug = words::phrase(pick.seed()).replace(' ', "-");
    if pick.turn > TURNS { format!("{slug}-{}", pick.turn) } else { slug }
}

fn street(pick: &mut Pick) -> String {
    format!("{} {}", pick.index(120) + 1, one_of(STREETS, pick))
}

fn sentence(pick: &mut Pick) -> String {
    words::sentence(pick.seed())
}

fn title(pick: &mut Pick) -> String {
    let phrase = words::phrase(pick.seed());
    let capital =
        |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    format!("The {}", phrase.split(' ').map(capital).collect::<Vec<String>>().join(" "))
}
