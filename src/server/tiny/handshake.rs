//! The flaw: tiny_http reads until it has a line, and waits for one for ever where a client speaks TLS. What it has
//! read is out of reach, so that it must not read it: on Linux a filter on the socket, which accepted ones inherit,
//! lets no TLS handshake through, and the kernel counts what is held back. Connections of which that is all that ever
//! came are told in TLS that nobody here speaks it. Elsewhere they wait, as they do where there are no filters.

#[cfg(target_os = "linux")]
pub(in crate::server) use linux::hold_back;
#[cfg(target_os = "linux")]
pub(in crate::server) use linux::refuse;

/// Has the sockets that `listener` accepts from now on hold back TLS handshakes, where that can be.
#[cfg(not(target_os = "linux"))]
pub(in crate::server) fn hold_back(_: &std::net::TcpListener) {}

/// Ends the connections to this port whose handshake was held back; says whether there were any.
#[cfg(not(target_os = "linux"))]
pub(in crate::server) fn refuse(_: u16) -> bool {
    false
}

#[cfg(target_os = "linux")]
mod linux {
    use crate::server::tiny::connection;
    use libc::c_int;
    use socket2::SockFilter;
    use socket2::SockRef;
    use std::net::Shutdown;
    use std::net::TcpListener;
    use std::os::fd::AsRawFd;
    use std::os::fd::RawFd;

    /// A record with one fatal alert, `handshake_failure` (RFC 8446, section 6).
    const ALERT: [u8; 7] = [0x15, 3, 1, 0, 2, 2, 40];

    /// Of linux/socket.h, and the place of the packets that were dropped in what it tells.
    const SO_MEMINFO: c_int = 55;
    const DROPPED: usize = 32;
    /// The place of the bytes received in what `TCP_INFO` tells, of linux/tcp.h.
    const RECEIVED: usize = 128;

    const LOAD_BYTE: u16 = 0x30;
    const LOAD_BYTE_BEHIND: u16 = 0x50;
    const LOAD_SHORT_BEHIND: u16 = 0x48;
    const LOAD_LENGTH: u16 = 0x80;
    const LOAD_SAVED: u16 = 0x61;
    const SAVE: u16 = 0x02;
    const MOVE: u16 = 0x07;
    const AND: u16 = 0x54;
    const SHIFT_RIGHT: u16 = 0x74;
    const SUBTRACT: u16 = 0x14;
    const SUBTRACT_MOVED: u16 = 0x1C;
    const IS: u16 = 0x15;
    const IS_SAVED: u16 = 0x1D;
    const IS_AT_LEAST: u16 = 0x35;
    const IS_MORE: u16 = 0x25;
    const RETURN: u16 = 0x06;

    /// Lets all packets through but one that begins as a handshake does, a ClientHello in one record (RFC 8446,
    /// sections 4 and 5.1): its type, its version, its length, the message's type, its length, and its version. No
    /// text has these bytes, and of others one in 2^60 has them by chance, and only where a packet begins.
    ///
    /// The numbers of a step are the steps to leave out if what it asks is so, and if it is not.
    const NO_HANDSHAKE: [SockFilter; 27] = [
        // The packet begins with TCP's own head, whose length is in words of four bytes.
        step(LOAD_BYTE, 0, 0, 12),
        step(AND, 0, 0, 0xF0),
        step(SHIFT_RIGHT, 0, 0, 2),
        step(MOVE, 0, 0, 0),
        step(LOAD_LENGTH, 0, 0, 0),
        step(SUBTRACT_MOVED, 0, 0, 0),
        step(IS_AT_LEAST, 0, 18, 11),
        step(LOAD_BYTE_BEHIND, 0, 0, 0),
        step(IS, 0, 16, 0x16),
        step(LOAD_BYTE_BEHIND, 0, 0, 1),
        step(IS, 0, 14, 3),
        step(LOAD_BYTE_BEHIND, 0, 0, 2),
        step(IS_MORE, 12, 0, 4),
        step(LOAD_BYTE_BEHIND, 0, 0, 5),
        step(IS, 0, 10, 1),
        step(LOAD_BYTE_BEHIND, 0, 0, 6),
        step(IS, 0, 8, 0),
        step(LOAD_BYTE_BEHIND, 0, 0, 9),
        step(IS, 0, 6, 3),
        // The message fills the record, but for the four bytes of its own head.
        step(LOAD_SHORT_BEHIND, 0, 0, 3),
        step(SUBTRACT, 0, 0, 4),
        step(SAVE, 0, 0, 0),
        step(LOAD_SHORT_BEHIND, 0, 0, 7),
        step(LOAD_SAVED, 0, 0, 0),
        step(IS_SAVED, 1, 0, 0),
        step(RETURN, 0, 0, u32::MAX),
        step(RETURN, 0, 0, 0),
    ];

    const fn step(code: u16, so: u8, not: u8, value: u32) -> SockFilter {
        SockFilter::new(code, so, not, value)
    }

    /// Has the sockets that `listener` accepts from now on hold back TLS handshakes, where that can be.
    pub(in crate::server) fn hold_back(listener: &TcpListener) {
        let _ = SockRef::from(listener).attach_filter(&NO_HANDSHAKE);
    }

    /// Ends the connections to this port whose handshake was held back; says whether there were any.
    pub(in crate::server) fn refuse(port: u16) -> bool {
        let mut any = false;
        // A packet may be dropped for other reasons as well, but then something has been received.
        for socket in connection::sockets_where(|descriptor| dropped(descriptor) > 0) {
            if connection::is_of_port(&socket, port) && has_received_nothing(socket.as_raw_fd()) {
                let _ = socket.send(&ALERT);
                any |= socket.shutdown(Shutdown::Both).is_ok();
            }
        }
        any
    }

    /// How many packets were dropped on their way to a socket; none where the descriptor is something else.
    fn dropped(descriptor: RawFd) -> u32 {
        let told: Option<[u8; DROPPED + 4]> = option(descriptor, libc::SOL_SOCKET, SO_MEMINFO);
        told.map_or(0, |told| {
            u32::from_ne_bytes([told[DROPPED], told[DROPPED + 1], told[DROPPED + 2], told[DROPPED + 3]])
        })
    }

    fn has_received_nothing(descriptor: RawFd) -> bool {
        let told: Option<[u8; RECEIVED + 8]> = option(descriptor, libc::IPPROTO_TCP, libc::TCP_INFO);
        told.is_some_and(|told| told[RECEIVED..].iter().all(|byte| *byte == 0))
    }

    /// What the system tells of a socket, if it tells so much.
    #[allow(unsafe_code)]
    fn option<const LENGTH: usize>(descriptor: RawFd, level: c_int, name: c_int) -> Option<[u8; LENGTH]> {
        let mut told = [0; LENGTH];
        let mut length = LENGTH as libc::socklen_t;
        // SAFETY: the call writes at most `length` bytes to where they are, and then how many these were. A
        // descriptor that is closed by now, or is no socket, is an error.
        let code =
            unsafe { libc::getsockopt(descriptor, level, name, told.as_mut_ptr().cast(), &raw mut length) };
        (code == 0 && length as usize == LENGTH).then_some(told)
    }
}
