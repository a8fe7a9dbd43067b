//! An authority of the test's own, and a certificate for the edge, made by `openssl`.

use std::fs;

use crate::processes::{Folder, program, run};

const CURVE: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

/// Makes `ca.pem`, `edge.pem` and `edge.key` in `folder`; the certificate is for `domain` and every host below it.
pub(crate) fn make(folder: &Folder, domain: &str) {
    let file = |name: &str| folder.path(name).display().to_string();
    let [ca, ca_key, edge, key] = ["ca.pem", "ca.key", "edge.pem", "edge.key"].map(file);
    let (request, names) = (file("edge.csr"), file("names"));
    fs::write(&names, format!("subjectAltName=DNS:{domain},DNS:*.{domain}\n")).unwrap();
    let mut authority = program("openssl");
    authority.args(["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=An authority of a test"]);
    run(authority.args(CURVE).args(["-keyout", &ca_key, "-out", &ca]));
    let mut ask = program("openssl");
    ask.args(["req", "-nodes", "-subj", &format!("/CN={domain}")]).args(CURVE);
    run(ask.args(["-keyout", &key, "-out", &request]));
    let mut sign = program("openssl");
    sign.args(["x509", "-req", "-days", "2", "-in", &request, "-extfile", &names, "-out", &edge]);
    run(sign.args(["-CA", &ca, "-CAkey", &ca_key, "-CAcreateserial"]));
}
