//! Call signalling as one of the services of the platform.

use crate::{http::Request, platform::shared};

#[test]
fn sockets_open_on_the_platform() {
    let platform = shared();
    let path = "/socket.io/?EIO=4&transport=polling";
    let opened = Request::get(platform.site.ports.calls, path).send(b"").expect(200);
    let said = String::from_utf8(opened.body).expect("it is text");
    assert!(said.starts_with("0{\"sid\":"), "{said}");
}
