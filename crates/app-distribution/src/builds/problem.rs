use securevox_protocol::Problem;

pub(crate) const NO_SUCH_BUILD: Problem =
    Problem::new(404, "/problems/no-such-build", "No such build");
pub(super) const NOT_A_PACKAGE: Problem =
    Problem::new(422, "/problems/not-a-package", "The file is not a package that can be installed");
pub(super) const CONTRADICTION: Problem =
    Problem::new(422, "/problems/contradiction", "The request contradicts the package");
pub(crate) const TOO_MANY_UPLOADS: Problem =
    Problem::new(429, "/problems/too-many-uploads", "Too many uploads are running")
        .with_retry_after(15);
pub(super) const LINK_EXPIRED: Problem =
    Problem::new(410, "/problems/link-expired", "The link has expired");
pub(super) const NO_SUCH_LINK: Problem =
    Problem::new(404, "/problems/no-such-install-link", "No such link");
pub(super) const BUILD_EXPIRED: Problem =
    Problem::new(410, "/problems/build-expired", "The build has expired");
