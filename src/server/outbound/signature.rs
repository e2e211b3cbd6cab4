//! Signs webhooks: version 1 of the Standard Webhooks specification, a symmetric key and HMAC-SHA256.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;

/// A key, ready to sign.
pub(super) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(super) fn new(key: &[u8]) -> Result<Signer, String> {
        Hmac::new_from_slice(key).map(Signer).map_err(|error| error.to_string())
    }

    /// The `webhook-signature` of a delivery.
    pub(super) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        format!("v1,{}", STANDARD.encode(self.over(id, timestamp, body).finalize().into_bytes()))
    }

    fn over(&self, id: &str, timestamp: u64, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::signing_key;

    fn signer(secret: &str) -> Signer {
        Signer::new(&signing_key(secret).expect("a secret")).expect("a key")
    }

    /// Whether a receiver with this key takes a signature.
    fn takes(receiver: &Signer, signature: &str, id: &str, timestamp: u64, body: &[u8]) -> bool {
        let code = STANDARD.decode(signature.strip_prefix("v1,").expect("version 1")).expect("base64");
        receiver.over(id, timestamp, body).verify_slice(&code).is_ok()
    }

    #[test]
    fn the_example_of_the_specification() {
        let signer = signer("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert_eq!(
            signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn the_example_of_the_docs() {
        let page = include_str!("../../../docs/webhooks.md");
        let value = |name: &str| {
            let (_, rest) = page.split_once(&format!("\n{name}: ")).expect("the header");
            rest.lines().next().expect("a value")
        };
        let (_, body) = page.split_once("=\n\n").expect("the body");
        let body = body.lines().next().expect("a line");
        assert_eq!(value("content-length"), body.len().to_string());
        let timestamp = value("webhook-timestamp").parse().expect("a number");
        let signer = signer(&crate::config::Config::default().webhook_secret);
        assert_eq!(signer.sign(value("webhook-id"), timestamp, body.as_bytes()), value("webhook-signature"));
    }

    proptest::proptest! {
        #[test]
        fn who_has_the_key_takes_what_was_signed_and_nothing_else(
            key: [u8; 32], id in "wh_[0-9a-f]{32}", time in 0..u64::MAX, body: Vec<u8>,
        ) {
            let signer = Signer::new(&key).expect("a key");
            let signature = signer.sign(&id, time, &body);
            proptest::prop_assert!(takes(&signer, &signature, &id, time, &body));
            proptest::prop_assert!(!takes(&signer, &signature, &id, time + 1, &body));
            proptest::prop_assert!(!takes(&signer, &signature, &id, time, &[&body[..], b" "].concat()));
            proptest::prop_assert!(!takes(&signer, &signature, "wh_", time, &body));
            let other = Signer::new(b"another key").expect("a key");
            proptest::prop_assert!(!takes(&other, &signature, &id, time, &body));
        }
    }
}
