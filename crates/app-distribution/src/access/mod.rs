//! Who may do what: the one place that decides who sees a build, who acts on an app, and who
//! uploads. Pages, API, manifests and downloads ask here.

mod admit;
mod app_view;
mod standing;
mod store;
mod viewer;

pub(crate) use self::{
    admit::{MAY_NOT_MAKE_APPS, NOT_YOUR_APP, Uploader, admit, uploads, with_uploads},
    app_view::{AppForm, AppView, SIGNED_OUT, sender},
    standing::{Actor, Belonging, NO_SUCH_APP, Reader, at_least},
    store::{details_of, developed_by, list_details, password_of},
    viewer::{Audience, Look, Sight, Viewer, is_shown, look_again, still_sees},
};
