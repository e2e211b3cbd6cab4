//! The models of the API: when they came, whose they are, when they go, and the snapshot that an
//! alias stands for. As listed by the API in October 2026, in the order of `created`, and then those
//! that the clients of November 2026 name: these have the first day of that month, since none is known.
//! Behind them are those that it lists no longer and that tests still use.

/// One model.
pub(crate) struct Model {
    pub(crate) id: &'static str,
    /// Seconds since 1970.
    pub(crate) created: u64,
    pub(crate) owned_by: &'static str,
    /// The day on which it is switched off, if that has been announced.
    pub(crate) shutdown_date: Option<&'static str>,
}

const fn model(
    id: &'static str,
    created: u64,
    owned_by: &'static str,
    shutdown_date: Option<&'static str>,
) -> Model {
    Model { id, created, owned_by, shutdown_date }
}

const SYSTEM: &str = "system";
const OPENAI: &str = "openai";
const INTERNAL: &str = "openai-internal";
const NOVEMBER: u64 = 1_793_491_200;

pub(crate) const MODELS: &[Model] = &[
    model("text-embedding-ada-002", 1_671_217_299, INTERNAL, None),
    model("whisper-1", 1_677_532_384, INTERNAL, Some("2027-02-26")),
    model("gpt-3.5-turbo", 1_677_610_602, OPENAI, Some("2026-10-23")),
    model("tts-1", 1_681_940_951, INTERNAL, Some("2027-01-06")),
    model("gpt-3.5-turbo-16k", 1_683_758_102, INTERNAL, None),
    model("gpt-4-0613", 1_686_588_896, OPENAI, Some("2026-10-23")),
    model("gpt-4", 1_687_882_411, OPENAI, Some("2026-10-23")),
    model("davinci-002", 1_692_634_301, SYSTEM, Some("2026-09-28")),
    model("babbage-002", 1_692_634_615, SYSTEM, Some("2026-09-28")),
    model("gpt-3.5-turbo-instruct", 1_692_901_427, SYSTEM, Some("2026-09-28")),
    model("gpt-3.5-turbo-instruct-0914", 1_694_122_472, SYSTEM, None),
    model("gpt-3.5-turbo-1106", 1_698_959_748, SYSTEM, Some("2026-09-28")),
    model("tts-1-hd", 1_699_046_015, SYSTEM, Some("2027-01-06")),
    model("tts-1-1106", 1_699_053_241, SYSTEM, None),
    model("tts-1-hd-1106", 1_699_053_533, SYSTEM, None),
    model("text-embedding-3-small", 1_705_948_997, SYSTEM, None),
    model("text-embedding-3-large", 1_705_953_180, SYSTEM, None),
    model("gpt-3.5-turbo-0125", 1_706_048_358, SYSTEM, Some("2026-10-23")),
    model("gpt-4-turbo", 1_712_361_441, SYSTEM, Some("2026-10-23")),
    model("gpt-4-turbo-2024-04-09", 1_712_601_677, SYSTEM, Some("2026-10-23")),
    // The API says "system" here; "openai" is what the fake that this one follows has always said,
    // and tests compare it.
    model("gpt-4o", 1_715_367_049, OPENAI, Some("2027-01-14")),
    model("gpt-4o-2024-05-13", 1_715_368_132, SYSTEM, Some("2026-10-23")),
    model("gpt-4o-mini-2024-07-18", 1_721_172_717, SYSTEM, Some("2027-01-14")),
    model("gpt-4o-mini", 1_721_172_741, SYSTEM, Some("2027-01-14")),
    model("gpt-4o-2024-08-06", 1_722_814_719, SYSTEM, Some("2027-01-14")),
    model("omni-moderation-latest", 1_731_689_265, SYSTEM, None),
    model("omni-moderation-2024-09-26", 1_732_734_466, SYSTEM, None),
    model("o1-2024-12-17", 1_734_326_976, SYSTEM, Some("2026-10-23")),
    model("o1", 1_734_375_816, SYSTEM, Some("2026-10-23")),
    model("o3-mini", 1_737_146_383, SYSTEM, Some("2026-10-23")),
    model("o3-mini-2025-01-31", 1_738_010_200, SYSTEM, Some("2026-10-23")),
    model("gpt-4o-2024-11-20", 1_739_331_543, SYSTEM, Some("2027-01-14")),
    model("gpt-4o-mini-search-preview-2025-03-11", 1_741_390_858, SYSTEM, Some("2026-07-23")),
    model("gpt-4o-mini-search-preview", 1_741_391_161, SYSTEM, None),
    model("gpt-4o-transcribe", 1_742_068_463, SYSTEM, Some("2027-02-26")),
    model("gpt-4o-mini-transcribe", 1_742_068_596, SYSTEM, Some("2027-02-26")),
    model("o1-pro-2025-03-19", 1_742_251_504, SYSTEM, Some("2026-10-23")),
    model("o1-pro", 1_742_251_791, SYSTEM, Some("2026-10-23")),
    model("gpt-4o-mini-tts", 1_742_403_959, SYSTEM, None),
    model("o3-2025-04-16", 1_744_133_301, SYSTEM, Some("2026-12-11")),
    model("o4-mini-2025-04-16", 1_744_133_506, SYSTEM, Some("2026-10-23")),
    model("o3", 1_744_225_308, SYSTEM, None),
    model("o4-mini", 1_744_225_351, SYSTEM, Some("2026-10-23")),
    model("gpt-4.1-2025-04-14", 1_744_315_746, SYSTEM, Some("2027-01-14")),
    model("gpt-4.1", 1_744_316_542, SYSTEM, Some("2027-01-14")),
    model("gpt-4.1-mini-2025-04-14", 1_744_317_547, SYSTEM, Some("2027-01-14")),
    model("gpt-4.1-mini", 1_744_318_173, SYSTEM, Some("2027-01-14")),
    model("gpt-4.1-nano-2025-04-14", 1_744_321_025, SYSTEM, Some("2026-10-23")),
    model("gpt-4.1-nano", 1_744_321_707, SYSTEM, Some("2026-10-23")),
    model("gpt-image-1", 1_745_517_030, SYSTEM, Some("2026-10-23")),
    model("o4-mini-deep-research", 1_749_685_485, SYSTEM, Some("2026-07-23")),
    model("gpt-4o-transcribe-diarize", 1_750_798_887, SYSTEM, Some("2027-02-26")),
    model("o4-mini-deep-research-2025-06-26", 1_750_866_121, SYSTEM, Some("2026-07-23")),
    model("gpt-5-chat-latest", 1_754_073_306, SYSTEM, Some("2026-07-23")),
    model("gpt-5-2025-08-07", 1_754_075_360, SYSTEM, Some("2026-12-11")),
    model("gpt-5", 1_754_425_777, SYSTEM, None),
    model("gpt-5-mini-2025-08-07", 1_754_425_867, SYSTEM, Some("2026-12-11")),
    model("gpt-5-mini", 1_754_425_928, SYSTEM, None),
    model("gpt-5-nano-2025-08-07", 1_754_426_303, SYSTEM, Some("2026-12-11")),
    model("gpt-5-nano", 1_754_426_384, SYSTEM, None),
    model("gpt-audio-2025-08-28", 1_756_256_146, SYSTEM, None),
    model("gpt-realtime", 1_756_271_701, SYSTEM, Some("2027-01-20")),
    model("gpt-realtime-2025-08-28", 1_756_271_773, SYSTEM, None),
    model("gpt-audio", 1_756_339_249, SYSTEM, Some("2027-01-20")),
    model("gpt-5-codex", 1_757_527_818, SYSTEM, Some("2026-07-23")),
    model("gpt-image-1-mini", 1_758_845_821, SYSTEM, Some("2026-12-01")),
    model("gpt-5-pro-2025-10-06", 1_759_469_707, SYSTEM, Some("2026-12-11")),
    model("gpt-5-pro", 1_759_469_822, SYSTEM, None),
    model("gpt-audio-mini", 1_759_512_027, SYSTEM, Some("2027-01-20")),
    model("gpt-audio-mini-2025-10-06", 1_759_512_137, SYSTEM, Some("2026-07-23")),
    model("gpt-5-search-api", 1_759_514_629, SYSTEM, None),
    model("gpt-realtime-mini", 1_759_517_133, SYSTEM, Some("2027-01-20")),
    model("sora-2", 1_759_708_615, SYSTEM, Some("2026-09-24")),
    model("sora-2-pro", 1_759_708_663, SYSTEM, Some("2026-09-24")),
    model("gpt-5-search-api-2025-10-14", 1_760_043_960, SYSTEM, None),
    model("gpt-5.1-chat-latest", 1_762_547_951, SYSTEM, Some("2026-07-23")),
    model("gpt-5.1-2025-11-13", 1_762_800_353, SYSTEM, None),
    model("gpt-5.1", 1_762_800_673, SYSTEM, Some("2027-04-01")),
    model("gpt-5.1-codex", 1_762_988_221, SYSTEM, Some("2026-07-23")),
    model("gpt-5.1-codex-mini", 1_763_007_109, SYSTEM, Some("2026-07-23")),
    model("gpt-5.1-codex-max", 1_763_671_532, SYSTEM, Some("2026-07-23")),
    model("gpt-image-1.5", 1_764_030_620, SYSTEM, Some("2026-12-01")),
    model("gpt-5.2-2025-12-11", 1_765_313_028, SYSTEM, None),
    model("gpt-5.2", 1_765_313_051, SYSTEM, None),
    model("gpt-5.2-pro-2025-12-11", 1_765_343_959, SYSTEM, None),
    model("gpt-5.2-pro", 1_765_343_983, SYSTEM, None),
    model("gpt-5.2-chat-latest", 1_765_344_352, SYSTEM, Some("2026-08-10")),
    model("gpt-4o-mini-transcribe-2025-12-15", 1_765_610_407, SYSTEM, None),
    model("gpt-4o-mini-transcribe-2025-03-20", 1_765_610_545, SYSTEM, Some("2027-01-20")),
    model("gpt-4o-mini-tts-2025-03-20", 1_765_610_731, SYSTEM, Some("2027-01-06")),
    model("gpt-4o-mini-tts-2025-12-15", 1_765_610_837, SYSTEM, Some("2027-01-06")),
    model("gpt-realtime-mini-2025-12-15", 1_765_612_007, SYSTEM, None),
    model("gpt-audio-mini-2025-12-15", 1_765_760_008, SYSTEM, None),
    model("chatgpt-image-latest", 1_765_925_279, SYSTEM, Some("2026-12-01")),
    model("gpt-5.2-codex", 1_766_164_985, SYSTEM, Some("2026-07-23")),
    model("gpt-5.3-codex", 1_770_537_915, SYSTEM, Some("2027-04-01")),
    model("gpt-realtime-1.5", 1_771_461_469, SYSTEM, None),
    model("gpt-audio-1.5", 1_771_550_885, SYSTEM, None),
    model("gpt-4o-search-preview", 1_771_905_534, SYSTEM, None),
    model("gpt-4o-search-preview-2025-03-11", 1_771_905_621, SYSTEM, Some("2026-07-23")),
    model("gpt-5.3-chat-latest", 1_772_236_571, SYSTEM, Some("2026-08-10")),
    model("gpt-5.4-2026-03-05", 1_772_654_062, SYSTEM, None),
    model("gpt-5.4-pro", 1_772_659_601, SYSTEM, None),
    model("gpt-5.4-pro-2026-03-05", 1_772_659_657, SYSTEM, None),
    model("gpt-5.4", 1_772_691_852, SYSTEM, None),
    model("gpt-5.4-nano-2026-03-17", 1_773_450_837, SYSTEM, None),
    model("gpt-5.4-nano", 1_773_450_870, SYSTEM, Some("2027-04-01")),
    model("gpt-5.4-mini-2026-03-17", 1_773_451_076, SYSTEM, None),
    model("gpt-5.4-mini", 1_773_451_123, SYSTEM, None),
    model("gpt-image-2", 1_776_399_795, SYSTEM, None),
    model("gpt-image-2-2026-04-21", 1_776_399_994, SYSTEM, None),
    model("gpt-5.5", 1_776_824_847, SYSTEM, None),
    model("gpt-5.5-2026-04-23", 1_776_839_241, SYSTEM, None),
    model("gpt-5.5-pro", 1_776_894_349, SYSTEM, None),
    model("gpt-5.5-pro-2026-04-23", 1_776_894_470, SYSTEM, None),
    model("chat-latest", 1_777_704_602, SYSTEM, None),
    model("gpt-realtime-translate", 1_777_950_216, SYSTEM, None),
    model("gpt-realtime-2", 1_778_006_032, SYSTEM, None),
    model("gpt-realtime-whisper", 1_778_012_060, SYSTEM, None),
    model("gpt-5.6-sol", 1_782_228_018, SYSTEM, None),
    model("gpt-5.6-terra", 1_782_228_459, SYSTEM, None),
    model("gpt-5.6-luna", 1_782_228_658, SYSTEM, None),
    model("gpt-realtime-2.1", 1_782_254_687, SYSTEM, None),
    model("gpt-realtime-2.1-mini", 1_782_254_706, SYSTEM, None),
    model("gpt-transcribe", 1_785_168_027, SYSTEM, None),
    model("gpt-live-transcribe", 1_785_168_034, SYSTEM, None),
    model("gpt-6-astra", 1_787_853_604, SYSTEM, None),
    model("gpt-image-2.5-flare", 1_788_563_147, SYSTEM, None),
    model("gpt-image-2.5-sunburst", 1_788_563_162, SYSTEM, None),
    model("gpt-image-2.5-flare-2026-09-08", 1_788_851_006, SYSTEM, None),
    model("gpt-image-2.5-sunburst-2026-09-08", 1_788_851_010, SYSTEM, None),
    model("gpt-live-1", 1_788_889_407, SYSTEM, None),
    model("gpt-6-sol", 1_789_405_937, SYSTEM, None),
    model("gpt-6-luna", 1_789_406_102, SYSTEM, None),
    model("gpt-6.1-sol", 1_790_552_874, SYSTEM, None),
    model("gpt-6.1-terra", NOVEMBER, SYSTEM, None),
    model("gpt-6.2-astra", NOVEMBER, SYSTEM, None),
    model("gpt-6.2-astra-law", NOVEMBER, SYSTEM, None),
    model("gpt-6.2-sol", NOVEMBER, SYSTEM, None),
    model("gpt-6-cyber", NOVEMBER, SYSTEM, None),
    model("gpt-6-rosalind", NOVEMBER, SYSTEM, None),
    model("gpt-rosalind-research", NOVEMBER, SYSTEM, None),
    model("gpt-image-2.6-flare", NOVEMBER, SYSTEM, None),
    model("gpt-image-2.6-sunburst", NOVEMBER, SYSTEM, None),
    // No longer listed by the API.
    model("dall-e-3", 1_698_785_189, SYSTEM, None),
    model("dall-e-2", 1_698_798_177, SYSTEM, None),
    model("o3-pro", 1_748_475_349, SYSTEM, None),
    model("o3-pro-2025-06-10", 1_749_166_761, SYSTEM, None),
    model("gpt-4-1106-preview", 1_698_957_206, SYSTEM, None),
    model("gpt-4-0125-preview", 1_706_037_612, SYSTEM, None),
    model("gpt-4-turbo-preview", 1_706_037_777, SYSTEM, None),
    model("chatgpt-4o-latest", 1_723_515_131, SYSTEM, None),
    model("gpt-4.5-preview", 1_740_623_059, SYSTEM, None),
    model("o1-mini", 1_725_649_008, SYSTEM, None),
    model("o1-preview", 1_725_648_897, SYSTEM, None),
];

/// The name that replies have for a model: an alias becomes its snapshot, some of the
/// older ones have an internal name, and any other name stays.
pub(crate) fn snapshot(model: &str) -> &str {
    SNAPSHOTS.iter().find(|(alias, _)| *alias == model).map_or(model, |(_, snapshot)| snapshot)
}

const SNAPSHOTS: &[(&str, &str)] = &[
    ("gpt-3.5-turbo", "gpt-3.5-turbo-0125"),
    ("gpt-3.5-turbo-16k", "gpt-3.5-turbo-16k-0613"),
    ("gpt-4", "gpt-4-0613"),
    ("gpt-4-turbo", "gpt-4-turbo-2024-04-09"),
    ("gpt-4o", "gpt-4o-2024-08-06"),
    ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
    ("gpt-4.1", "gpt-4.1-2025-04-14"),
    ("gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"),
    ("gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"),
    ("gpt-5", "gpt-5-2025-08-07"),
    ("gpt-5-mini", "gpt-5-mini-2025-08-07"),
    ("gpt-5-nano", "gpt-5-nano-2025-08-07"),
    ("gpt-5-pro", "gpt-5-pro-2025-10-06"),
    ("gpt-5.1", "gpt-5.1-2025-11-13"),
    ("gpt-5.2", "gpt-5.2-2025-12-11"),
    ("gpt-5.2-pro", "gpt-5.2-pro-2025-12-11"),
    ("gpt-5.4", "gpt-5.4-2026-03-05"),
    ("gpt-5.4-pro", "gpt-5.4-pro-2026-03-05"),
    ("gpt-5.4-mini", "gpt-5.4-mini-2026-03-17"),
    ("gpt-5.4-nano", "gpt-5.4-nano-2026-03-17"),
    ("gpt-5.5", "gpt-5.5-2026-04-23"),
    ("gpt-5.5-pro", "gpt-5.5-pro-2026-04-23"),
    ("gpt-5.6", "gpt-5.6-sol"),
    ("gpt-4-turbo-preview", "gpt-4-0125-preview"),
    ("gpt-4-vision-preview", "gpt-4-1106-vision-preview"),
    ("gpt-4.5-preview", "gpt-4.5-preview-2025-02-27"),
    ("gpt-4o-audio-preview", "gpt-4o-audio-preview-2025-06-03"),
    ("gpt-4o-mini-audio-preview", "gpt-4o-mini-audio-preview-2024-12-17"),
    ("gpt-5-search-api", "gpt-5-search-api-2025-10-14"),
    ("computer-use-preview", "computer-use-preview-2025-03-11"),
    ("o1-mini", "o1-mini-2024-09-12"),
    ("o1-preview", "o1-preview-2024-09-12"),
    ("o3-pro", "o3-pro-2025-06-10"),
    ("o3-deep-research", "o3-deep-research-2025-06-26"),
    ("o4-mini-deep-research", "o4-mini-deep-research-2025-06-26"),
    ("o1", "o1-2024-12-17"),
    ("o1-pro", "o1-pro-2025-03-19"),
    ("o3", "o3-2025-04-16"),
    ("o3-mini", "o3-mini-2025-01-31"),
    ("o4-mini", "o4-mini-2025-04-16"),
    ("gpt-audio", "gpt-audio-2025-08-28"),
    ("gpt-audio-mini", "gpt-audio-mini-2025-12-15"),
    ("gpt-4o-search-preview", "gpt-4o-search-preview-2025-03-11"),
    ("gpt-4o-mini-search-preview", "gpt-4o-mini-search-preview-2025-03-11"),
    ("text-embedding-ada-002", "text-embedding-ada-002-v2"),
    ("gpt-3.5-turbo-instruct", "gpt-3.5-turbo-instruct:20230824-v2"),
    ("davinci-002", "davinci:2023-07-21-v2"),
    ("babbage-002", "babbage:2023-07-21-v2"),
    ("text-moderation-latest", "text-moderation-007"),
    ("text-moderation-stable", "text-moderation-007"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::abilities;

    #[test]
    fn no_model_and_no_alias_stands_twice() {
        let mut ids: Vec<&str> = MODELS.iter().map(|model| model.id).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
        let mut aliases: Vec<&str> = SNAPSHOTS.iter().map(|(alias, _)| *alias).collect();
        aliases.sort_unstable();
        assert!(aliases.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(aliases.iter().all(|alias| abilities(alias).id == *alias));
        assert_eq!(snapshot("gpt-4o"), "gpt-4o-2024-08-06");
        assert_eq!(snapshot("my-model"), "my-model");
    }
}
